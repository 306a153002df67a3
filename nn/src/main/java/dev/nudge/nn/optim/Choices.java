package dev.nudge.nn.optim;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What can be chosen about an [Optimizer].
///
/// @param rule         of the parameters that are in no group
/// @param learningRate of each step
/// @param clipping     bound on gradients
/// @param groups       parameters with rules or rates of their own; the first that accepts a path has it
/// @param sam          where gradients are taken, or null for where the parameters are
record Choices(
        UpdateRule rule,
        Schedule learningRate,
        Clipping clipping,
        List<ParameterGroup> groups,
        @Nullable Sam sam) {
    Choices withLearningRate(Schedule other) {
        return new Choices(rule, other, clipping, groups, sam);
    }

    Choices withClipping(Clipping other) {
        return new Choices(rule, learningRate, other, groups, sam);
    }

    Choices withGroups(List<ParameterGroup> other) {
        return new Choices(rule, learningRate, clipping, other, sam);
    }

    Choices withSam(Sam other) {
        return new Choices(rule, learningRate, clipping, groups, other);
    }

    /// The group that the parameter of this path is in.
    Optional<ParameterGroup> groupOf(String path) {
        return groups.stream().filter(candidate -> candidate.paths().test(path)).findFirst();
    }
}
