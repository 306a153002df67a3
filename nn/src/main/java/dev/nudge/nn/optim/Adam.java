package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// Adam: `p ← p - rate · mHat / (√vHat + epsilon)`, where `mHat` and `vHat` are running means of the gradient and
/// of its square, both corrected for their start at zero; the gradient includes `l2 · p`.
///
/// Bias correction and the place of epsilon, outside the square root, are those of Algorithm 1; the paper's section
/// 2 mentions a variant that differs in epsilon, which TensorFlow uses.
///
/// Source: Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1.
///
/// @param beta1   share of the running mean that stays, in `[0, 1)`
/// @param beta2   share of the running mean square that stays, in `[0, 1)`
/// @param epsilon keeps the divisor away from zero
/// @param l2      strength of the penalty `l2/2 ‖p‖²` on the loss; for decoupled decay see [AdamW]
public record Adam(double beta1, double beta2, double epsilon, double l2) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Adam {
        Moments.check("adam", beta1, beta2, epsilon);
        Hyper.atLeastZero("adam", "l2", l2);
    }

    /// The parameters of the paper, without a penalty.
    public static Adam of() {
        return new Adam(0.9, 0.999, 1e-8, 0);
    }

    /// The same with other betas.
    public Adam withBetas(double first, double second) {
        return new Adam(first, second, epsilon, l2);
    }

    /// The same with another epsilon.
    public Adam withEpsilon(double other) {
        return new Adam(beta1, beta2, other, l2);
    }

    /// The same with a penalty.
    public Adam withL2(double penalty) {
        return new Adam(beta1, beta2, epsilon, penalty);
    }

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public List<String> slots() {
        return Moments.SLOTS;
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Moments moments = Moments.of(g, state, beta1, beta2);
        return new Update(parameter.sub(moments.step(step, beta1, beta2, epsilon)), moments.state());
    }
}
