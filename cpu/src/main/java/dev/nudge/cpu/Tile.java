package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The values of a loop for one run of neighbouring elements: for each value an array and where in it the run starts,
/// or one number for all. One tile serves a thread for all loops.
final class Tile {
    private final List<float[]> floatBuffers = new ArrayList<>();
    private final List<byte[]> byteBuffers = new ArrayList<>();
    float[][] floats = new float[0][];
    byte[][] bytes = new byte[0][];
    private float[][] spreadFloats = new float[0][];
    private byte[][] spreadBytes = new byte[0][];
    int[] from = new int[0];
    float[] number = new float[0]; // of scalar values; truth values are 0 or 1

    private static final float[] NO_FLOATS = new float[0];
    private static final byte[] NO_BYTES = new byte[0];

    /// Makes room for `values` values.
    void reserve(int values) {
        if (from.length < values) {
            int length = 2 * values;
            floats = new float[length][];
            bytes = new byte[length][];
            from = new int[length];
            number = new float[length];
            spreadFloats = new float[length][];
            spreadBytes = new byte[length][];
            Arrays.fill(spreadFloats, NO_FLOATS);
            Arrays.fill(spreadBytes, NO_BYTES);
            clear();
        }
    }

    /// Lets go of all arrays but the buffers.
    void clear() {
        Arrays.fill(floats, NO_FLOATS);
        Arrays.fill(bytes, NO_BYTES);
    }

    /// Value `value` is the one element of `array` for all.
    void scalar(int value, Object array) {
        number[value] = array instanceof float[] f ? f[0] : ((byte[]) array)[0];
    }

    /// Value `value` lies in `array` from `start` on.
    void point(int value, Object array, int start) {
        from[value] = start;
        if (array instanceof float[] f) {
            floats[value] = f;
        } else {
            bytes[value] = (byte[]) array;
        }
    }

    /// Value `value` lies in buffer `buffer`.
    void hold(int value, DType dtype, int buffer) {
        from[value] = 0;
        while (floatBuffers.size() <= buffer) {
            floatBuffers.add(new float[LoopKernel.TILE]);
            byteBuffers.add(new byte[LoopKernel.TILE]);
        }
        if (dtype == DType.F32) {
            floats[value] = floatBuffers.get(buffer);
        } else {
            bytes[value] = byteBuffers.get(buffer);
        }
    }

    /// A buffer for value `value`, apart from those of [#hold], in which a scalar is repeated.
    float[] spreadFloats(int value) {
        float[] buffer = spreadFloats[value];
        if (buffer.length == 0) {
            buffer = new float[LoopKernel.TILE];
            spreadFloats[value] = buffer;
        }
        return buffer;
    }

    /// As [#spreadFloats(int)], for truth values.
    byte[] spreadBytes(int value) {
        byte[] buffer = spreadBytes[value];
        if (buffer.length == 0) {
            buffer = new byte[LoopKernel.TILE];
            spreadBytes[value] = buffer;
        }
        return buffer;
    }

    /// The array of value `value`.
    Object array(int value, DType dtype) {
        return dtype == DType.F32 ? floats[value] : bytes[value];
    }
}
