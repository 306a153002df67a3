package dev.nudge.nn.loss;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Lengths and angles along the last axis that neither overflow nor have an infinite slope anywhere.
final class Distances {
    private Distances() {}

    /// `(Σ |x_i|^p)^(1/p)`: `[.., width]` to `[..]`; its gradient is 0 where the length is.
    static Tensor norm(Tensor x, double p) {
        Tensor scale = scale(x);
        Tensor scaled = x.div(scale).abs();
        Tensor sum = (p == 1 ? scaled : p == 2 ? scaled.square() : scaled.pow(p)).sum(-1);
        Tensor any = sum.greater(0);
        Tensor safe = any.where(sum, sum.constantLike(1));
        Tensor root = p == 1 ? safe : p == 2 ? safe.sqrt() : safe.pow(1 / p);
        return any.where(root.mul(scale.squeeze(-1)), sum.constantLike(0));
    }

    /// `x y / (|x| |y|)`, 0 where either has no length: `[.., width]` twice to `[..]`.
    static Tensor cosine(Tensor x, Tensor y) {
        Tensor first = x.div(scale(x)); // an angle does not depend on lengths
        Tensor second = y.div(scale(y));
        Tensor lengths = norm(first, 2).mul(norm(second, 2));
        Tensor any = lengths.greater(0);
        Tensor product = first.mul(second).sum(-1);
        return any.where(product.div(any.where(lengths, lengths.constantLike(1))), lengths.constantLike(0));
    }

    /// The largest element by size, 1 where all are 0. It only keeps numbers in range, so no gradient goes through it.
    private static Tensor scale(Tensor x) {
        int last = x.shape().rank() - 1;
        Tensor largest = x.abs().max(last).unsqueeze(last).detach();
        return largest.greater(0).where(largest, largest.constantLike(1));
    }

    /// Embedding `index` of the middle axis of `[batch, count, width]`.
    static Tensor part(String loss, Tensor stacked, int index, int count) {
        Shape shape = stacked.shape();
        if (shape.rank() != 3 || shape.extent(1) != count) {
            throw new ShapeException(
                    loss + ": expected embeddings [batch, " + count + ", width], found " + stacked.type());
        }
        return stacked.slice(1, index, 1).squeeze(1);
    }
}
