package dev.nudge.nn.optim;

/// Sharpness-aware minimization: the gradient of a step is taken not at the weights `w` but at `w + radius · g / ‖g‖`,
/// where `g` is the gradient at `w`, so that the loss becomes low in a whole neighbourhood.
///
/// A step computes loss and gradients twice, and so is given a function that does; both times it must use the same
/// batch and the same random key. Any update rule applies the second gradient to `w`. Running statistics are those of
/// the first pass; loss and gradient norm that a step reports are those at `w`.
///
/// {@snippet class="OptimizerSnippets" region="sam"}
///
/// Source: Foret et al. 2021, arXiv:2010.01412, Algorithm 1 with `p = 2`.
///
/// @param radius how far away the gradient is taken, the paper's `ρ`
public record Sam(double radius) {
    /// Checks the radius.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public Sam {
        Hyper.positive("sam", "radius", radius);
    }

    /// The radius of the paper's experiments.
    public static Sam of() {
        return new Sam(0.05);
    }
}
