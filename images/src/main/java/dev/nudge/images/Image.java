package dev.nudge.images;

import dev.nudge.train.data.Resampling;

/// A picture in memory: bytes `[height, width, channels]`, one row after the other, from 0 (dark) to
/// 255.
///
/// @param pixels   `height * width * channels` bytes, unsigned; not to be changed
/// @param height   rows, at least 1
/// @param width    columns, at least 1
/// @param channels 1 (grey) or 3 (red, green, blue)
public record Image(byte[] pixels, int height, int width, int channels) {
    private static final float BRIGHTEST = 255;

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException if there are not as many bytes as the sizes say
    public Image {
        if (height < 1
                || width < 1
                || (channels != 1 && channels != 3)
                || (long) height * width * channels != pixels.length) {
            throw new IllegalArgumentException("image: expected height x width x channels bytes in 1 or 3 channels,"
                    + " found " + height + " x " + width + " x " + channels + " and " + pixels.length + " bytes");
        }
    }

    /// Rows, columns and channels.
    public ImageSize size() {
        return new ImageSize(height, width, channels);
    }

    /// A new array of brightness in `[0, 1]`.
    public float[] floats() {
        float[] floats = new float[pixels.length];
        write(floats, 0);
        return floats;
    }

    /// Writes brightness in `[0, 1]` into an array, from index `at` on.
    void write(float[] to, int at) {
        for (int i = 0; i < pixels.length; i++) {
            to[at + i] = Byte.toUnsignedInt(pixels[i]) / BRIGHTEST;
        }
    }

    /// The picture in another size, stretched where the proportions differ: an axis that shrinks takes
    /// the mean over the area of a new pixel, one that grows mixes its two nearest old pixels. Rounded
    /// to bytes.
    ///
    /// Red, green and blue become grey as `0.299 R + 0.587 G + 0.114 B` (ITU-R BT.601); grey becomes
    /// three equal channels.
    public Image resize(ImageSize size) {
        if (size.equals(size())) {
            return this;
        }
        Image image = withChannels(size.channels());
        float[] values = new float[image.pixels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(image.pixels[i]);
        }
        float[] resized = Resampling.resize(values, height, width, size.channels(), size.height(), size.width());
        byte[] bytes = new byte[resized.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(resized[i]);
        }
        return new Image(bytes, size.height(), size.width(), size.channels());
    }

    /// The largest part in the middle that has the proportions of `size`, in that size: nothing is
    /// stretched, the longer sides are cut.
    public Image fill(ImageSize size) {
        long across = (long) width * size.height();
        long down = (long) height * size.width();
        int partWidth = across > down ? (int) Math.max(1, down / size.height()) : width;
        int partHeight = across > down ? height : (int) Math.max(1, across / size.width());
        return centre(partHeight, partWidth).resize(size);
    }

    /// The middle of the picture.
    ///
    /// @throws IllegalArgumentException if the part is larger than the picture
    public Image centre(int partHeight, int partWidth) {
        if (partHeight < 1 || partWidth < 1 || partHeight > height || partWidth > width) {
            throw new IllegalArgumentException("image: " + partHeight + " x " + partWidth
                    + " pixels are not inside an image of " + height + " x " + width);
        }
        byte[] part = new byte[partHeight * partWidth * channels];
        int top = (height - partHeight) / 2;
        int left = (width - partWidth) / 2;
        int line = partWidth * channels;
        for (int row = 0; row < partHeight; row++) {
            System.arraycopy(pixels, ((top + row) * width + left) * channels, part, row * line, line);
        }
        return new Image(part, partHeight, partWidth, channels);
    }

    private Image withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        byte[] bytes = new byte[height * width * wanted];
        for (int pixel = 0; pixel < height * width; pixel++) {
            if (wanted == 3) {
                bytes[3 * pixel] = pixels[pixel];
                bytes[3 * pixel + 1] = pixels[pixel];
                bytes[3 * pixel + 2] = pixels[pixel];
            } else {
                double grey = 0.299 * Byte.toUnsignedInt(pixels[3 * pixel])
                        + 0.587 * Byte.toUnsignedInt(pixels[3 * pixel + 1])
                        + 0.114 * Byte.toUnsignedInt(pixels[3 * pixel + 2]);
                bytes[pixel] = (byte) Math.round(grey);
            }
        }
        return new Image(bytes, height, width, wanted);
    }
}
