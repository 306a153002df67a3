package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The functions of oneDNN that are in use, and the one that keeps it to the calling thread.
/*
 * Arrays of the heap are handed over as they are (a "critical" call): the garbage collector waits until the call is
 * over, so calls are kept short by whoever cuts the work. Products take them so; primitives
 * keep addresses between calls, and arrays of the heap have no lasting ones, so they work on copies ([Primitives]).
 *
 * The library would start threads of its own. It asks OpenMP how many, which answers for the calling thread; so each
 * call says one thread first. To set the environment instead would need no call, but is unsafe while other threads read
 * it, and would speak to every other library of the process.
 */
final class Library {
    private static final FunctionDescriptor GEMM = FunctionDescriptor.of(
            JAVA_INT,
            JAVA_BYTE,
            JAVA_BYTE,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG);
    private static final long VERSION_BYTES = 3 * JAVA_INT.byteSize();
    /// The bits of dnnl_cpu_isa_avx512_core_bf16, which those of all later instruction sets contain.
    private static final int BFLOAT16 = 0xe7;

    /// Bytes of a line of the cache, and of the widest vectors.
    private static final int LINE = 64;
    /// Elements that an array needs beyond those that shall begin at a line.
    static final int SLACK = LINE / Float.BYTES - 1;

    private final Signals signals;
    private final MethodHandle sgemm;
    private final MethodHandle bfloat16;
    private final int instructions;
    private final MethodHandle copy;
    private final MethodHandle setThreads;
    private final MethodHandle maxThreads;
    private final String version;
    private final SymbolLookup symbols;
    private @Nullable Primitives primitives;

    @SuppressWarnings("restricted")
    private Library(SymbolLookup symbols) throws Throwable {
        this.symbols = symbols;
        Linker linker = Linker.nativeLinker();
        signals = new Signals(linker);
        sgemm = linker.downcallHandle(symbols.findOrThrow("dnnl_sgemm"), GEMM, Linker.Option.critical(true));
        bfloat16 =
                linker.downcallHandle(symbols.findOrThrow("dnnl_gemm_bf16bf16f32"), GEMM, Linker.Option.critical(true));
        copy = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("memmove"),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
                Linker.Option.critical(true));
        // The library asks OpenMP, in the calling thread, how many threads to use.
        setThreads = linker.downcallHandle(
                symbols.findOrThrow("omp_set_num_threads"),
                FunctionDescriptor.ofVoid(JAVA_INT),
                Linker.Option.critical(false));
        maxThreads = linker.downcallHandle(symbols.findOrThrow("omp_get_max_threads"), FunctionDescriptor.of(JAVA_INT));
        MethodHandle version =
                linker.downcallHandle(symbols.findOrThrow("dnnl_version"), FunctionDescriptor.of(ADDRESS));
        MemorySegment numbers = ((MemorySegment) version.invokeExact()).reinterpret(VERSION_BYTES);
        this.version = numbers.getAtIndex(JAVA_INT, 0) + "." + numbers.getAtIndex(JAVA_INT, 1) + "."
                + numbers.getAtIndex(JAVA_INT, 2);
        MethodHandle instructions = linker.downcallHandle(
                symbols.findOrThrow("dnnl_get_effective_cpu_isa"), FunctionDescriptor.of(JAVA_INT));
        this.instructions = (int) instructions.invokeExact();
    }

    /// Loads the library at `path`, for good.
    ///
    /// @throws IllegalStateException if it cannot be loaded or lacks a function
    @SuppressWarnings("restricted") // the native library is what this module is for
    static Library open(Path path) {
        try {
            return new Library(SymbolLookup.libraryLookup(path, Arena.global()));
        } catch (Throwable e) { // method handles declare any
            throw new IllegalStateException("the library " + path + " cannot be used (" + e + ")", e);
        }
    }

    /// The library's version, as in `3.11.0`.
    String version() {
        return version;
    }

    /// Makes code for other operations than products.
    synchronized Primitives primitives() {
        if (primitives == null) {
            primitives = new Primitives(this, symbols);
        }
        return primitives;
    }

    /// Tells the library to use no other thread than the calling one.
    void beAlone() {
        try {
            setThreads.invokeExact(1);
        } catch (Throwable e) {
            throw Primitives.unchecked(e);
        }
    }

    /// Whether the processor multiplies bfloat16 itself; else the library makes floats of them first.
    boolean multipliesBfloat16() {
        return multipliesBfloat16(instructions);
    }

    static boolean multipliesBfloat16(int instructions) {
        return (instructions & BFLOAT16) == BFLOAT16;
    }

    /// The threads that a product on the calling thread uses.
    int threads() {
        beAlone();
        try {
            return (int) maxThreads.invokeExact();
        } catch (Throwable e) {
            throw Primitives.unchecked(e);
        }
    }

    /// How many elements of an array come before the first that lies at the beginning of a line of the cache.
    ///
    /// The garbage collector may move the array a moment later: what relies on it is slower then, not wrong.
    int unaligned(float[] array) {
        MemorySegment segment = MemorySegment.ofArray(array);
        try {
            long address = (long) copy.invokeExact(segment, segment, 0L); // copies nothing, gives the address
            return (int) (-address & (LINE - 1)) / Float.BYTES;
        } catch (Throwable e) {
            throw Primitives.unchecked(e);
        }
    }

    /// Sets a block of C to `op(A) op(B)` on the calling thread; all matrices row-major.
    ///
    /// @param a    floats, or the bits of bfloat16 as shorts; `b` likewise
    /// @param aRow elements from a row of A, as it lies in memory, to the next; likewise the others
    void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Object a,
            int aFrom,
            int aRow,
            Object b,
            int bFrom,
            int bRow,
            float[] c,
            int cFrom,
            int cRow) {
        boolean halves = a instanceof short[];
        MethodHandle gemm = halves ? bfloat16 : sgemm;
        int status;
        beAlone();
        signals.hold();
        try {
            status = (int) gemm.invokeExact(
                    (byte) (transposeA ? 'T' : 'N'),
                    (byte) (transposeB ? 'T' : 'N'),
                    (long) m,
                    (long) n,
                    (long) k,
                    1f,
                    at(a, aFrom),
                    (long) aRow,
                    at(b, bFrom),
                    (long) bRow,
                    0f,
                    at(c, cFrom),
                    (long) cRow);
        } catch (Throwable e) {
            throw Primitives.unchecked(e);
        } finally {
            signals.release();
        }
        if (status != 0) {
            throw new IllegalStateException((halves ? "dnnl_gemm_bf16bf16f32" : "dnnl_sgemm") + " gave status " + status
                    + " for " + m + " x " + n + " x " + k + ", rows of " + aRow + ", " + bRow + " and " + cRow);
        }
    }

    private static MemorySegment at(Object array, int from) {
        return array instanceof short[] halves
                ? MemorySegment.ofArray(halves).asSlice(JAVA_SHORT.byteSize() * from)
                : MemorySegment.ofArray((float[]) array).asSlice(JAVA_FLOAT.byteSize() * from);
    }
}
