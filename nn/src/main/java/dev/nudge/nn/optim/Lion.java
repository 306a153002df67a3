package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Lion: `p ← p - rate · (sign(c) + weightDecay · p)` with `c = beta1 m + (1 - beta1) g`, then
/// `m ← beta2 m + (1 - beta2) g`.
///
/// Every number moves by the learning rate, so that it must be smaller than that of Adam, by 3 to 10 times as the
/// authors advise, and a decay larger by as much. One tensor is remembered where Adam has two.
///
/// Source: Chen et al. 2023, arXiv:2302.06675, Algorithm 2.
///
/// @param beta1       weight of the past in the direction, in `[0, 1)`
/// @param beta2       share of the running mean that stays, in `[0, 1)`
/// @param weightDecay strength of the decay, decoupled as in [AdamW]
public record Lion(double beta1, double beta2, double weightDecay) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Lion {
        Hyper.fraction("lion", "beta1", beta1);
        Hyper.fraction("lion", "beta2", beta2);
        Hyper.atLeastZero("lion", "weightDecay", weightDecay);
    }

    /// The betas of the paper, without decay.
    public static Lion of() {
        return new Lion(0.9, 0.99, 0);
    }

    /// The same with other betas.
    public Lion withBetas(double first, double second) {
        return new Lion(first, second, weightDecay);
    }

    /// The same with decay.
    public Lion withWeightDecay(double other) {
        return new Lion(beta1, beta2, other);
    }

    @Override
    public String name() {
        return "lion";
    }

    @Override
    public List<String> slots() {
        return List.of("mean");
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor direction = Hyper.runningMean(state.getFirst(), gradient, beta1).sign();
        Tensor decayed = Hyper.decayed(parameter, step, weightDecay);
        return new Update(
                decayed.sub(direction.mul(rate)), List.of(Hyper.runningMean(state.getFirst(), gradient, beta2)));
    }
}
