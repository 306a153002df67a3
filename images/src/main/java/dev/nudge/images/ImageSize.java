package dev.nudge.images;

import dev.nudge.tensor.Shape;

/// Rows, columns and channels of a picture.
///
/// @param height   rows, in `1..32768`
/// @param width    columns, in `1..32768`
/// @param channels 1 (grey) or 3 (red, green, blue)
public record ImageSize(int height, int width, int channels) {
    private static final int LONGEST = 1 << 15;

    /// Checks the sizes.
    public ImageSize {
        if (height < 1 || width < 1 || height > LONGEST || width > LONGEST || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException("image size: expected sides in 1.." + LONGEST
                    + " and 1 or 3 channels, found " + height + "x" + width + "x" + channels);
        }
    }

    /// As a tensor's shape, `[height, width, channels]`.
    public Shape shape() {
        return Shape.of(height, width, channels);
    }

    /// `32x32x3`, say.
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
