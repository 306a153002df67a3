package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Gradient descent: `p ← p - rate · g`, with `g` the gradient plus `l2 · p`.
///
/// @param l2 strength of the penalty `l2/2 ‖p‖²` on the loss
public record Sgd(double l2) implements UpdateRule {
    /// Checks the penalty.
    ///
    /// @throws IllegalArgumentException if it is negative or not finite
    public Sgd {
        Hyper.atLeastZero("sgd", "l2", l2);
    }

    /// Without a penalty.
    public static Sgd of() {
        return new Sgd(0);
    }

    /// The same with a penalty.
    public Sgd withL2(double penalty) {
        return new Sgd(penalty);
    }

    @Override
    public String name() {
        return "sgd";
    }

    @Override
    public List<String> slots() {
        return List.of();
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        return new Update(parameter.sub(g.mul(rate)), List.of());
    }
}
