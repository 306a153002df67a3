package dev.nudge.nn;

import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// Layers side by side on one input, whose outputs are joined.
///
/// Shape: with [Join#CONCAT] the branches' outputs `[.., features_i]` become `[.., Σ features_i]`; with [Join#SUM] they
/// are of one shape, which stays.
///
/// {@snippet class="LayerSnippets" region="parallel"}
///
/// @param branches the layers
/// @param join     how their outputs become one
public record Parallel(List<Layer> branches, Join join) implements Layer {
    /// How outputs become one.
    public enum Join {
        /// One after the other along the last axis.
        CONCAT,
        /// Added.
        SUM
    }

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if there is no branch
    public Parallel {
        branches = List.copyOf(branches);
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("parallel: there are no branches; give at least one");
        }
    }

    /// The given branches, their outputs one after the other along the last axis.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Parallel concat(Layer... branches) {
        return new Parallel(List.of(branches), Join.CONCAT);
    }

    /// The given branches, their outputs added.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Parallel sum(Layer... branches) {
        return new Parallel(List.of(branches), Join.SUM);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor[] outputs = new Tensor[branches.size()];
        for (int i = 0; i < outputs.length; i++) {
            Layer branch = branches.get(i);
            Pass part = pass.at(i);
            outputs[i] = LayerPath.within("branches." + i, () -> branch.forward(x, part));
        }
        return switch (join) {
            case CONCAT -> Tensor.concat(-1, outputs);
            case SUM -> sum(outputs);
        };
    }

    private static Tensor sum(Tensor[] outputs) {
        Tensor sum = outputs[0];
        for (int i = 1; i < outputs.length; i++) {
            if (!outputs[i].shape().equals(sum.shape())) { // or they might broadcast
                throw new ShapeException("parallel: expected branches of one shape to add, found " + sum.shape()
                        + " and, from branch " + i + ", " + outputs[i].shape());
            }
            sum = sum.add(outputs[i]);
        }
        return sum;
    }
}
