package dev.nudge.bench;

import dev.nudge.nn.Layer;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ParameterGroup;
import dev.nudge.nn.optim.Sgd;

/// The update rules of the workloads, with numbers that everything that is compared shares.
public enum Update {
    /// Plain gradient descent.
    SGD(0.1, 0, 0, 0),
    /// Gradient descent with momentum `beta1`.
    MOMENTUM(0.1, 0.9, 0, 0),
    /// Adam.
    ADAM(0.001, 0.9, 0.999, 0),
    /// Adam with decoupled weight decay of matrices alone.
    ADAMW(0.001, 0.9, 0.99, 0.1);

    private final double rate;
    private final double beta1;
    private final double beta2;
    private final double decay;

    Update(double rate, double beta1, double beta2, double decay) {
        this.rate = rate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.decay = decay;
    }

    /// The learning rate.
    public double rate() {
        return rate;
    }

    /// How much of the mean of gradients stays in a step; 0 where there is none.
    public double beta1() {
        return beta1;
    }

    /// How much of the mean of squared gradients stays in a step; 0 where there is none.
    public double beta2() {
        return beta2;
    }

    /// Weight decay of matrices.
    public double decay() {
        return decay;
    }

    /// Nudge's optimizer of a network.
    Optimizer of(Layer model) {
        return switch (this) {
            case SGD -> Optimizer.of(Sgd.of(), rate, model);
            case MOMENTUM -> Optimizer.of(Momentum.of().withMomentum(beta1), rate, model);
            case ADAM -> Optimizer.of(Adam.of().withBetas(beta1, beta2), rate, model);
            case ADAMW -> {
                AdamW rule = AdamW.of().withBetas(beta1, beta2).withWeightDecay(decay);
                yield Optimizer.of(rule, rate, model)
                        .withGroups(ParameterGroup.of(path -> path.contains("orm.weight"), rule.withWeightDecay(0)));
            }
        };
    }
}
