package dev.nudge.train.io;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.io.SafetensorsHeader.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Rows of the tensors in a safetensors file, each read when it is asked for.
///
/// Only the header is kept in memory. It is checked against the length of the file as in [Safetensors];
/// a file that has another length later is refused.
public final class TensorRows {
    private final Path file;
    private final long size;
    private final SequencedMap<String, String> metadata;
    private final SequencedMap<String, Place> places;

    /// @param begin first byte of the tensor in the file
    private record Place(Type type, long begin) {}

    private TensorRows(
            Path file, long size, SequencedMap<String, String> metadata, SequencedMap<String, Place> places) {
        this.file = file;
        this.size = size;
        this.metadata = metadata;
        this.places = places;
    }

    /// Reads the header of a file.
    ///
    /// @throws NudgeException E300, if it cannot be read; E301 to E306 and E310 as
    /// [Safetensors#read(Path)]; E304, if a tensor is none of F32, F64, I32, I64 and BOOL, or has no
    /// rows
    public static TensorRows of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            SafetensorsHeader header = Safetensors.header(in, size, file.toString());
            // The elements are the end of the file, without a gap: the header was checked for it.
            long end = header.entries().stream().mapToLong(Entry::end).max().orElse(0);
            SequencedMap<String, Place> places = new LinkedHashMap<>();
            for (Entry entry : header.entries()) {
                places.put(entry.name(), new Place(type(entry, file), size - end + entry.begin()));
            }
            return new TensorRows(file, size, header.metadata(), places);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Type type(Entry entry, Path file) {
        String place = file + ": tensor " + NudgeException.quote(entry.name());
        DType dtype = switch (entry.type()) {
            case F32 -> DType.F32;
            case F64 -> DType.F64;
            case I32 -> DType.I32;
            case I64 -> DType.I64;
            case BOOL -> DType.BOOL;
            default ->
                throw new NudgeException(
                        "E304", place, "dtype " + entry.type() + " has no rows here. Convert it to F32.");
        };
        int[] extents = new int[entry.shape().size()];
        long row = 1;
        for (int i = 0; i < extents.length; i++) {
            long extent = entry.shape().get(i);
            row *= i == 0 ? 1 : extent;
            if (extent > Integer.MAX_VALUE || row > Integer.MAX_VALUE / 8) {
                throw new NudgeException("E304", place, "shape " + entry.shape() + " is too large for rows.");
            }
            extents[i] = (int) extent;
        }
        if (extents.length == 0) {
            throw new NudgeException("E304", place, "a single number has no rows.");
        }
        return Type.of(dtype, Shape.of(extents));
    }

    /// The strings that the writer added.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Whether there is such a tensor.
    public boolean has(String name) {
        return places.containsKey(name);
    }

    /// Element type and shape of a tensor, rows first.
    ///
    /// @throws NudgeException (E312) if there is none of that name
    public Type type(String name) {
        return place(name).type();
    }

    /// Reads row `rows[i]` of a tensor into row `at[i]` of a value, for every `i`.
    ///
    /// @param to rows of the same type
    /// @throws NudgeException E300, if the file cannot be read; E313, if it changed since; E312, if
    /// there is no such tensor
    /// @throws IllegalArgumentException if a row does not exist
    public void read(String name, int[] rows, Value to, int[] at) {
        Place place = place(name);
        Shape shape = place.type().shape();
        int length = shape.product(1, shape.rank());
        int bytes = length * place.type().dtype().bytes();
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != size) {
                throw changed();
            }
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] < 0 || rows[i] >= shape.extent(0)) {
                    throw new IllegalArgumentException(
                            file + ": row " + rows[i] + " does not exist, there are " + shape.extent(0) + " rows");
                }
                buffer.clear();
                long position = place.begin() + (long) rows[i] * bytes;
                while (buffer.hasRemaining()) {
                    int count = channel.read(buffer, position + buffer.position());
                    if (count < 0) {
                        throw changed();
                    }
                }
                buffer.flip();
                write(buffer, to, at[i] * length, length);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void write(ByteBuffer from, Value to, int at, int length) {
        switch (to.type().dtype()) {
            case F32 -> from.asFloatBuffer().get((float[]) to.array(), at, length);
            case F64 -> from.asDoubleBuffer().get((double[]) to.array(), at, length);
            case I32 -> from.asIntBuffer().get((int[]) to.array(), at, length);
            case I64 -> from.asLongBuffer().get((long[]) to.array(), at, length);
            case BOOL -> from.get((byte[]) to.array(), at, length);
        }
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new NudgeException(
                    "E312",
                    file.toString(),
                    "missing tensor " + NudgeException.quote(name) + "; found " + places.sequencedKeySet() + ".");
        }
        return place;
    }

    private NudgeException changed() {
        return new NudgeException("E313", file.toString(), "file changed while it was in use. Open the data again.");
    }

    private static NudgeException unreadable(Path file, IOException e) {
        return new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
    }
}
