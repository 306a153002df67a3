package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Code of the library for one operation on one shape, and what it reads and writes, scratch memory last.
final class Primitive {
    private static final long ARGUMENT = 2 * ADDRESS.byteSize();

    private final Primitives primitives;
    private final MemorySegment code;
    private final MemorySegment[] shapes;
    private final long[] bytes;
    private final ThreadLocal<Call> calls;

    Primitive(Primitives primitives, MemorySegment code, int[] arguments, MemorySegment[] shapes, long[] bytes) {
        this.primitives = primitives;
        this.code = code;
        this.shapes = shapes;
        this.bytes = bytes;
        this.calls = ThreadLocal.withInitial(() -> new Call(primitives, arguments, shapes));
    }

    MemorySegment shape(int number) {
        return shapes[number];
    }

    /// Memory that argument `number` takes.
    long bytes(int number) {
        return bytes[number];
    }

    /// Runs on the calling thread.
    void run(Workspace workspace, MemorySegment... where) {
        Call call = calls.get();
        for (int i = 0; i < where.length; i++) {
            primitives.point(call.memories[i], where[i]);
        }
        int scratch = shapes.length - 1;
        primitives.point(call.memories[scratch], workspace.part(where.length, bytes[scratch]));
        primitives.execute(code, workspace.stream(), shapes.length, call.arguments);
    }

    /// What one thread hands over. It knows nothing of the primitive, which could else not be
    /// forgotten while the thread lives.
    private static final class Call {
        final MemorySegment[] memories;
        final MemorySegment arguments;

        Call(Primitives primitives, int[] numbers, MemorySegment[] shapes) {
            memories = new MemorySegment[shapes.length];
            arguments = Arena.ofAuto().allocate(ARGUMENT * shapes.length, ADDRESS.byteSize());
            for (int i = 0; i < memories.length; i++) {
                memories[i] = primitives.memory(shapes[i]);
                arguments.set(JAVA_INT, i * ARGUMENT, numbers[i]);
                arguments.set(ADDRESS, i * ARGUMENT + ADDRESS.byteSize(), memories[i]);
            }
        }
    }
}
