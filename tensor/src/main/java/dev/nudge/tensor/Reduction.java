package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A reduction along one axis, which stays with extent 1: `[.., n, ..]` to `[.., 1, ..]`.
public sealed interface Reduction extends Op {
    /// The axis that is reduced, counted from the front.
    int axis();

    /// Reduces `count` elements of `input` that start at `start`, `stride` apart.
    double reduce(Value input, int start, int stride, int count);

    /// Whether the reduction of no elements has a value.
    boolean hasNeutral();

    /// Element type of the result.
    default DType dtype(DType input) {
        return input;
    }

    @Override
    default Type type(List<Type> inputs) {
        Type input = inputs.getFirst();
        int axis = axis();
        if (axis < 0 || axis >= input.shape().rank()) {
            throw new ShapeException(name() + ": axis " + axis + " does not exist in " + input.shape());
        }
        if (input.dtype() == DType.BOOL) {
            throw new ShapeException(name() + ": expected numbers, found " + input + "; use cast");
        }
        if (input.shape().extent(axis) == 0 && !hasNeutral()) {
            throw new ShapeException(name() + ": axis " + axis + " of " + input.shape() + " has no elements");
        }
        return Type.of(dtype(input.dtype()), input.shape().with(axis, 1));
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        Value input = inputs.getFirst();
        Shape shape = input.type().shape();
        int count = shape.extent(axis());
        int inner = shape.product(axis() + 1, shape.rank());
        for (int i = 0; i < out.elements(); i++) {
            out.set(i, reduce(input, i / inner * count * inner + i % inner, inner, count));
        }
    }

    /// Sum. Gradient: `dy` repeated along the axis.
    record Sum(int axis) implements Reduction {
        @Override
        public double reduce(Value input, int start, int stride, int count) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += input.at(start + i * stride);
            }
            return sum;
        }

        @Override
        public boolean hasNeutral() {
            return true;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.broadcastTo(y.input(0).shape()));
        }
    }

    /// Largest element; ties share the gradient evenly. NaN wins.
    record Max(int axis) implements Reduction {
        @Override
        public double reduce(Value input, int start, int stride, int count) {
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                max = Math.max(max, input.at(start + i * stride));
            }
            return max;
        }

        @Override
        public boolean hasNeutral() {
            return false;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(extremeGradient(y, dy));
        }
    }

    /// Smallest element; ties share the gradient evenly. NaN wins.
    record Min(int axis) implements Reduction {
        @Override
        public double reduce(Value input, int start, int stride, int count) {
            double min = Double.POSITIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                min = Math.min(min, input.at(start + i * stride));
            }
            return min;
        }

        @Override
        public boolean hasNeutral() {
            return false;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(extremeGradient(y, dy));
        }
    }

    /// Index of the first largest element, as `I32`; no gradient. The first NaN counts as largest.
    record ArgMax(int axis) implements Reduction {
        @Override
        public double reduce(Value input, int start, int stride, int count) {
            int best = 0;
            for (int i = 1; i < count; i++) {
                double candidate = input.at(start + i * stride);
                double present = input.at(start + best * stride);
                if (candidate > present || (Double.isNaN(candidate) && !Double.isNaN(present))) {
                    best = i;
                }
            }
            return best;
        }

        @Override
        public boolean hasNeutral() {
            return false;
        }

        @Override
        public DType dtype(DType input) {
            return DType.I32;
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients((Tensor) null);
        }
    }

    private static Tensor extremeGradient(Tensor y, Tensor dy) {
        Tensor x = y.input(0);
        int axis = ((Reduction) y.op()).axis();
        Tensor chosen = x.equalTo(y).cast(dy.dtype());
        return chosen.mul(dy.div(chosen.sumKeep(axis)));
    }
}
