package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An element-wise connection of truth values; no gradient.
public sealed interface Logical extends Elementwise {
    @Override
    default DType dtype(List<Type> inputs) {
        if (Elementwise.common(name(), inputs) != DType.BOOL) {
            throw new ShapeException(name() + ": expected BOOL, found " + inputs.getFirst() + "; compare first");
        }
        return DType.BOOL;
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return Elementwise.gradients(new @Nullable Tensor[y.inputs().size()]);
    }

    /// True where both operands are.
    record And() implements Logical {
        @Override
        public double apply(double... arguments) {
            return arguments[0] != 0 && arguments[1] != 0 ? 1 : 0;
        }
    }

    /// True where either operand is.
    record Or() implements Logical {
        @Override
        public double apply(double... arguments) {
            return arguments[0] != 0 || arguments[1] != 0 ? 1 : 0;
        }
    }

    /// True where the operand is not.
    record Not() implements Logical {
        @Override
        public double apply(double... arguments) {
            return arguments[0] != 0 ? 0 : 1;
        }
    }
}
