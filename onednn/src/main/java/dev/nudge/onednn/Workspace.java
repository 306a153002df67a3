package dev.nudge.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Memory outside the heap in which one thread hands arrays to the library.
final class Workspace {
    private static final long LINE = 64; // bytes of a line of the cache
    private static final int PARTS = 4;

    private final MemorySegment stream;
    private final MemorySegment[] parts = new MemorySegment[PARTS];
    private float[] numbers = {};

    Workspace(MemorySegment stream) {
        this.stream = stream;
        Arrays.fill(parts, MemorySegment.NULL);
    }

    /// The thread's queue, as the library wants one.
    MemorySegment stream() {
        return stream;
    }

    /// Part `number` of the memory, which has `bytes` at least.
    MemorySegment part(int number, long bytes) {
        if (parts[number].byteSize() < bytes) {
            parts[number] = allocate(bytes);
        }
        return parts[number];
    }

    /// An array of the heap, of `length` elements at least.
    float[] numbers(int length) {
        numbers = numbers.length < length ? new float[length] : numbers;
        return numbers;
    }

    /// Memory that is freed when nothing refers to it any more.
    static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, LINE);
    }
}
