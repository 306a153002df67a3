package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node without inputs.
public sealed interface Leaf extends Op {
    /// Elements handed over by the caller. They are a feed: what changes from step to step without changing the plan.
    record Data(Type type) implements Leaf {}

    /// The present value of a [Variable].
    record Read(Type type) implements Leaf {}

    /// A scalar constant that is part of the structure.
    record Constant(DType dtype, double value) implements Leaf {
        @Override
        public Type type() {
            return Type.of(dtype, Shape.SCALAR);
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            out.set(0, value);
        }
    }

    /// The type of the leaf.
    Type type();

    @Override
    default Type type(List<Type> inputs) {
        return type();
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return List.of();
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        throw new IllegalStateException(name() + ": the value of a leaf is bound, not computed");
    }
}
