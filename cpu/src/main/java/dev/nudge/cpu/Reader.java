package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.backend.Loop;
import java.util.Arrays;

/// How a loop reads an operand: as it stands, one number for all, or gathered from a broadcast array.
///
/// The elements of a broadcast are `source[(i / inner) % period]` for the usual rows and columns; other broadcasts walk
/// the strides.
final class Reader {
    private final boolean gathers;
    private final int inner;
    private final int period;
    private final int[] extents;
    private final int[] strides;

    private Reader(boolean gathers, int inner, int period, int[] extents, int[] strides) {
        this.gathers = gathers;
        this.inner = inner;
        this.period = period;
        this.extents = extents;
        this.strides = strides;
    }

    static Reader of(Loop.Input input) {
        boolean gathers = !input.isFull() && !input.isScalar();
        Shape space = input.space();
        int[] strides = input.source().shape().stridesBroadcastTo(space);
        int[] extents = space.toArray();
        int last = extents.length;
        int inner = 1; // trailing axes over which one element repeats
        while (last > 0 && strides[last - 1] == 0) {
            inner *= extents[--last];
        }
        int first = last; // the axes before `last` that lie side by side in the source
        int period = 1;
        while (first > 0 && (extents[first - 1] == 1 || strides[first - 1] == period)) {
            period *= extents[--first];
        }
        boolean regular = true; // nothing but repeats before them
        for (int axis = 0; axis < first; axis++) {
            regular &= strides[axis] == 0;
        }
        return new Reader(gathers, inner, regular ? period : 0, extents, strides);
    }

    /// Whether the elements must be gathered into a buffer.
    boolean gathers() {
        return gathers;
    }

    /// Whether every run of `length` elements that begins at a multiple of it is the same.
    boolean repeats(int length) {
        long once = (long) inner * period; // 0 for empty and for irregular broadcasts
        return gathers && once > 0 && length % once == 0;
    }

    /// Writes the elements `start` to `start + length` of the broadcast to `out`, an array of the type of `source`.
    void gather(Object source, int start, int length, Object out) {
        if (period == 0) {
            walk(source, start, length, out);
        } else if (inner == 1) {
            int position = start % period;
            int head = Math.min(length, period - position);
            int once = Math.min(length, period);
            System.arraycopy(source, position, out, 0, head);
            System.arraycopy(source, 0, out, head, once - head);
            for (int done = once; done < length; ) { // rows may be short: double what is there
                int run = Math.min(length - done, done);
                System.arraycopy(out, 0, out, done, run);
                done += run;
            }
        } else {
            for (int done = 0; done < length; ) {
                int index = start + done;
                int run = Math.min(length - done, inner - index % inner);
                fill(source, index / inner % period, out, done, done + run);
                done += run;
            }
        }
    }

    private static void fill(Object source, int position, Object out, int from, int to) {
        if (source instanceof float[] floats) {
            Arrays.fill((float[]) out, from, to, floats[position]);
        } else {
            Arrays.fill((byte[]) out, from, to, ((byte[]) source)[position]);
        }
    }

    private void walk(Object source, int start, int length, Object out) {
        for (int i = 0; i < length; i++) {
            int rest = start + i;
            int position = 0;
            for (int axis = extents.length - 1; axis >= 0; axis--) {
                position += rest % extents[axis] * strides[axis];
                rest /= extents[axis];
            }
            fill(source, position, out, i, i + 1);
        }
    }
}
