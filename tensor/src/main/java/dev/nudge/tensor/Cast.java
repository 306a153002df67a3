package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Conversion to another element type: rounding to nearest, truncation towards zero to an integer, 0 or 1 from and
/// to `BOOL`. The gradient flows between floating-point types only.
public record Cast(DType target) implements Elementwise {
    @Override
    public double apply(double... arguments) {
        return arguments[0];
    }

    @Override
    public DType dtype(List<Type> inputs) {
        return target;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        DType source = y.input(0).dtype();
        return Elementwise.gradients(source.isFloating() && target.isFloating() ? dy.cast(source) : null);
    }
}
