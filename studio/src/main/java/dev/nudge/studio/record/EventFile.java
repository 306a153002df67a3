package dev.nudge.studio.record;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// A file of events that TensorBoard reads: scalars, histograms and texts (Markdown).
///
/// Each record is the length of the data as 64 bits, a masked CRC-32C of these bytes, the data, and a masked CRC-32C of
/// the data; the data is a protocol buffer of the message `Event` (tensorflow/core/util/event.proto).
final class EventFile implements AutoCloseable {
    private static final int MASK = 0xa282ead8;
    /// How the names of such files begin.
    static final String NAME = "events.out.tfevents.";

    private static final int STRING_TYPE = 7; // DT_STRING

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /// A new file in `folder`, named for the second in which it is begun.
    static EventFile create(Path folder, double seconds) throws IOException {
        Path file = folder.resolve(NAME + (long) seconds + ".nudge");
        for (int other = 1; Files.exists(file); other++) {
            file = folder.resolve(NAME + (long) seconds + ".nudge." + other);
        }
        EventFile events = new EventFile(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        Message event = new Message().put(1, seconds).put(3, "brain.Event:2");
        events.write(event);
        return events;
    }

    void scalar(double seconds, long step, String tag, double value) throws IOException {
        write(seconds, step, new Message().put(1, tag).put(2, (float) value));
    }

    void histogram(double seconds, long step, String tag, Histogram histogram) throws IOException {
        int bins = histogram.counts().length;
        double[] limits = new double[bins];
        double[] counts = new double[bins];
        for (int bin = 0; bin < bins; bin++) {
            limits[bin] = histogram.limit(bin);
            counts[bin] = histogram.counts()[bin];
        }
        Message proto = new Message()
                .put(1, histogram.low())
                .put(2, histogram.high())
                .put(3, (double) histogram.count())
                .put(4, histogram.sum())
                .put(5, histogram.sumSquares())
                .put(6, packed(limits))
                .put(7, packed(counts));
        write(seconds, step, new Message().put(1, tag).put(5, proto.bytes()));
    }

    void text(double seconds, long step, String tag, String text) throws IOException {
        Message plugin = new Message().put(1, new Message().put(1, "text").bytes());
        Message shape = new Message().put(2, new Message().put(1, 1L).bytes());
        Message tensor =
                new Message().put(1, (long) STRING_TYPE).put(2, shape.bytes()).put(8, text);
        write(seconds, step, new Message().put(1, tag).put(8, tensor.bytes()).put(9, plugin.bytes()));
    }

    private static byte[] packed(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }

    private void write(double seconds, long step, Message value) throws IOException {
        Message summary = new Message().put(1, value.bytes());
        write(new Message().put(1, seconds).put(2, step).put(5, summary.bytes()));
    }

    private void write(Message event) throws IOException {
        byte[] data = event.bytes();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(masked(length));
        out.write(data);
        out.write(masked(data));
    }

    private static byte[] masked(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        int masked = ((value >>> 15) | (value << 17)) + MASK;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /// A protocol buffer: fields one after the other, each with its number and kind.
    private static final class Message {
        private static final int VARINT = 0;
        private static final int FIXED_64 = 1;
        private static final int BYTES = 2;
        private static final int FIXED_32 = 5;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message put(int field, double value) {
            varint((long) field << 3 | FIXED_64);
            out.writeBytes(packed(value));
            return this;
        }

        Message put(int field, float value) {
            varint((long) field << 3 | FIXED_32);
            out.writeBytes(ByteBuffer.allocate(Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Message put(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message put(int field, String value) {
            return put(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message put(int field, byte[] value) {
            varint((long) field << 3 | BYTES);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
