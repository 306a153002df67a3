package dev.nudge.train.data;

import dev.nudge.train.io.NudgeException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// An array from an IDX file, the format of MNIST and Fashion-MNIST, packed with gzip or not.
///
/// A file is two zero bytes, a byte for the element type, a byte for the rank, the extents as 32-bit big-endian
/// integers and the elements, big-endian. The extents are checked against the length of the file before anything is
/// allocated.
public final class Idx {
    private static final long MAX_BYTES = 1L << 30;
    private static final int MAX_RANK = 8;
    /// Deflate cannot do better than 1032 to 1, so a packed file bounds what it can expand to.
    private static final long BEST_PACKING = 1032;

    private final Type type;
    private final int[] shape;
    private final byte[] bytes;

    private Idx(Type type, int[] shape, byte[] bytes) {
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
    }

    /// Element types of IDX files.
    public enum Type {
        /// Unsigned bytes.
        U8(0x08, 1),
        /// Signed bytes.
        I8(0x09, 1),
        /// 16-bit signed integers.
        I16(0x0B, 2),
        /// 32-bit signed integers.
        I32(0x0C, 4),
        /// IEEE 754 single precision.
        F32(0x0D, 4),
        /// IEEE 754 double precision.
        F64(0x0E, 8);

        private final int code;
        private final int width;

        Type(int code, int width) {
            this.code = code;
            this.width = width;
        }

        private static @Nullable Type of(int code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            return null;
        }
    }

    /// The parts of a data set in the usual layout.
    ///
    /// @param training the images to learn from (`train-...`)
    /// @param test the images to judge by (`t10k-...`)
    public record Folder(LabelledImages training, LabelledImages test) {}

