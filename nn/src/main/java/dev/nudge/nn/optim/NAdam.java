package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Adam with Nesterov's look-ahead: `p ← p - rate · mBar / (√vHat + epsilon)`.
///
/// With the moments `m` and `v` of [Adam] and the momentum `mu(t) = beta1 (1 - 0.96^(t · momentumDecay) / 2)` of step
/// `t`, which rises towards `beta1`:
/// `mBar = mu(t+1) m / (1 - mu(1)···mu(t+1)) + (1 - mu(t)) g / (1 - mu(1)···mu(t))`, `vHat = v / (1 - beta2^t)`; `g`
/// includes `l2 · p`.
///
/// The momentum schedule is that of the paper, and of PyTorch; Keras lets it rise faster, optax keeps it constant.
/// The product of all `mu` so far is remembered as a double-precision number per parameter tensor.
///
/// Source: Dozat 2016, Incorporating Nesterov Momentum into Adam, workshop of ICLR, Algorithm 2 and section 3.
///
/// @param beta1         largest momentum and share of the running mean that stays, in `[0, 1)`
/// @param beta2         share of the running mean square that stays, in `[0, 1)`
/// @param epsilon       keeps the divisor away from zero
/// @param momentumDecay how fast the momentum reaches `beta1`
/// @param l2            strength of the penalty `l2/2 ‖p‖²` on the loss
public record NAdam(double beta1, double beta2, double epsilon, double momentumDecay, double l2) implements UpdateRule {
    private static final Type SCALAR = Type.of(DType.F64, Shape.SCALAR);

    private record Momentum(double beta1, double momentumDecay, int ahead) {}

    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public NAdam {
        Moments.check("nadam", beta1, beta2, epsilon);
        Hyper.atLeastZero("nadam", "momentumDecay", momentumDecay);
        Hyper.atLeastZero("nadam", "l2", l2);
    }

    /// The betas and epsilon of Adam and the momentum schedule of the paper, without a penalty.
    public static NAdam of() {
        return new NAdam(0.9, 0.999, 1e-8, 0.004, 0);
    }

    /// The same with other betas.
    public NAdam withBetas(double first, double second) {
        return new NAdam(first, second, epsilon, momentumDecay, l2);
    }

    /// The same with another epsilon.
    public NAdam withEpsilon(double other) {
        return new NAdam(beta1, beta2, other, momentumDecay, l2);
    }

    /// The same with a momentum that rises faster or slower; 0 halves it for good.
    public NAdam withMomentumDecay(double other) {
        return new NAdam(beta1, beta2, epsilon, other, l2);
    }

    /// The same with a penalty.
    public NAdam withL2(double penalty) {
        return new NAdam(beta1, beta2, epsilon, momentumDecay, penalty);
    }

    @Override
    public String name() {
        return "nadam";
    }

    @Override
    public List<String> slots() {
        return List.of("mean", "variance", "product");
    }

    @Override
    public Value initial(String slot, Type parameter) {
        return slot.equals("product") ? new Value(SCALAR, new double[] {1}) : Value.zeros(parameter);
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        DType dtype = parameter.dtype();
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Moments moments = Moments.of(g, state, beta1, beta2);
        Tensor mu = momentum(step, 0);
        Tensor next = momentum(step, 1);
        Tensor product = state.get(2).mul(mu);
        Tensor rest = Hyper.scalar(1).sub(product);
        Tensor restAhead = Hyper.scalar(1).sub(product.mul(next));
        Tensor ofMean = step.rate().mul(next).div(restAhead).cast(dtype);
        Tensor ofGradient = step.rate().mul(Hyper.scalar(1).sub(mu)).div(rest).cast(dtype);
        Tensor shrink = Hyper.correction(beta2, step.number()).sqrt().cast(dtype);
        Tensor ahead = moments.mean().mul(ofMean).add(g.mul(ofGradient));
        List<Tensor> remembered = new ArrayList<>(moments.state());
        remembered.add(product);
        return new Update(
                parameter.sub(ahead.div(moments.variance().sqrt().div(shrink).add(epsilon))), remembered);
    }

    /// The momentum of the step that is `ahead` steps from this one.
    private Tensor momentum(Step step, int ahead) {
        return step.shared(
                new Momentum(beta1, momentumDecay, ahead),
                () -> Hyper.scalar(0.96)
                        .pow(step.number().add(ahead).mul(momentumDecay))
                        .mul(-0.5)
                        .add(1)
                        .mul(beta1));
    }
}
