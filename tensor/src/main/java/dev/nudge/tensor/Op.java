package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation: a node's kind, with everything that is known about it in one place.
///
/// An op states its shape rule, its meaning in double precision and its gradient as more graph. Backends switch
/// over the sealed hierarchy, so that a missing kernel is a compile error there. Two ops that are equal do the
/// same.
public sealed interface Op permits Leaf, Elementwise, Reduction, Movement, Matmul, Sliding, Indexing, RandomOp, Fused {
    /// Element type and shape of the result.
    ///
    /// @throws ShapeException if the inputs do not fit
    Type type(List<Type> inputs);

    /// Gradient with respect to each input, as graph; null where none flows.
    ///
    /// @param y  the node that this op produced
    /// @param dy gradient with respect to `y`, of the shape of `y`
    List<@Nullable Tensor> gradient(Tensor y, Tensor dy);

    /// The meaning: computes `out` from `inputs` in double precision, rounding once to the element type of `out`.
    void reference(List<Value> inputs, Value out);

    /// The name that errors and listings use.
    default String name() {
        return OpNames.of(getClass());
    }
}
