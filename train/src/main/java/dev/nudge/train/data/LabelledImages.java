package dev.nudge.train.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Grey images of one size, each with the number of its class.
///
/// Brightness is stored as bytes; [#images()] spreads it to `[0, 1]`.
public final class LabelledImages {
    private final byte[] pixels;
    private final int white;
    private final int[] labels;
    private final int height;
    private final int width;

    /// @param white the brightest pixel value, which becomes 1
    LabelledImages(byte[] pixels, int white, int[] labels, int height, int width) {
        this.pixels = pixels;
        this.white = white;
        this.labels = labels;
        this.height = height;
        this.width = width;
    }

    /// The number of images.
    public int count() {
        return labels.length;
    }

    /// Rows of one image.
    public int height() {
        return height;
    }

    /// Columns of one image.
    public int width() {
        return width;
    }

    /// The number of classes: one more than the greatest label.
    public int classes() {
        int greatest = -1;
        for (int label : labels) {
            greatest = Math.max(greatest, label);
        }
        return greatest + 1;
    }

    /// A new array of all images, one after the other and row by row: `[count, height, width]`, from 0 (black) to 1.
    public float[] images() {
        float[] images = new float[pixels.length];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) Byte.toUnsignedInt(pixels[index]) / white;
        }
        return images;
    }

    /// A new array of the classes, from 0: `[count]`.
    public int[] labels() {
        return labels.clone();
    }

    /// SHA-256 of sizes, pixels and labels in hexadecimal: equal for equal data, wherever it was read from.
    public String fingerprint() {
        MessageDigest digest = sha256();
        digest.update("labelled images 1\n".getBytes(StandardCharsets.US_ASCII));
        digest.update(ByteBuffer.allocate(16)
                .putInt(labels.length)
                .putInt(height)
                .putInt(width)
                .putInt(white)
                .flip());
        digest.update(pixels);
        ByteBuffer classes = ByteBuffer.allocate(4 * labels.length);
        classes.asIntBuffer().put(labels);
        digest.update(classes);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
