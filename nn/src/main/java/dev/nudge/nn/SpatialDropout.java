package dev.nudge.nn;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;

/// Sets random channels of each example to zero while training, at all places at once, and divides the others by
/// `1 - probability`; the identity when the model is used.
///
/// Neighbouring places of an image tell nearly the same, so dropping single elements would drop little.
///
/// Shape: `[batch, .., channels]` to `[batch, .., channels]`.
///
/// Source: Tompson et al. 2015, arXiv:1411.4280, section 3.2.
///
/// @param probability with which a channel is set to zero, in `[0, 1)`
public record SpatialDropout(double probability) implements Layer {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is outside `[0, 1)`
    public SpatialDropout {
        Masks.check("spatialDropout", probability);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Masks.atLeast("spatialDropout", 2, x);
        int channels = x.shape().extent(-1);
        Shape mask = Masks.perExample(x).with(x.shape().rank() - 1, channels);
        return Masks.dropped(x, mask, probability, pass);
    }
}
