package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The largest element of each channel over all places.
///
/// Shape: `[batch, .., channels]` to `[batch, channels]`, with at least one axis of places; so it takes images and
/// sequences. Equal largest elements share the gradient evenly.
public record GlobalMaxPool() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape shape = x.shape();
        int rank = shape.rank();
        int places = rank < 3 ? 0 : shape.product(1, rank - 1);
        if (places == 0) {
            throw new ShapeException("globalMaxPool: expected [batch, .., channels] with a place, found " + shape);
        }
        return x.reshape(shape.extent(0), places, shape.extent(-1)).max(1);
    }
}
