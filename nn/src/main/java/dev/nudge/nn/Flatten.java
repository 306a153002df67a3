package dev.nudge.nn;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Makes one row of each example. Shape: `[batch, ..]` to `[batch, features]`.
public record Flatten() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        int rank = x.shape().rank();
        if (rank == 0) {
            throw new ShapeException("flatten: expected [batch, ..], found a scalar");
        }
        return x.reshape(x.shape().extent(0), x.shape().product(1, rank));
    }
}
