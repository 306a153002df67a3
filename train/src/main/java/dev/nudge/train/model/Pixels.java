package dev.nudge.train.model;

import dev.nudge.tensor.Shape;

/// Says that an example is an image, and of which size: its brightness in `[0, 1]`, one row after the
/// other, the channels of a pixel side by side.
///
/// It changes no number. Whoever reads image files for the model learns from it what to bring them to.
///
/// @param height   rows
/// @param width    columns
/// @param channels 1 (grey) or 3 (red, green, blue)
public record Pixels(int height, int width, int channels) implements Preprocessing {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException if one is not at least 1, or all together are beyond an array
    public Pixels {
        if (height < 1 || width < 1 || channels < 1 || (double) height * width * channels > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pixels: expected sizes of at least 1 that fit into an array, found "
                    + height + " x " + width + " x " + channels);
        }
    }

    @Override
    public float[] apply(float[] example) {
        check(example.length);
        return example;
    }

    @Override
    public Shape raw(Shape prepared) {
        check(prepared.elements());
        return prepared;
    }

    private void check(int elements) {
        if (elements != height * width * channels) {
            throw new IllegalArgumentException("pixels: expected an image of " + height + " x " + width + " x "
                    + channels + ", found " + elements + " numbers");
        }
    }
}
