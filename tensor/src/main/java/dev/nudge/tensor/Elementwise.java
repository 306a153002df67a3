package dev.nudge.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation on each element by itself. All inputs have the shape of the result; [Tensor] inserts the broadcasts.
public sealed interface Elementwise extends Op permits Unary, Binary, Compare, Logical, Where, IsFinite, Cast {
    /// The meaning for one element.
    double apply(double... arguments);

    /// Element type of the result.
    DType dtype(List<Type> inputs);

    @Override
    default Type type(List<Type> inputs) {
        Type first = inputs.getFirst();
        for (int i = 1; i < inputs.size(); i++) {
            if (!inputs.get(i).shape().equals(first.shape())) {
                throw new ShapeException(name() + ": shapes " + first.shape() + " and "
                        + inputs.get(i).shape() + " differ");
            }
        }
        DType dtype = dtype(inputs);
        return dtype == first.dtype() ? first : first.withDType(dtype);
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        double[] arguments = new double[inputs.size()];
        for (int i = 0; i < out.elements(); i++) {
            for (int k = 0; k < arguments.length; k++) {
                arguments[k] = inputs.get(k).at(i);
            }
            out.set(i, apply(arguments));
        }
    }

    /// The common element type of `inputs`.
    ///
    /// @throws ShapeException if they differ
    static DType common(String operation, List<Type> inputs) {
        DType dtype = inputs.getFirst().dtype();
        for (int i = 1; i < inputs.size(); i++) {
            if (inputs.get(i).dtype() != dtype) {
                throw new ShapeException(operation + ": element types differ, " + inputs.getFirst() + " against "
                        + inputs.get(i) + "; use cast");
            }
        }
        return dtype;
    }

    /// Gradients as a list that may hold nulls.
    static List<@Nullable Tensor> gradients(@Nullable Tensor... gradients) {
        return Arrays.asList(gradients);
    }
}
