package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The mean of each channel over all places.
///
/// Shape: `[batch, .., channels]` to `[batch, channels]`, with at least one axis of places; so it takes images and
/// sequences.
///
/// Source: Lin, Chen and Yan 2013, arXiv:1312.4400, section 3.2.
public record GlobalAveragePool() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape shape = x.shape();
        int rank = shape.rank();
        int places = rank < 3 ? 0 : shape.product(1, rank - 1);
        if (places == 0) {
            throw new ShapeException("globalAveragePool: expected [batch, .., channels] with a place, found " + shape);
        }
        return x.reshape(shape.extent(0), places, shape.extent(-1)).mean(1);
    }
}
