package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// True where the operand is neither NaN nor infinite; no gradient.
public record IsFinite() implements Elementwise {
    @Override
    public double apply(double... arguments) {
        return Double.isFinite(arguments[0]) ? 1 : 0;
    }

    @Override
    public DType dtype(List<Type> inputs) {
        return DType.BOOL;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return Elementwise.gradients((Tensor) null);
    }
}
