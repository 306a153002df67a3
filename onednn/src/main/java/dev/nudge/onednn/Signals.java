package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Keeps signals from the calling thread for as long as foreign code runs that has no stack to handle them on.
/*
 * The library's products on AVX-512 use the stack pointer as one more register: it points into memory that they have
 * asked malloc for, and what the kernel puts below it to call a signal handler overwrites its neighbours. Nothing sends
 * signals to the threads of a Java program, until a profiler does: Java's own (JFR) to take a sample, others likewise.
 * Those for faults of the thread itself are left alone: they cannot wait.
 */
final class Signals {
    /// The size of a set of signals in the C library, and what it asks to be done with one.
    private static final int BYTES = 128;

    private static final int BLOCK = 0;
    private static final int SET = 2;
    /// SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS.
    private static final int[] FAULTS = {4, 5, 7, 8, 11, 31};

    private final MethodHandle mask;
    private final MemorySegment others = Arena.global().allocate(BYTES);
    private final ThreadLocal<MemorySegment> before =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BYTES));

    @SuppressWarnings("restricted")
    Signals(Linker linker) {
        this.mask = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("pthread_sigmask"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                Linker.Option.critical(false));
        others.fill((byte) 0xff);
        for (int fault : FAULTS) {
            int place = (fault - 1) / Byte.SIZE;
            others.set(JAVA_BYTE, place, (byte) (others.get(JAVA_BYTE, place) & ~(1 << (fault - 1) % Byte.SIZE)));
        }
    }

    /// Lets them wait from now on.
    void hold() {
        mask(BLOCK, others, before.get());
    }

    /// Undoes [#hold()] of this thread; those that have waited come now.
    void release() {
        mask(SET, before.get(), MemorySegment.NULL);
    }

    private void mask(int how, MemorySegment set, MemorySegment old) {
        int status;
        try {
            status = (int) mask.invokeExact(how, set, old);
        } catch (Throwable e) {
            throw Primitives.unchecked(e);
        }
        if (status != 0) {
            throw new IllegalStateException("pthread_sigmask gave status " + status);
        }
    }
}