    /// Reads the four files of MNIST or Fashion-MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the
    /// same for `t10k`, each with `.gz` or without, with `-idx` or `.idx`.
    ///
    /// @throws NudgeException E300, if a file is not there; E323 to E326, if one is damaged or they do not belong
    ///        together
    public static Folder folder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new NudgeException("E300", folder.toString(), "no such folder.");
        }
        return new Folder(part(folder, "train"), part(folder, "t10k"));
    }

    private static LabelledImages part(Path folder, String name) {
        return images(find(folder, name + "-images", "idx3-ubyte"), find(folder, name + "-labels", "idx1-ubyte"));
    }

    private static Path find(Path folder, String start, String end) {
        for (String name : List.of(start + "-" + end, start + "." + end)) {
            for (String packed : List.of("", ".gz")) {
                Path file = folder.resolve(name + packed);
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        throw new NudgeException(
                "E300", folder.toString(), "file not found - expected " + start + "-" + end + " or the same with .gz.");
    }

    /// Reads images and their classes from two files.
    ///
    /// @throws NudgeException E323, if they are not unsigned bytes of rank 3 and 1; E325, if their numbers differ
    public static LabelledImages images(Path imageFile, Path labelFile) {
        Idx images = read(imageFile).require(3, imageFile, "images");
        Idx labels = read(labelFile).require(1, labelFile, "labels");
        int count = images.shape[0];
        if (count != labels.shape[0]) {
            throw new NudgeException(
                    "E325",
                    imageFile.toString(),
                    count + " images but " + labels.shape[0] + " labels in " + labelFile + ".");
        }
        int[] classes = new int[count];
        Arrays.setAll(classes, index -> Byte.toUnsignedInt(labels.bytes[index]));
        return new LabelledImages(images.bytes, 255, classes, images.shape[1], images.shape[2]);
    }

    private Idx require(int rank, Path file, String what) {
        if (type != Type.U8 || shape.length != rank) {
            throw new NudgeException(
                    "E323",
                    file.toString(),
                    "not " + what + " - expected U8 of rank " + rank + ", found " + type + " " + Arrays.toString(shape)
                            + ".");
        }
        return this;
    }

    /// Reads one file.
    ///
    /// @throws NudgeException E300, if it cannot be read; E323 to E326, if it is not IDX or is damaged
    public static Idx read(Path file) {
        String where = file.toString();
        try {
            if (!Files.isRegularFile(file)) {
                throw new NudgeException("E300", where, "no such file.");
            }
            long size = Files.size(file);
            try (var in = new BufferedInputStream(Files.newInputStream(file))) {
                in.mark(2);
                boolean packed = in.read() == 0x1f && in.read() == 0x8b;
                in.reset();
                return packed ? unpack(in, size, where) : read(in, size, false, where);
            }
        } catch (IOException e) {
            throw new NudgeException("E300", where, "cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private static Idx unpack(InputStream in, long packedSize, String where) throws IOException {
        try (var unpacked = new GZIPInputStream(in, 1 << 16)) {
            return read(unpacked, packedSize, true, where);
        } catch (EOFException e) {
            throw new NudgeException("E326", where, "gzip stream ends early. Download the file again.", e);
        } catch (ZipException e) {
            throw new NudgeException("E326", where, "gzip stream is damaged (" + e.getMessage() + ").", e);
        }
    }

    private static Idx read(InputStream in, long fileSize, boolean packed, String where) throws IOException {
        byte[] start = in.readNBytes(4);
        Type type = start.length == 4 && start[0] == 0 && start[1] == 0 ? Type.of(start[2]) : null;
        if (type == null || start[3] < 1 || start[3] > MAX_RANK) {
            throw new NudgeException(
                    "E323",
                    where,
                    "not IDX - expected first bytes 00 00, a type and a rank up to " + MAX_RANK + ", found "
                            + hex(start) + ".");
        }
        int[] shape = new int[start[3]];
        byte[] extents = in.readNBytes(4 * shape.length);
        if (extents.length < 4 * shape.length) {
            throw new NudgeException("E324", where, "header ends early. The file is cut.");
        }
        long headerSize = 4L + extents.length;
        long bytes = bytes(extents, shape, type, where);
        if (!packed && bytes != fileSize - headerSize) {
            throw wrongLength(bytes, fileSize - headerSize, where);
        }
        if (packed && bytes / BEST_PACKING > fileSize) {
            throw new NudgeException(
                    "E324",
                    where,
                    "header needs " + bytes + " bytes, more than " + fileSize + " packed bytes can hold.");
        }
        byte[] elements = in.readNBytes((int) bytes);
        if (elements.length < bytes) {
            throw wrongLength(bytes, elements.length, where);
        }
        if (in.read() >= 0) {
            throw new NudgeException("E324", where, "bytes after the last element - expected " + bytes + " only.");
        }
        return new Idx(type, shape, elements);
    }

    /// Fills in the shape and returns how many bytes it needs.
    private static long bytes(byte[] extents, int[] shape, Type type, String where) {
        ByteBuffer.wrap(extents).asIntBuffer().get(shape);
        double estimate = type.width;
        long bytes = type.width;
        boolean empty = false;
        for (int extent : shape) {
            estimate *= Math.max(1, Integer.toUnsignedLong(extent));
            bytes *= Math.max(1, Integer.toUnsignedLong(extent));
            empty |= extent == 0;
        }
        boolean negative = Arrays.stream(shape).anyMatch(extent -> extent < 0);
        if (estimate > MAX_BYTES || negative) {
            String found = Arrays.toString(
                    Arrays.stream(shape).mapToLong(Integer::toUnsignedLong).toArray());
            throw new NudgeException(
                    "E324",
                    where,
                    "header needs %.3g bytes for shape %s - expected at most 1 GiB.".formatted(estimate, found));
        }
        return empty ? 0 : bytes;
    }

    private static NudgeException wrongLength(long expected, long found, String where) {
        return new NudgeException("E324", where, "header needs " + expected + " bytes, file has " + found + ".");
    }

    private static String hex(byte[] bytes) {
        return bytes.length == 0 ? "an empty file" : HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /// The element type.
    public Type type() {
        return type;
    }

    /// The extents.
    public int[] shape() {
        return shape.clone();
    }

    /// A new array of the elements as floats, without scaling.
    public float[] floats() {
        float[] values = new float[bytes.length / type.width];
        ByteBuffer in = ByteBuffer.wrap(bytes);
        for (int index = 0; index < values.length; index++) {
            values[index] = switch (type) {
                case U8 -> Byte.toUnsignedInt(in.get());
                case I8 -> in.get();
                case I16 -> in.getShort();
                case I32 -> in.getInt();
                case F32 -> in.getFloat();
                case F64 -> (float) in.getDouble();
            };
        }
        return values;
    }
}
