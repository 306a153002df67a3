package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// RMSProp: `p ← p - rate · g / (√v + epsilon)`, where `v ← decay · v + (1 - decay) · g²` and `g` includes `l2 · p`.
///
/// Centered, the running mean of `g` is taken from `v` before the root, which leaves an estimate of the variance. With
/// momentum, what is divided above goes into a velocity: `u ← momentum · u + g / (√v + epsilon)`, `p ← p - rate · u`.
///
/// Epsilon stands outside the root and the learning rate outside the velocity, as in PyTorch; Keras puts epsilon under
/// the root. The lecture names no epsilon; its decay is that of Keras, PyTorch remembers for longer.
///
/// Source: Hinton, Srivastava and Swersky 2012, Neural Networks for Machine Learning, lecture 6e; centered: Graves
/// 2013, arXiv:1308.0850, equations 38 to 41.
///
/// @param decay    share of the running mean square that stays, in `[0, 1)`
/// @param momentum share of the velocity that stays, in `[0, 1)`; 0 for no velocity
/// @param centered whether the square of the mean gradient is subtracted
/// @param epsilon  keeps the divisor away from zero
/// @param l2       strength of the penalty `l2/2 ‖p‖²` on the loss
public record RmsProp(double decay, double momentum, boolean centered, double epsilon, double l2)
        implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public RmsProp {
        Hyper.fraction("rmsprop", "decay", decay);
        Hyper.fraction("rmsprop", "momentum", momentum);
        Hyper.positive("rmsprop", "epsilon", epsilon);
        Hyper.atLeastZero("rmsprop", "l2", l2);
    }

    /// The decay of the lecture; not centered, without momentum and penalty.
    public static RmsProp of() {
        return new RmsProp(0.9, 0, false, 1e-8, 0);
    }

    /// The same with another decay.
    public RmsProp withDecay(double other) {
        return new RmsProp(other, momentum, centered, epsilon, l2);
    }

    /// The same with a velocity.
    public RmsProp withMomentum(double other) {
        return new RmsProp(decay, other, centered, epsilon, l2);
    }

    /// The same with the mean gradient taken out of the mean square.
    public RmsProp withCentering() {
        return new RmsProp(decay, momentum, true, epsilon, l2);
    }

    /// The same with another epsilon.
    public RmsProp withEpsilon(double other) {
        return new RmsProp(decay, momentum, centered, other, l2);
    }

    /// The same with a penalty.
    public RmsProp withL2(double penalty) {
        return new RmsProp(decay, momentum, centered, epsilon, penalty);
    }

    @Override
    public String name() {
        return "rmsprop";
    }

    @Override
    public List<String> slots() {
        List<String> slots = new ArrayList<>(List.of("square"));
        if (centered) {
            slots.add("mean");
        }
        if (momentum > 0) {
            slots.add("velocity");
        }
        return List.copyOf(slots);
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Tensor square = Hyper.runningMean(state.getFirst(), g.square(), decay);
        List<Tensor> next = new ArrayList<>(List.of(square));
        Tensor spread = square;
        if (centered) {
            Tensor mean = Hyper.runningMean(state.get(1), g, decay);
            next.add(mean);
            spread = square.sub(mean.square()).relu(); // rounding can take it below 0, where there is no root
        }
        Tensor direction = g.div(spread.sqrt().add(epsilon));
        if (momentum > 0) {
            direction = state.getLast().mul(momentum).add(direction);
            next.add(direction);
        }
        return new Update(parameter.sub(direction.mul(rate)), next);
    }
}
