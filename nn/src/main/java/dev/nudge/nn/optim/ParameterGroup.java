package dev.nudge.nn.optim;

import java.util.function.Predicate;

/// Parameters that are updated in their own way.
///
/// {@snippet class="OptimizerSnippets" region="groups"}
///
/// @param paths      which parameters, by path
/// @param rule       how they are updated
/// @param rateFactor what the learning rate is multiplied by for them
public record ParameterGroup(Predicate<String> paths, UpdateRule rule, double rateFactor) {
    /// Checks the factor.
    ///
    /// @throws IllegalArgumentException if it is negative or not finite
    public ParameterGroup {
        Hyper.atLeastZero("parameter group", "rateFactor", rateFactor);
    }

    /// The parameters that `paths` accepts, updated by `rule` at the common learning rate.
    public static ParameterGroup of(Predicate<String> paths, UpdateRule rule) {
        return new ParameterGroup(paths, rule, 1);
    }

    /// The same at `factor` times the common learning rate; to leave parameters alone altogether,
    /// make their layer a [dev.nudge.nn.Frozen] one.
    public ParameterGroup withRateFactor(double factor) {
        return new ParameterGroup(paths, rule, factor);
    }
}
