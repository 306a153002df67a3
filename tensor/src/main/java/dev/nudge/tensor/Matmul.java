package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Matrix product over the last two axes, `y = op(a) op(b)`, where `op` transposes when asked to.
///
/// Shapes `[.., m, k] x [.., k, n]` to `[.., m, n]`; the leading axes agree ([Tensor#matmul] broadcasts them).
public record Matmul(boolean transposeLeft, boolean transposeRight) implements Op {
    @Override
    public Type type(List<Type> inputs) {
        check(inputs);
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        if (!a.range(0, a.rank() - 2).equals(b.range(0, b.rank() - 2))) {
            throw new ShapeException("matmul: batch extents differ, " + a + " x " + b);
        }
        return inputs.get(0)
                .withShape(a.with(-2, a.extent(transposeLeft ? -1 : -2)).with(-1, b.extent(transposeRight ? -2 : -1)));
    }

    /// Checks everything but the leading axes.
    void check(List<Type> inputs) {
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        if (a.rank() < 2 || b.rank() < 2) {
            throw new ShapeException(
                    "matmul: expected matrices, found " + a + " x " + b + "; reshape a vector to [1, n] or [n, 1]");
        }
        DType dtype = Elementwise.common("matmul", inputs);
        if (!dtype.isFloating()) {
            throw new ShapeException("matmul: expected floating-point operands, found " + inputs.get(0) + " x "
                    + inputs.get(1) + "; use cast");
        }
        int k = a.extent(transposeLeft ? -2 : -1);
        if (k != b.extent(transposeRight ? -1 : -2)) {
            throw new ShapeException("matmul: inner extents differ, " + describe(a, transposeLeft) + " x "
                    + describe(b, transposeRight) + " (" + k + " against " + b.extent(transposeRight ? -1 : -2) + ")");
        }
    }

    private static String describe(Shape shape, boolean transposed) {
        return transposed ? shape + " transposed" : shape.toString();
    }

    @Override
    public void reference(List<Value> inputs, Value out) {
        Value a = inputs.get(0);
        Value b = inputs.get(1);
        Shape shape = out.type().shape();
        int m = shape.extent(-2);
        int n = shape.extent(-1);
        int k = a.type().shape().extent(transposeLeft ? -2 : -1);
        for (int batch = 0; batch < shape.product(0, shape.rank() - 2); batch++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        double left = a.at(batch * m * k + (transposeLeft ? l * m + i : i * k + l));
                        double right = b.at(batch * k * n + (transposeRight ? j * k + l : l * n + j));
                        sum += left * right;
                    }
                    out.set((batch * m + i) * n + j, sum);
                }
            }
        }
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        Tensor a = y.input(0);
        Tensor b = y.input(1);
        Tensor da = transposeLeft // [k, m]
                ? Tensor.apply(new Matmul(transposeRight, true), b, dy)
                : Tensor.apply(new Matmul(false, !transposeRight), dy, b);
        Tensor db = transposeRight // [n, k]
                ? Tensor.apply(new Matmul(true, transposeLeft), dy, a)
                : Tensor.apply(new Matmul(!transposeLeft, false), a, dy);
        return Elementwise.gradients(da, db);
    }
}
