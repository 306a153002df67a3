package dev.nudge.studio.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Consecutive points of one series, as a row of the file holds them, with the range and the sum of their values.
///
/// Steps that follow each other by one are not written out. Values are 64-bit, so the file says exactly what the run
/// said. NaN and infinities are points like others but do not count in the range and the sum.
final class Chunk {
    /// Points of a full chunk.
    static final int SIZE = 1024;

    private long[] steps = new long[16];
    private double[] values = new double[16];
    private int count;

    static Chunk read(long first, int count, byte @Nullable [] steps, byte[] values) {
        Chunk chunk = new Chunk();
        ByteBuffer stepBytes = steps == null ? null : ByteBuffer.wrap(steps).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer valueBytes = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
        chunk.steps = new long[count];
        chunk.values = new double[count];
        for (int i = 0; i < count; i++) {
            chunk.steps[i] = stepBytes == null ? first + i : stepBytes.getLong();
            chunk.values[i] = valueBytes.getDouble();
        }
        chunk.count = count;
        return chunk;
    }

    void add(long step, double value) {
        if (count == steps.length) {
            int more = Math.min(SIZE, 2 * count);
            steps = Arrays.copyOf(steps, more);
            values = Arrays.copyOf(values, more);
        }
        steps[count] = step;
        values[count] = value;
        count++;
    }

    boolean isFull() {
        return count == SIZE;
    }

    int count() {
        return count;
    }

    long step(int index) {
        return steps[index];
    }

    double value(int index) {
        return values[index];
    }

    long first() {
        return steps[0];
    }

    long last() {
        return steps[count - 1];
    }

    /// The steps as bytes, or null where each is the one before plus one.
    byte @Nullable [] stepBytes() {
        if (last() - first() == count - 1) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putLong(steps[i]);
        }
        return bytes.array();
    }

    byte[] valueBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putDouble(values[i]);
        }
        return bytes.array();
    }
}
