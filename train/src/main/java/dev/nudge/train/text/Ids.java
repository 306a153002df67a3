package dev.nudge.train.text;

import java.util.Arrays;

/// A growing array of token ids.
final class Ids {
    private int[] values = new int[64];
    private int count;

    void add(int... more) {
        if (count + more.length > values.length) {
            values = Arrays.copyOf(values, Math.max(2 * values.length, count + more.length));
        }
        System.arraycopy(more, 0, values, count, more.length);
        count += more.length;
    }

    int[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
