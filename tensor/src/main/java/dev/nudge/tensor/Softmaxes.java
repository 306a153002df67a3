package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fused operations around the softmax, along the last axis.
public final class Softmaxes {
    private Softmaxes() {}

    /// Whether the type of the result is plain; if not, writing the definition finds the error.
    private static boolean isPlain(Type input) {
        return input.dtype().isFloating()
                && input.shape().rank() > 0
                && input.shape().elements() > 0;
    }

    private static Tensor max(Tensor x) {
        return Tensor.apply(new Reduction.Max(x.shape().rank() - 1), x).detach();
    }

    /// `y_i = e^(x_i) / Σ_j e^(x_j)`. Shape `[.., n]` to `[.., n]`.
    public record Softmax() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type input = inputs.getFirst();
            return isPlain(input) ? input : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Tensor exp = x.sub(max(x)).exp();
            return exp.div(exp.sumKeep(-1));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor weighted = dy.mul(y);
            return Elementwise.gradients(weighted.sub(y.mul(weighted.sumKeep(-1))));
        }
    }

    /// `y_i = x_i - ln Σ_j e^(x_j)`. Shape `[.., n]` to `[.., n]`.
    public record LogSoftmax() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type input = inputs.getFirst();
            return isPlain(input) ? input : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Tensor shifted = x.sub(max(x));
            return shifted.sub(shifted.exp().sumKeep(-1).log());
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.sub(y.exp().mul(dy.sumKeep(-1))));
        }
    }

    /// `y = ln Σ_j e^(x_j)`. Shape `[.., n]` to `[.., 1]`.
    public record LogSumExp() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type input = inputs.getFirst();
            return isPlain(input) ? input.withShape(input.shape().with(-1, 1)) : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Tensor max = max(x);
            return x.sub(max).exp().sumKeep(-1).log().add(max);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(dy.mul(y.input(0).softmax()));
        }
    }

    /// Cross-entropy of logits against class indices, per row: `y = ln Σ_j e^(x_j) - x_target`.
    ///
    /// Inputs logits `[.., classes]` and indices `[..]`; result `[..]`. Gradient
    /// `dx = dy (softmax(x) - oneHot(target))`.
    public record SoftmaxCrossEntropy() implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Type logits = inputs.get(0);
            Type targets = inputs.get(1);
            return isPlain(logits)
                            && targets.dtype().isInteger()
                            && targets.shape()
                                    .equals(logits.shape()
                                            .range(0, logits.shape().rank() - 1))
                    ? logits.withShape(targets.shape())
                    : Fused.super.type(inputs);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor logits = inputs.get(0);
            Shape rows = logits.shape().range(0, logits.shape().rank() - 1);
            if (!inputs.get(1).shape().equals(rows)) { // or it would broadcast
                throw new ShapeException("expected one class index for each row of the logits, " + rows + ", found "
                        + inputs.get(1).shape());
            }
            Tensor oneHot = oneHot(logits, inputs.get(1));
            Tensor zero = logits.constantLike(0);
            return oneHot.greater(0).where(logits.logSoftmax(), zero).sum(-1).negate();
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor logits = y.input(0);
            Tensor error = logits.softmax().sub(oneHot(logits, y.input(1)));
            return Elementwise.gradients(error.mul(dy.unsqueeze(dy.shape().rank())), null);
        }

        private static Tensor oneHot(Tensor logits, Tensor indices) {
            return Tensor.apply(new Indexing.OneHot(logits.shape().extent(-1), logits.dtype()), indices);
        }
    }

    /// Binary cross-entropy of a logit against a target probability, per element:
    /// `y = t softplus(-x) + (1 - t) softplus(x)`, finite for every finite logit.
    ///
    /// Inputs logits and targets in `[0, 1]` of one shape. Gradient `dx = dy (sigmoid(x) - t)`.
    public record BinaryCrossEntropy() implements Fused {
        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor t = inputs.get(1);
            if (!x.shape().equals(t.shape())) { // or they would broadcast
                throw new ShapeException("expected logits and targets of one shape; reshape one of them");
            }
            Tensor positive = x.softplus();
            return t.mul(x.negate().softplus()).add(positive.sub(t.mul(positive)));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = y.input(0);
            return Elementwise.gradients(
                    dy.mul(x.sigmoid().sub(y.input(1))), dy.mul(x).negate());
        }
    }
}
