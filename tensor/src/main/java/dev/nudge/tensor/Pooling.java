package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fused pooling over windows of images `[batch, height, width, channels]`, each channel by itself.
///
/// Padding takes no part: a maximum is never a zero of the padding, a mean is over the elements that exist (as
/// in Keras and ONNX; PyTorch counts padding by default). The operations come in pairs that are each other's
/// gradient.
public final class Pooling {
    private Pooling() {}

    private static Type check(Op op, List<Type> inputs) {
        Images.checkFloating(op, inputs);
        return Images.check(op, inputs.getFirst());
    }

    private static Type pooled(Op op, Window height, Window width, Type input) {
        Shape x = input.shape();
        Shape places = Images.places(op, height, width, x);
        if (!height.alwaysReads(x.extent(1)) || !width.alwaysReads(x.extent(2))) {
            throw new ShapeException(op.name() + ": a window " + height + " by " + width + " over " + x
                    + " reads nothing but padding; use less padding");
        }
        return input.withShape(Shape.of(x.extent(0), places.extent(0), places.extent(1), x.extent(3)));
    }

    /// For each window and channel a 1 at the first largest element in row-major order, else 0; NaN is largest.
    private static Tensor largest(Tensor x, Window height, Window width) {
        Tensor inside = x.constantLike(1).windows(height, width).greater(0.5);
        Tensor windows = x.windows(height, width);
        Tensor max = Tensor.apply(
                new Reduction.Max(3), inside.where(windows, windows.constantLike(Double.NEGATIVE_INFINITY)));
        Tensor is = windows.equalTo(max).or(windows.notEqualTo(windows)).and(inside);
        Tensor first = Tensor.apply(new Reduction.ArgMax(3), is.cast(x.dtype())).squeeze(3);
        return Tensor.apply(new Indexing.OneHot(windows.shape().extent(3), x.dtype()), first)
                .permute(0, 1, 2, 4, 3)
                .greater(0.5);
    }

    /// The `values` where `x` is largest in each window: max pooling, where both are the same.
    ///
    /// Inputs `x` and `values`, both `[batch, height, width, channels]`; result
    /// `[batch, placesDown, placesAcross, channels]`. Of equal elements the first in row-major order is taken, so
    /// the gradient goes to one element; a NaN is taken before any number. No gradient flows to `x`.
    public record MaxPool(Window height, Window width) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type x = check(this, inputs);
            if (!inputs.get(1).equals(x)) {
                throw new ShapeException("maxPool: expected values like x, " + x + ", found " + inputs.get(1));
            }
            return pooled(this, height, width, x);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor values = inputs.get(1).windows(height, width);
            return largest(inputs.get(0), height, width)
                    .where(values, values.constantLike(0))
                    .sum(3);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(null, Tensor.apply(new MaxUnpool(height, width), y.input(0), dy));
        }
    }

    /// The gradient of [MaxPool] with respect to the values: each element of `dy` is added where `x` is largest in
    /// its window.
    ///
    /// Inputs `x` `[batch, height, width, channels]` and `dy` `[batch, placesDown, placesAcross, channels]`;
    /// result of the shape of `x`. No gradient flows to `x`.
    public record MaxUnpool(Window height, Window width) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type x = check(this, inputs);
            Type y = pooled(this, height, width, x);
            if (!inputs.get(1).equals(y)) {
                throw new ShapeException("maxUnpool: expected " + y + " for x " + x + ", found " + inputs.get(1));
            }
            return x;
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor largest = largest(x, height, width);
            Tensor dy = inputs.get(1).unsqueeze(3).broadcastTo(largest.shape());
            return largest.where(dy, dy.constantLike(0))
                    .fold(height, width, x.shape().extent(1), x.shape().extent(2));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(null, Tensor.apply(new MaxPool(height, width), y.input(0), dy));
        }
    }

    /// The number of elements that each window reads, `[1, placesDown, placesAcross, 1]`.
    private static Tensor counts(DType dtype, Window height, Window width, int inputHeight, int inputWidth) {
        Tensor ones = Tensor.constant(dtype, 1).broadcastTo(Shape.of(1, inputHeight, inputWidth, 1));
        return ones.windows(height, width).sum(3);
    }

    /// The mean of each window: `[batch, height, width, channels]` to `[batch, placesDown, placesAcross,
    /// channels]`.
    public record AveragePool(Window height, Window width) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            return pooled(this, height, width, check(this, inputs));
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Tensor counts = counts(
                    x.dtype(), height, width, x.shape().extent(1), x.shape().extent(2));
            return x.windows(height, width).sum(3).div(counts);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Shape x = y.input(0).shape();
            return Elementwise.gradients(Tensor.apply(new AverageUnpool(height, width, x.extent(1), x.extent(2)), dy));
        }
    }

    /// The gradient of [AveragePool]: each element of `dy` is shared out evenly among the elements of its window.
    ///
    /// Shape `[batch, placesDown, placesAcross, channels]` to `[batch, inputHeight, inputWidth, channels]`.
    public record AverageUnpool(Window height, Window width, int inputHeight, int inputWidth) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type dy = check(this, inputs);
            Images.checkPlaces(this, height, width, dy.shape(), inputHeight, inputWidth);
            Type x = dy.withShape(dy.shape().with(1, inputHeight).with(2, inputWidth));
            pooled(this, height, width, x);
            return x;
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor dy = inputs.getFirst();
            Tensor share = dy.div(counts(dy.dtype(), height, width, inputHeight, inputWidth))
                    .unsqueeze(3);
            int elements = height.extent() * width.extent();
            return share.broadcastTo(share.shape().with(3, elements)).fold(height, width, inputHeight, inputWidth);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(Tensor.apply(new AveragePool(height, width), dy));
        }
    }
}
