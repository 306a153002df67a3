package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.backend.Loop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Makes code for the loops that run most, in the background, and hands it over once it is faster than going operation
/// by operation.
///
/// New code is slow until the JVM has compiled it, a hundred times slower with vectors. So a thread of its own runs it
/// on made-up numbers until then; the loop meanwhile runs as before, with the same bits. Loops of the same structure
/// share their code.
final class LoopCompiler {
    /// Longest time for one loop to become fast.
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    /// Runs that are timed together.
    private static final int RUNS = 16;

    /// Part of the time step by step that the code may take.
    private static final double FASTER = 0.95;

    private final ThreadPoolExecutor thread;
    private final Map<Structure, WeakReference<SharedCode>> known = new HashMap<>();

    LoopCompiler() {
        thread = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread background = new Thread(work, "nudge-loop-compiler");
            background.setDaemon(true);
            return background;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /// The code for `loop` and all of its structure, made once they have run enough.
    /// None for one step, which gains nothing.
    synchronized @Nullable SharedCode codeFor(Loop loop) {
        if (loop.steps().size() == 1) {
            return null;
        }
        Structure structure = Structure.of(loop);
        WeakReference<SharedCode> reference = known.get(structure);
        SharedCode code = reference == null ? null : reference.get();
        if (code == null) {
            known.values().removeIf(other -> other.get() == null); // of loops that are gone
            code = new SharedCode(this::compile);
            known.put(structure, new WeakReference<>(code));
        }
        return code;
    }

    /// Number of structures that are remembered.
    synchronized int structures() {
        return known.size();
    }

    private void compile(SharedCode code, LoopKernel kernel) {
        thread.execute(() -> LoopCode.of(kernel.loop())
                .filter(written -> becomesFast(kernel, written))
                .ifPresent(code::keep));
    }

    private static boolean becomesFast(LoopKernel kernel, TileStep code) {
        LoopKernel.Trial trial = kernel.trial();
        long start = System.nanoTime();
        long stepByStep = Long.MAX_VALUE;
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            long step = System.nanoTime();
            for (int run = 0; run < RUNS; run++) {
                trial.run(null);
            }
            long whole = System.nanoTime();
            stepByStep = Math.min(stepByStep, whole - step);
            for (int run = 0; run < RUNS; run++) {
                trial.run(code);
            }
            if (System.nanoTime() - whole < FASTER * stepByStep) {
                return trial.agrees(code);
            }
        }
        return false;
    }

    /// What the code of a loop depends on: neither the number of elements nor the shapes of broadcasts.
    private record Structure(List<Operand> inputs, List<Loop.Step> steps, List<Loop.Output> outputs) {
        record Operand(DType dtype, boolean scalar) {}

        static Structure of(Loop loop) {
            List<Operand> operands = new ArrayList<>();
            for (Loop.Input input : loop.inputs()) {
                operands.add(new Operand(input.source().dtype(), input.isScalar()));
            }
            return new Structure(operands, loop.steps(), loop.outputs());
        }
    }

    /// The code that all loops of one structure share, once it is made.
    ///
    /// A model updates each of its parameters by a loop of its own, most of them small, all of one structure: what
    /// they have done is counted together, so that the code comes after as many operations and serves them all.
    static final class SharedCode {
        /// Element operations after which a structure is worth its code: some hundredths of a second.
        private static final long WORTHWHILE = 200_000_000;

        private final BiConsumer<SharedCode, LoopKernel> order;
        private final AtomicLong operations = new AtomicLong(); // done so far, until the code is ordered
        private volatile @Nullable LoopKernel largest; // that has run: what the code is timed on
        private volatile @Nullable TileStep made;

        /// Without code as yet; `order` is called once, with this and a loop to time the code on.
        SharedCode(BiConsumer<SharedCode, LoopKernel> order) {
            this.order = order;
        }

        /// All steps in one, or null where they run one by one.
        @Nullable
        TileStep made() {
            return made;
        }

        /// From now on `code` does all steps.
        void keep(TileStep code) {
            made = code;
        }

        /// Counts a run of `kernel`, until the code is ordered.
        void count(LoopKernel kernel) {
            if (operations.get() >= WORTHWHILE) {
                return;
            }
            LoopKernel most = largest;
            if (most == null || most.loop().elements() < kernel.loop().elements()) {
                most = kernel;
                largest = kernel;
            }
            long more = (long) kernel.loop().elements() * kernel.loop().steps().size();
            long done = operations.addAndGet(more);
            if (done >= WORTHWHILE && done - more < WORTHWHILE) {
                largest = null;
                order.accept(this, most);
            }
        }
    }
}
