package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Adadelta: `p ← p + rate · d` with `d = -√(u + epsilon) / √(v + epsilon) · g`, where `v` and `u` are the running mean
/// squares of the gradients `g` and of the earlier `d`, and `g` includes `l2 · p`.
///
/// A step has the unit of the parameter by itself, so the paper has no learning rate: give 1. Epsilon stands under both
/// roots, in the paper and everywhere else.
///
/// Source: Zeiler 2012, arXiv:1212.5701, Algorithm 1; decay and epsilon of its experiments (PyTorch has another decay).
///
/// @param decay   share of the running mean squares that stays, in `[0, 1)`
/// @param epsilon gets the first steps going and keeps the divisor away from zero
/// @param l2      strength of the penalty `l2/2 ‖p‖²` on the loss
public record Adadelta(double decay, double epsilon, double l2) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Adadelta {
        Hyper.fraction("adadelta", "decay", decay);
        Hyper.positive("adadelta", "epsilon", epsilon);
        Hyper.atLeastZero("adadelta", "l2", l2);
    }

    /// The parameters of the paper, without a penalty.
    public static Adadelta of() {
        return new Adadelta(0.95, 1e-6, 0);
    }

    /// The same with another decay.
    public Adadelta withDecay(double other) {
        return new Adadelta(other, epsilon, l2);
    }

    /// The same with another epsilon.
    public Adadelta withEpsilon(double other) {
        return new Adadelta(decay, other, l2);
    }

    /// The same with a penalty.
    public Adadelta withL2(double penalty) {
        return new Adadelta(decay, epsilon, penalty);
    }

    @Override
    public String name() {
        return "adadelta";
    }

    @Override
    public List<String> slots() {
        return List.of("square", "delta");
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Tensor square = Hyper.runningMean(state.get(0), g.square(), decay);
        Tensor ratio = state.get(1).add(epsilon).sqrt().div(square.add(epsilon).sqrt());
        Tensor descent = ratio.mul(g); // -d
        Tensor delta = Hyper.runningMean(state.get(1), descent.square(), decay);
        return new Update(parameter.sub(descent.mul(rate)), List.of(square, delta));
    }
}
