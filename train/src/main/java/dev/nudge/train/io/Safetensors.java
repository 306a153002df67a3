package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.SafetensorsHeader.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Reads and writes safetensors files: named arrays of numbers, nothing that could run.
///
/// A file is eight bytes with the length of the header, little-endian; the header, JSON that gives each tensor's
/// type, shape and place; and the elements, little-endian, without hole or overlap. Everything in the header is
/// checked against the length of the file before the first tensor is allocated, and files are read, never mapped.
///
/// What is written depends on the tensors alone: metadata and tensors are sorted (wide elements first, so that every
/// tensor is aligned, then by name) and the header is padded with spaces to a multiple of eight bytes.
///
/// Numbers of types `F16` and `BF16` are read as `F32`.
///
/// Stricter than the format on purpose: at most 16 dimensions, names of at most 4096 characters, no unknown keys,
/// and a `BOOL` is 0 or 1.
public final class Safetensors {
    private static final long MAX_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = 8;
    private static final int CHUNK = 1 << 16;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private Safetensors() {}

    /// What a file holds.
    ///
    /// @param metadata the strings that the writer added
    /// @param tensors the tensors by name, in the order of the file
    public record Contents(SequencedMap<String, String> metadata, SequencedMap<String, TensorData> tensors) {}

    /// Reads a whole file.
    ///
    /// @throws NudgeException E301 to E306, if the file breaks a rule of the format; E310, if it is of another
    ///         kind; E313, if it changed while it was read
    /// @throws IOException if it cannot be read
    public static Contents read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, Files.size(file), file.toString());
        }
    }

    /// Reads a whole stream of known length.
    ///
    /// @param size how many bytes the stream has
    /// @param where what the stream is called in errors
    public static Contents read(InputStream in, long size, String where) throws IOException {
        SafetensorsHeader header = header(in, size, where);
        for (Entry entry : header.entries()) {
            checkLoadable(entry, where);
        }
        var tensors = new LinkedHashMap<String, TensorData>();
        for (Entry entry : header.entries()) {
            tensors.put(entry.name(), tensor(in, entry, where));
        }
        if (in.read() >= 0) {
            throw new NudgeException("E313", where, "file grew while reading. Read it again when it is complete.");
        }
        return new Contents(header.metadata(), Collections.unmodifiableSequencedMap(tensors));
    }

    static SafetensorsHeader header(InputStream in, long size, String where) throws IOException {
        if (size == 0) {
            throw new NudgeException("E301", where, "empty file, not a safetensors model.");
        }
        if (size < LENGTH_BYTES) {
            throw foreignOr(
                    in.readNBytes((int) size),
                    new NudgeException("E302", where, "header length needs 8 bytes, file has " + size + "."));
        }
        byte[] lengthBytes = bytes(in, LENGTH_BYTES, where);
        long length =
                ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (Long.compareUnsigned(length, Math.min(MAX_HEADER, size - LENGTH_BYTES)) > 0) {
            byte[] head = Arrays.copyOf(lengthBytes, FileKind.LOOKED_AT);
            int more = in.readNBytes(head, LENGTH_BYTES, head.length - LENGTH_BYTES);
            throw foreignOr(Arrays.copyOf(head, LENGTH_BYTES + more), tooLong(length, size, where));
        }
        byte[] text = bytes(in, (int) length, where);
        try {
            return SafetensorsHeader.of(text, size - LENGTH_BYTES - length, where);
        } catch (NudgeException e) {
            boolean json = text.length > 0
                    && new String(text, StandardCharsets.ISO_8859_1)
                            .stripLeading()
                            .startsWith("{");
            if (json) {
                throw e;
            }
            byte[] head = Arrays.copyOf(lengthBytes, LENGTH_BYTES + Math.min(text.length, FileKind.LOOKED_AT));
            System.arraycopy(text, 0, head, LENGTH_BYTES, head.length - LENGTH_BYTES);
            throw foreignOr(head, e);
        }
    }

    private static NudgeException tooLong(long length, long size, String where) {
        long swapped = Long.reverseBytes(length);
        boolean looksSwapped = swapped > 0 && swapped <= Math.min(MAX_HEADER, size - LENGTH_BYTES);
        String found = "header length " + Long.toUnsignedString(length);
        String limit = Long.compareUnsigned(length, MAX_HEADER) > 0
                ? " exceeds limit 100 MB"
                : " exceeds the file, which has " + size + " bytes";
        return new NudgeException(
                "E302", where, found + limit + (looksSwapped ? "; the length looks byte-swapped." : "."));
    }

    private static NudgeException foreignOr(byte[] head, NudgeException otherwise) {
        String kind = FileKind.explain(head);
        return kind == null ? otherwise : new NudgeException("E310", otherwise.where(), kind, otherwise);
    }

    private static void checkLoadable(Entry entry, String where) {
        String place = where + ": tensor " + NudgeException.quote(entry.name());
        if (!entry.type().isLoadable()) {
            throw new NudgeException("E304", place, "dtype " + entry.type() + " is not supported. Convert it to F32.");
        }
        long elements = entry.bytes() * 8 / entry.type().bits();
        if (elements > MAX_ARRAY) {
            throw new NudgeException("E304", place, elements + " elements are more than an array holds.");
        }
    }

    private static byte[] bytes(InputStream in, int count, String where) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw changed(where);
        }
        return bytes;
    }

    private static NudgeException changed(String where) {
        return new NudgeException("E313", where, "file changed while reading: it is shorter than at the start.");
    }

    private static TensorData tensor(InputStream in, Entry entry, String where) throws IOException {
        int count = (int) (entry.bytes() * 8 / entry.type().bits());
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        return switch (entry.type()) {
            case BOOL, U8, I8 -> {
                byte[] values = bytes(in, count, where);
                if (entry.type() == ElementType.BOOL) {
                    checkTruth(values, entry, where);
                }
                yield TensorData.ofBytes(entry.type(), values, shape);
            }
            case I16 -> {
                short[] values = new short[count];
                chunks(
                        in,
                        count,
                        Short.BYTES,
                        where,
                        (chunk, at, n) -> chunk.asShortBuffer().get(values, at, n));
                yield TensorData.of(values, shape);
            }
            case F16 -> TensorData.of(widened(in, count, where, Float::float16ToFloat), shape);
            case BF16 -> TensorData.of(widened(in, count, where, bits -> Float.intBitsToFloat(bits << 16)), shape);
            case I32 -> {
                int[] values = new int[count];
                chunks(
                        in,
                        count,
                        Integer.BYTES,
                        where,
                        (chunk, at, n) -> chunk.asIntBuffer().get(values, at, n));
                yield TensorData.of(values, shape);
            }
            case I64 -> {
                long[] values = new long[count];
                chunks(
                        in,
                        count,
                        Long.BYTES,
                        where,
                        (chunk, at, n) -> chunk.asLongBuffer().get(values, at, n));
                yield TensorData.of(values, shape);
            }
            case F32 -> {
                float[] values = new float[count];
                chunks(
                        in,
                        count,
                        Float.BYTES,
                        where,
                        (chunk, at, n) -> chunk.asFloatBuffer().get(values, at, n));
                yield TensorData.of(values, shape);
            }
            case F64 -> {
                double[] values = new double[count];
                chunks(
                        in,
                        count,
                        Double.BYTES,
                        where,
                        (chunk, at, n) -> chunk.asDoubleBuffer().get(values, at, n));
                yield TensorData.of(values, shape);
            }
            case F4, F6_E2M3, F6_E3M2, F8_E5M2, F8_E4M3, F8_E8M0, U16, U32, C64, U64 ->
                throw new AssertionError(entry.type() + " passed checkLoadable");
        };
    }

    @FunctionalInterface
    private interface Widening {
        float of(short bits);
    }

    /// Floats of 16 bits as floats of 32: every one of them is one of those.
    private static float[] widened(InputStream in, int count, String where, Widening widening) throws IOException {
        float[] values = new float[count];
        chunks(in, count, Short.BYTES, where, (chunk, at, n) -> {
            for (int i = 0; i < n; i++) {
                values[at + i] = widening.of(chunk.getShort(i * Short.BYTES));
            }
        });
        return values;
    }

    private static void checkTruth(byte[] values, Entry entry, String where) {
        for (int index = 0; index < values.length; index++) {
            if (values[index] != 0 && values[index] != 1) {
                throw new NudgeException(
                        "E304",
                        where + ": tensor " + NudgeException.quote(entry.name()),
                        "BOOL element " + index + " must be 0 or 1, found " + (values[index] & 0xff) + ".");
            }
        }
    }

    @FunctionalInterface
    private interface ChunkTask {
        void run(ByteBuffer chunk, int at, int count);
    }

    private static void chunks(InputStream in, int count, int width, String where, ChunkTask task) throws IOException {
        for (int at = 0; at < count; at += CHUNK / width) {
            int now = Math.min(CHUNK / width, count - at);
            byte[] bytes = bytes(in, now * width, where);
            task.run(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), at, now);
        }
    }

    /// Writes these tensors and strings: the same bytes for the same contents, whatever the order of the maps.
    ///
    /// @throws IllegalArgumentException if a tensor has the reserved name `__metadata__`, or one that cannot be
    ///         read back
    public static void write(OutputStream out, Map<String, TensorData> tensors, Map<String, String> metadata)
            throws IOException {
        var sorted = new ArrayList<>(tensors.entrySet());
        sorted.sort(Comparator.comparingInt((Map.Entry<String, TensorData> tensor) ->
                        -tensor.getValue().type().bits())
                .thenComparing(Map.Entry::getKey));
        var members = new LinkedHashMap<String, Json>();
        if (!metadata.isEmpty()) {
            var strings = new LinkedHashMap<String, Json>();
            new TreeMap<>(metadata).forEach((key, value) -> strings.put(key, new JsonText(value)));
            members.put(SafetensorsHeader.METADATA, new JsonObject(strings));
        }
        long at = 0;
        for (Map.Entry<String, TensorData> named : sorted) {
            TensorData tensor = named.getValue();
            long end = at + (long) tensor.count() * tensor.type().bits() / 8;
            Json earlier = members.put(named.getKey(), describe(tensor, at, end));
            if (earlier != null) {
                throw new IllegalArgumentException("a tensor cannot be called " + named.getKey());
            }
            at = end;
        }
        byte[] text = new JsonObject(members).compact().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, LENGTH_BYTES) * LENGTH_BYTES);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        // The reader's own checks, so that nothing is written that could not be read back.
        SafetensorsHeader.of(padded, at, "safetensors to write");
        out.write(ByteBuffer.allocate(LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .array());
        out.write(padded);
        for (Map.Entry<String, TensorData> named : sorted) {
            writeElements(out, named.getValue());
        }
    }

    private static JsonObject describe(TensorData tensor, long begin, long end) {
        return JsonObject.EMPTY
                .with(SafetensorsHeader.TYPE, tensor.type().name())
                .with(SafetensorsHeader.SHAPE, JsonArray.of(tensor.shape()))
                .with(SafetensorsHeader.OFFSETS, JsonArray.of(begin, end));
    }

    private static void writeElements(OutputStream out, TensorData tensor) throws IOException {
        if (tensor.array() instanceof byte[] values) {
            out.write(values);
            return;
        }
        int width = tensor.type().bits() / 8;
        int count = tensor.count();
        for (int at = 0; at < count; at += CHUNK / width) {
            int now = Math.min(CHUNK / width, count - at);
            byte[] bytes = new byte[now * width];
            ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            switch (tensor.array()) {
                case short[] values -> chunk.asShortBuffer().put(values, at, now);
                case int[] values -> chunk.asIntBuffer().put(values, at, now);
                case long[] values -> chunk.asLongBuffer().put(values, at, now);
                case float[] values -> chunk.asFloatBuffer().put(values, at, now);
                case double[] values -> chunk.asDoubleBuffer().put(values, at, now);
                default -> throw new AssertionError(tensor.type());
            }
            out.write(bytes);
        }
    }
}
