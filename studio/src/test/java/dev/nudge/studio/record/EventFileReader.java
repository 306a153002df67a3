package dev.nudge.studio.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// Reads files of events from their published definitions alone: TensorFlow's record format (record_writer.cc) and the
/// messages of event.proto, summary.proto, tensor.proto and tensor_shape.proto. It shares no code with the writer.
final class EventFileReader {
    private EventFileReader() {}

    /// A value of a summary; what its kind does not have is NaN or empty.
    record Value(long step, String tag, double scalar, List<Double> histogram, String plugin, String text) {}

    /// The values in a file.
    ///
    /// @throws AssertionError if the file is not as TensorBoard wants it
    static List<Value> read(Path file) throws IOException {
        List<Value> values = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        boolean first = true;
        while (bytes.hasRemaining()) {
            byte[] length = take(bytes, Long.BYTES);
            verify(length, bytes.getInt());
            byte[] data = take(bytes, (int)
                    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            verify(data, bytes.getInt());
            Map<Integer, List<Object>> event = message(data);
            if (first) {
                check("brain.Event:2".equals(text(event.get(3).getFirst())), "the file's version");
                first = false;
                continue;
            }
            check(Double.longBitsToDouble((long) event.get(1).getFirst()) > 1e9, "the time in seconds");
            long step = event.containsKey(2) ? (long) event.get(2).getFirst() : 0;
            for (Object value : message((byte[]) event.get(5).getFirst()).get(1)) {
                values.add(value(step, message((byte[]) value)));
            }
        }
        return values;
    }

    private static Value value(long step, Map<Integer, List<Object>> summary) {
        String tag = text(summary.get(1).getFirst());
        if (summary.containsKey(2)) { // simple_value: float
            return new Value(
                    step, tag, Float.intBitsToFloat((int) summary.get(2).getFirst()), List.of(), "", "");
        }
        if (summary.containsKey(5)) { // histo: min, max, num, sum, sum_squares, then the two lists, packed
            Map<Integer, List<Object>> histogram =
                    message((byte[]) summary.get(5).getFirst());
            List<Double> numbers = new ArrayList<>();
            for (int field = 1; field <= 5; field++) {
                numbers.add(Double.longBitsToDouble((long) histogram.get(field).getFirst()));
            }
            for (int field = 6; field <= 7; field++) {
                ByteBuffer packed = ByteBuffer.wrap(
                                (byte[]) histogram.get(field).getFirst())
                        .order(ByteOrder.LITTLE_ENDIAN);
                while (packed.hasRemaining()) {
                    numbers.add(packed.getDouble());
                }
            }
            return new Value(step, tag, Double.NaN, numbers, "", "");
        }
        Map<Integer, List<Object>> tensor = message((byte[]) summary.get(8).getFirst());
        check(tensor.get(1).getFirst().equals(7L), "DT_STRING");
        Map<Integer, List<Object>> shape = message((byte[]) tensor.get(2).getFirst());
        check(message((byte[]) shape.get(2).getFirst()).get(1).equals(List.of(1L)), "the shape [1]");
        Map<Integer, List<Object>> metadata = message((byte[]) summary.get(9).getFirst());
        Map<Integer, List<Object>> plugin = message((byte[]) metadata.get(1).getFirst());
        return new Value(
                step,
                tag,
                Double.NaN,
                List.of(),
                text(plugin.get(1).getFirst()),
                text(tensor.get(8).getFirst()));
    }

    private static void verify(byte[] data, int expected) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        check(Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8 == expected, "the checksum");
    }

    private static byte[] take(ByteBuffer from, int count) {
        byte[] taken = new byte[count];
        from.get(taken);
        return taken;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    /// The fields of a message by number: a long, an int (as raw bits) or bytes each.
    private static Map<Integer, List<Object>> message(byte[] data) {
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            long key = varint(bytes);
            Object value = switch ((int) (key & 7)) {
                case 0 -> varint(bytes);
                case 1 -> bytes.getLong();
                case 2 -> take(bytes, (int) varint(bytes));
                case 5 -> bytes.getInt();
                default -> throw new AssertionError("wire type " + (key & 7));
            };
            fields.computeIfAbsent((int) (key >>> 3), _ -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not as TensorBoard reads it: " + what);
        }
    }
}
