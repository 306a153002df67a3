package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;

/// The penalty `l1 Σ |p|` on the loss, which makes parameters exactly zero that do not earn their keep: after a
/// step of another rule, each element is moved towards zero by `rate · l1` and stays there once it has arrived,
/// `p ← sign(p) max(|p| - rate · l1, 0)`.
///
/// This is the proximal form (iterative soft thresholding), which bypasses the rule's memory as the decay of
/// [AdamW] does. Adding `l1 sign(p)` to the gradient, as other libraries do, leaves parameters trembling around
/// zero. Give biases and normalizations a [ParameterGroup] without it.
///
/// Source: Daubechies, Defrise and De Mol 2004, arXiv:math/0307152.
///
/// @param rule the rule that takes the step
/// @param l1   strength of the penalty
public record L1(UpdateRule rule, double l1) implements UpdateRule {
    /// Checks the strength.
    ///
    /// @throws IllegalArgumentException if it is negative or not finite
    public L1 {
        Hyper.atLeastZero("l1", "l1", l1);
    }

    @Override
    public String name() {
        return "l1+" + rule.name();
    }

    @Override
    public List<String> slots() {
        return rule.slots();
    }

    @Override
    public Value initial(String slot, Type parameter) {
        return rule.initial(slot, parameter);
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Update update = rule.update(step, parameter, gradient, state);
        Tensor moved = update.parameter();
        Tensor shrink = step.rate().mul(l1).cast(moved.dtype());
        Tensor shrunk = moved.sub(shrink).relu().sub(moved.negate().sub(shrink).relu()); // the sides that stick out
        return new Update(shrunk, update.state());
    }
}
