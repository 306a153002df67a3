package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Gradient descent with momentum: `v ← momentum · v + g`, `p ← p - rate · v`, with `g` the gradient plus `l2 · p`.
///
/// With Nesterov's look-ahead, `p ← p - rate · (g + momentum · v)`: the form of PyTorch, which is that of Sutskever
/// et al. 2013 with the rate outside the velocity and the parameters taken at the point looked ahead to.
///
/// Source: Polyak 1964; Sutskever et al. 2013, Proceedings of ICML, equations 3 and 4.
///
/// @param momentum share of the velocity that stays, in `[0, 1)`
/// @param nesterov whether to look ahead
/// @param l2       strength of the penalty `l2/2 ‖p‖²` on the loss
public record Momentum(double momentum, boolean nesterov, double l2) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Momentum {
        Hyper.fraction("momentum", "momentum", momentum);
        Hyper.atLeastZero("momentum", "l2", l2);
    }

    /// Momentum 0.9 without look-ahead and penalty.
    public static Momentum of() {
        return new Momentum(0.9, false, 0);
    }

    /// Momentum 0.9 with Nesterov's look-ahead.
    public static Momentum ofNesterov() {
        return new Momentum(0.9, true, 0);
    }

    /// The same with another momentum.
    public Momentum withMomentum(double other) {
        return new Momentum(other, nesterov, l2);
    }

    /// The same with a penalty.
    public Momentum withL2(double penalty) {
        return new Momentum(momentum, nesterov, penalty);
    }

    @Override
    public String name() {
        return nesterov ? "nesterov" : "momentum";
    }

    @Override
    public List<String> slots() {
        return List.of("velocity");
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Tensor velocity = state.getFirst().mul(momentum).add(g);
        Tensor direction = nesterov ? velocity.mul(momentum).add(g) : velocity;
        return new Update(parameter.sub(direction.mul(rate)), List.of(velocity));
    }
}
