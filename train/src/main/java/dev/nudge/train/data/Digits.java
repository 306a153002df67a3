package dev.nudge.train.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// The data set that Nudge brings along: 1797 handwritten digits of 8 x 8 pixels, with 17 shades of grey.
///
/// They are the test part of *Optical Recognition of Handwritten Digits* by E. Alpaydin and C. Kaynak (1998), UCI
/// Machine Learning Repository, CC BY 4.0: 13 writers, each pixel the number of inked points (0 to 16) in a block of
/// 4 x 4.
///
/// The resource `digits.bin.gz` is gzip around a header of four bytes `NDIG`, the number of images as a 32-bit
/// big-endian integer, one byte each for height, width and the brightest value (16); then all pixels, image by image
/// and row by row, one byte each; then all labels, one byte each.
public final class Digits {
    private static final String RESOURCE = "digits.bin.gz";
    private static final int MAGIC = 0x4E444947; // "NDIG"

    private Digits() {}

    /// Reads the digits from the jar, in the order of the source.
    public static LabelledImages load() {
        InputStream resource = Objects.requireNonNull(Digits.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (var in = new DataInputStream(new GZIPInputStream(resource))) {
            if (in.readInt() != MAGIC) {
                throw new IOException(RESOURCE + " in the jar is damaged");
            }
            int count = in.readInt();
            int height = in.readUnsignedByte();
            int width = in.readUnsignedByte();
            int white = in.readUnsignedByte();
            byte[] pixels = new byte[count * height * width];
            in.readFully(pixels);
            int[] labels = new int[count];
            for (int index = 0; index < count; index++) {
                labels[index] = in.readUnsignedByte();
            }
            return new LabelledImages(pixels, white, labels, height, width);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
