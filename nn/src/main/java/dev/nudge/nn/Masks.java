package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;

/// What the layers that drop at random have in common.
final class Masks {
    private Masks() {}

    static void check(String layer, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(layer + ": probability must be in [0, 1), found " + probability);
        }
    }

    static void atLeast(String layer, int rank, Tensor x) {
        if (x.shape().rank() < rank) {
            throw new ShapeException(layer + ": expected at least " + rank + (rank == 1 ? " axis" : " axes")
                    + ", the first of examples, found " + x.shape());
        }
    }

    /// The shape of a mask with one number for each example, of the rank of `x`.
    static Shape perExample(Tensor x) {
        int[] extents = new int[x.shape().rank()];
        Arrays.fill(extents, 1);
        extents[0] = x.shape().extent(0);
        return Shape.of(extents);
    }

    /// Ones with probability `1 - probability`, else zeros.
    static Tensor kept(Tensor x, Shape mask, double probability, RandomKey key) {
        return Tensor.apply(new RandomOp.Bernoulli(x.type().withShape(mask), 1 - probability), key.tensor());
    }

    /// Inverted dropout with a mask that is broadcast to `x`.
    static Tensor dropped(Tensor x, Shape mask, double probability, Pass pass) {
        return switch (pass) {
            case Pass.Inference _ -> x;
            case Pass.Training(var key) ->
                probability == 0 ? x : x.mul(kept(x, mask, probability, key).mul(1 / (1 - probability)));
        };
    }
}
