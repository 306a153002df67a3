package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.backend.Loop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Makes code for the loops that run most, in the background, and hands it over once it is faster than going operation
/// by operation.
///
/// New code is slow until the JVM has compiled it, a hundred times slower with vectors. So a thread of its own runs it
/// on made-up numbers until then; the loop meanwhile runs as before, with the same bits. Loops of the same structure
/// share their code.
final class LoopCompiler {
    /// Element operations after which a loop is worth its code: some hundredths of a second.
    private static final long WORTHWHILE = 200_000_000;

    /// Longest time for one loop to become fast.
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    /// Runs that are timed together.
    private static final int RUNS = 16;

    /// Part of the time step by step that the code may take.
    private static final double FASTER = 0.95;

    private final ThreadPoolExecutor thread;
    private final SharedCode shared = new SharedCode();

    LoopCompiler() {
        thread = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread background = new Thread(work, "nudge-loop-compiler");
            background.setDaemon(true);
            return background;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /// Whether a loop that has done `operations` element operations should be given to [#compile].
    static boolean isWorthwhile(long operations) {
        return operations >= WORTHWHILE;
    }

    /// Makes the code of `kernel` and gives it to it some time later, if ever.
    void compile(LoopKernel kernel) {
        if (kernel.loop().steps().size() > 1) { // one step gains nothing
            thread.execute(() -> code(kernel).ifPresent(kernel::use));
        }
    }

    private Optional<TileStep> code(LoopKernel kernel) {
        Optional<TileStep> made = shared.find(kernel.loop());
        if (made.isPresent()) {
            return made;
        }
        Optional<TileStep> written = LoopCode.of(kernel.loop()).filter(candidate -> becomesFast(kernel, candidate));
        written.ifPresent(fast -> shared.keep(kernel.loop(), fast));
        return written;
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

    /// The code that loops of the same structure share, for as long as one of them has it.
    static final class SharedCode {
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

        private final Map<Structure, WeakReference<TileStep>> known = new ConcurrentHashMap<>();

        /// The code of a loop like this one, if any still has it.
        Optional<TileStep> find(Loop loop) {
            @Nullable WeakReference<TileStep> code = known.get(Structure.of(loop));
            return code == null ? Optional.empty() : Optional.ofNullable(code.get());
        }

        /// Keeps the code of a loop, and forgets of loops that are gone that there were any.
        void keep(Loop loop, TileStep code) {
            known.values().removeIf(other -> other.get() == null);
            known.put(Structure.of(loop), new WeakReference<>(code));
        }

        /// Number of structures that are remembered.
        int size() {
            return known.size();
        }
    }
}
