package dev.nudge.tensor;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An operation that *is* a composition of others; a backend may offer a faster kernel for the whole.
///
/// Type, gradient and meaning follow from the definition. This is the one open door in the hierarchy: users may
/// implement it.
public non-sealed interface Fused extends Op {
    /// The composition.
    Tensor definition(List<Tensor> inputs);

    @Override
    default Type type(List<Type> inputs) {
        try {
            return definition(inputs.stream().map(Tensor::placeholder).toList()).type();
        } catch (ShapeException refused) { // by a part that the caller has not written: name the whole
            throw new ShapeException(name() + ": operands "
                    + inputs.stream().map(Type::toString).collect(Collectors.joining(", ")) + " do not fit ("
                    + refused.reason() + ")");
        }
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        List<Tensor> inputs = y.inputs().stream().map(Tensor::boundary).toList();
        Tensor composed = definition(inputs);
        return Gradients.through(composed, dy, inputs);
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        Tensor composed = definition(inputs.stream().map(Tensor::data).toList());
        Value computed = Evaluation.reference(composed);
        System.arraycopy(computed.array(), 0, out.array(), 0, out.elements());
    }
}
