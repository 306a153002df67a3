package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Element-wise choice: `y = a` where the condition holds, else `b`. Inputs: condition (`BOOL`), `a`, `b`.
///
/// The gradient flows to the chosen operand only, so a NaN in the other branch does not leak.
public record Where() implements Elementwise {
    @Override
    public double apply(double... arguments) {
        return arguments[0] != 0 ? arguments[1] : arguments[2];
    }

    @Override
    public DType dtype(List<Type> inputs) {
        if (inputs.getFirst().dtype() != DType.BOOL) {
            throw new ShapeException("where: expected a BOOL condition, found " + inputs.getFirst());
        }
        return Elementwise.common(name(), inputs.subList(1, 3));
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        Tensor condition = y.input(0);
        Tensor zero = dy.constantLike(0);
        return Elementwise.gradients(null, condition.where(dy, zero), condition.where(zero, dy));
    }
}
