package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An element-wise comparison of two operands of one element type; the result is `BOOL` and carries no gradient.
///
/// As in Java, every comparison with NaN is false except [Relation#NOT_EQUAL].
public record Compare(Relation relation) implements Elementwise {
    /// How `a` is to stand to `b`.
    public enum Relation {
        /// `a < b`.
        LESS,
        /// `a <= b`.
        LESS_OR_EQUAL,
        /// `a > b`.
        GREATER,
        /// `a >= b`.
        GREATER_OR_EQUAL,
        /// `a == b`.
        EQUAL,
        /// `a != b`.
        NOT_EQUAL
    }

    @Override
    public double apply(double... arguments) {
        double a = arguments[0];
        double b = arguments[1];
        boolean holds = switch (relation) {
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            case GREATER -> a > b;
            case GREATER_OR_EQUAL -> a >= b;
            case EQUAL -> a == b;
            case NOT_EQUAL -> a != b;
        };
        return holds ? 1 : 0;
    }

    @Override
    public DType dtype(List<Type> inputs) {
        Elementwise.common(name(), inputs);
        return DType.BOOL;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return Elementwise.gradients(null, null);
    }
}
