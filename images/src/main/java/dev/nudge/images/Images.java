package dev.nudge.images;

import dev.nudge.train.io.NudgeException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Reads pictures from PNG, JPEG, GIF and BMP files.
///
/// Grey pictures have one channel, all others three; transparency is left out, of an animation the first
/// picture is taken, 16-bit values lose their lower half. A note about how the camera was held (EXIF) is
/// not heeded.
///
/// A file is judged by its first bytes, not by its name. Its header is read first: what it claims must
/// fit into a number of pixels before anything is decoded. Whatever the decoder of the JDK throws at a
/// damaged file becomes one [NudgeException] that names the file.
public final class Images {
    /// Most pixels of a picture, unless another number is given: 64 times 1024 times 1024.
    public static final long PIXELS = 64L << 20;

    private static final long LONGEST_FILE = 1L << 28;
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    private Images() {}

    /// The picture in a file.
    ///
    /// @throws NudgeException if it cannot be read (E300), is damaged or of another kind (E520), has too
    /// many pixels (E521) or too long a text (E522)
    public static Image read(Path file) {
        return read(bytes(file), file.toString(), PIXELS);
    }

    /// The picture in these bytes.
    ///
    /// @param where  name of the file, for errors
    /// @param pixels most pixels that may be decoded
    /// @throws NudgeException as for [#read(Path)]
    public static Image read(byte[] bytes, String where, long pixels) {
        Guard guard = new Guard(where, pixels);
        return guarded(guard, () -> decode(bytes, guard));
    }

    static byte[] bytes(Path file) {
        try {
            long size = Files.size(file);
            if (size > LONGEST_FILE) {
                throw new NudgeException(
                        "E521",
                        file.toString(),
                        "too large a file - expected at most " + (LONGEST_FILE >> 20) + " MiB, found " + (size >> 20)
                                + ".");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
    }

    /// A decoder at work.
    private interface Work {
        Image run() throws IOException;
    }

    // Errors of the machine are no fault of the file; but a decoder that is lied to may ask for any amount of memory,
    // and what it had is free again here.
    private static Image guarded(Guard guard, Work work) {
        try {
            return work.run();
        } catch (NudgeException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw guard.tooLarge("one that memory does not hold");
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw guard.damaged(e);
        }
    }

    private static Image decode(byte[] bytes, Guard guard) throws IOException {
        String format = format(bytes);
        if (format == null) {
            throw guard.damaged("it begins with " + begin(bytes) + " - expected PNG, JPEG, GIF or BMP");
        }
        byte[] clean = format.equals("png") ? Png.critical(bytes, guard) : bytes;
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(clean))) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width < 1 || height < 1) {
                throw guard.damaged("bad header: " + width + " x " + height);
            }
            guard.checkPixels(height, width);
            StringBuilder warnings = new StringBuilder();
            reader.addIIOReadWarningListener((_, warning) -> warnings.append(warning));
            BufferedImage image = reader.read(0);
            if (!warnings.isEmpty()) {
                throw guard.damaged(warnings.toString());
            }
            return isGrey(image) ? grey(image) : coloured(image);
        } finally {
            reader.dispose();
        }
    }

    private static @Nullable String format(byte[] bytes) {
        if (begins(bytes, Png.SIGNATURE)) {
            return "png";
        }
        if (begins(bytes, JPEG)) {
            return "jpeg";
        }
        if (begins(bytes, "GIF87a") || begins(bytes, "GIF89a")) {
            return "gif";
        }
        return begins(bytes, "BM") ? "bmp" : null;
    }

    private static boolean begins(byte[] bytes, String text) {
        return begins(bytes, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean begins(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    private static String begin(byte[] bytes) {
        return bytes.length == 0
                ? "nothing"
                : NudgeException.quote(new String(bytes, 0, Math.min(8, bytes.length), StandardCharsets.ISO_8859_1));
    }

    private static boolean isGrey(BufferedImage image) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
            for (int i = 0; i < palette.getMapSize(); i++) {
                if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
                    return false;
                }
            }
            return true;
        }
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    // Not by getRGB: it takes grey values for linear ones and brightens them.
    private static Image grey(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        Raster raster = image.getRaster();
        IndexColorModel palette = image.getColorModel() instanceof IndexColorModel index ? index : null;
        int bits = raster.getSampleModel().getSampleSize(0);
        byte[] pixels = new byte[height * width];
        int[] line = new int[width];
        for (int row = 0; row < height; row++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + row, width, 1, 0, line);
            for (int column = 0; column < width; column++) {
                int value = line[column];
                pixels[row * width + column] = (byte)
                        (palette != null
                                ? palette.getRed(value)
                                : bits > 8 ? value >>> (bits - 8) : value * 255 / ((1 << bits) - 1));
            }
        }
        return new Image(pixels, height, width, 1);
    }

    private static Image coloured(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] pixels = new byte[Math.multiplyExact(3, height * width)];
        int[] line = new int[width];
        for (int row = 0; row < height; row++) {
            image.getRGB(0, row, width, 1, line, 0, width);
            for (int column = 0; column < width; column++) {
                int at = 3 * (row * width + column);
                pixels[at] = (byte) (line[column] >> 16);
                pixels[at + 1] = (byte) (line[column] >> 8);
                pixels[at + 2] = (byte) line[column];
            }
        }
        return new Image(pixels, height, width, 3);
    }
}
