package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// LAMB: `p ← p - rate · ‖p‖ / ‖u‖ · u` with `u = mHat / (√vHat + epsilon) + weightDecay · p`, for each parameter
/// tensor on its own.
///
/// Every tensor moves by the learning rate times its own norm, so that batches of many thousands train stably. `mHat`
/// and `vHat` are those of [Adam]. The ratio of the norms is not bounded (the paper's `φ(z) = z`), and is 1 where
/// either is zero, as in optax: else what starts at zero, such as a bias, would never move.
///
/// Source: You et al. 2020, arXiv:1904.00962, Algorithm 2.
///
/// @param beta1       share of the running mean that stays, in `[0, 1)`
/// @param beta2       share of the running mean square that stays, in `[0, 1)`
/// @param epsilon     keeps the divisor away from zero
/// @param weightDecay strength of the decay, part of what the ratio scales
public record Lamb(double beta1, double beta2, double epsilon, double weightDecay) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Lamb {
        Moments.check("lamb", beta1, beta2, epsilon);
        Hyper.atLeastZero("lamb", "weightDecay", weightDecay);
    }

    /// The parameters of the paper.
    public static Lamb of() {
        return new Lamb(0.9, 0.999, 1e-6, 0.01);
    }

    /// The same with other betas.
    public Lamb withBetas(double first, double second) {
        return new Lamb(first, second, epsilon, weightDecay);
    }

    /// The same with another epsilon.
    public Lamb withEpsilon(double other) {
        return new Lamb(beta1, beta2, other, weightDecay);
    }

    /// The same with another decay.
    public Lamb withWeightDecay(double other) {
        return new Lamb(beta1, beta2, epsilon, other);
    }

    @Override
    public String name() {
        return "lamb";
    }

    @Override
    public List<String> slots() {
        return Moments.SLOTS;
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        DType dtype = parameter.dtype();
        Moments moments = Moments.of(gradient, state, beta1, beta2);
        Tensor meanHat =
                moments.mean().div(Hyper.correction(beta1, step.number()).cast(dtype));
        Tensor varianceHat =
                moments.variance().div(Hyper.correction(beta2, step.number()).cast(dtype));
        Tensor u = meanHat.div(varianceHat.sqrt().add(epsilon));
        Tensor direction = weightDecay == 0 ? u : u.add(parameter.mul(weightDecay));
        Tensor ofParameter = norm(parameter);
        Tensor ofDirection = norm(direction);
        Tensor ratio =
                ofParameter.greater(0).and(ofDirection.greater(0)).where(ofParameter.div(ofDirection), Hyper.scalar(1));
        return new Update(parameter.sub(direction.mul(ratio.mul(step.rate()).cast(dtype))), moments.state());
    }

    private static Tensor norm(Tensor tensor) {
        return tensor.sumOfSquares().cast(DType.F64).sqrt();
    }
}
