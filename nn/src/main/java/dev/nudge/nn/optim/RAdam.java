package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// Rectified Adam: the step of [Adam] times `r`, which makes up for how little is known of the variance in the first
/// steps; while next to nothing is known, `p ← p - rate · mHat`.
///
/// `rho(t) = rhoEnd - 2 t beta2^t / (1 - beta2^t)` with `rhoEnd = 2 / (1 - beta2) - 1` says how many gradients stand
/// behind the variance of step `t`. Above 4,
/// `r = √((rho - 4)(rho - 2) rhoEnd / ((rhoEnd - 4)(rhoEnd - 2) rho))`. The gradient includes `l2 · p`.
///
/// The bound of 4 is the paper's; PyTorch and optax take 5, so that they rectify a step or so later. Epsilon, of which
/// the paper says nothing, stands beside the root as in Adam.
///
/// Source: Liu et al. 2020, arXiv:1908.03265, Algorithm 2.
///
/// @param beta1   share of the running mean that stays, in `[0, 1)`
/// @param beta2   share of the running mean square that stays, in `(0.6, 1)`, where `rhoEnd` is above 4
/// @param epsilon keeps the divisor away from zero
/// @param l2      strength of the penalty `l2/2 ‖p‖²` on the loss
public record RAdam(double beta1, double beta2, double epsilon, double l2) implements UpdateRule {
    private static final double KNOWN = 4; // more gradients than this make the variance of the variance finite

    private record Rectification(double beta2) {}

    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public RAdam {
        Moments.check("radam", beta1, beta2, epsilon);
        if (!(beta2 > 0.6)) {
            throw new IllegalArgumentException("error[E610] radam: beta2 must be in (0.6, 1), found " + beta2);
        }
        Hyper.atLeastZero("radam", "l2", l2);
    }

    /// The parameters of [Adam#of()].
    public static RAdam of() {
        return new RAdam(0.9, 0.999, 1e-8, 0);
    }

    /// The same with other betas.
    public RAdam withBetas(double first, double second) {
        return new RAdam(first, second, epsilon, l2);
    }

    /// The same with another epsilon.
    public RAdam withEpsilon(double other) {
        return new RAdam(beta1, beta2, other, l2);
    }

    /// The same with a penalty.
    public RAdam withL2(double penalty) {
        return new RAdam(beta1, beta2, epsilon, penalty);
    }

    @Override
    public String name() {
        return "radam";
    }

    @Override
    public List<String> slots() {
        return Moments.SLOTS;
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        DType dtype = parameter.dtype();
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Moments moments = Moments.of(g, state, beta1, beta2);
        Tensor adam = moments.step(step, beta1, beta2, epsilon);
        Tensor plainRate = step.rate().div(Hyper.correction(beta1, step.number()));
        Tensor r = step.shared(new Rectification(beta2), () -> rectification(step.number()));
        Tensor known = r.greater(0).broadcastTo(parameter.shape());
        Tensor change = known.where(adam.mul(r.cast(dtype)), moments.mean().mul(plainRate.cast(dtype)));
        return new Update(parameter.sub(change), moments.state());
    }

    /// `r`, or 0 while the variance is not known.
    private Tensor rectification(Tensor number) {
        double end = 2 / (1 - beta2) - 1;
        Tensor power = Hyper.scalar(beta2).pow(number);
        Tensor rho = Hyper.scalar(end).sub(number.mul(2).mul(power).div(Hyper.correction(beta2, number)));
        Tensor above = rho.sub(KNOWN).relu();
        return above.mul(rho.sub(2))
                .mul(end / ((end - 4) * (end - 2)))
                .div(rho)
                .relu() // below 4 rho may be negative; there r is 0 or -0
                .sqrt();
    }
}
