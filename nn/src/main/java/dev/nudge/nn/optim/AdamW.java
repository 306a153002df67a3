package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Adam with decoupled weight decay: `p ← p - rate · weightDecay · p - rate · mHat / (√vHat + epsilon)`.
///
/// The decay does not pass through the moments, so it shrinks all weights alike: with a zero gradient each step
/// multiplies by `1 - rate · weightDecay`. It is multiplied by the learning rate, as in PyTorch; in the paper only
/// by the schedule's multiplier.
///
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2.
///
/// @param beta1       share of the running mean that stays, in `[0, 1)`
/// @param beta2       share of the running mean square that stays, in `[0, 1)`
/// @param epsilon     keeps the divisor away from zero
/// @param weightDecay strength of the decay
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public AdamW {
        Moments.check("adamW", beta1, beta2, epsilon);
        Hyper.atLeastZero("adamW", "weightDecay", weightDecay);
    }

    /// The parameters of [Adam#of()] with a decay of 0.01.
    public static AdamW of() {
        return new AdamW(0.9, 0.999, 1e-8, 0.01);
    }

    /// The same with other betas.
    public AdamW withBetas(double first, double second) {
        return new AdamW(first, second, epsilon, weightDecay);
    }

    /// The same with another epsilon.
    public AdamW withEpsilon(double other) {
        return new AdamW(beta1, beta2, other, weightDecay);
    }

    /// The same with another decay.
    public AdamW withWeightDecay(double other) {
        return new AdamW(beta1, beta2, epsilon, other);
    }

    @Override
    public String name() {
        return "adamW";
    }

    @Override
    public List<String> slots() {
        return Moments.SLOTS;
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Moments moments = Moments.of(gradient, state, beta1, beta2);
        Tensor decayed = Hyper.decayed(parameter, step, weightDecay);
        return new Update(decayed.sub(moments.step(step, beta1, beta2, epsilon)), moments.state());
    }
}
