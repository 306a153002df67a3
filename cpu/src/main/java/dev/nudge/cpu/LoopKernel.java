package dev.nudge.cpu;

import dev.nudge.cpu.LoopCompiler.SharedCode;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PartialKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Runs a chain of element-wise operations tile by tile: intermediate values stay in the first-level cache and never
/// reach memory.
///
/// Each element sees the same operations, in the same order, as if every step had run over the whole array, so the bits
/// are the same; tiles and tasks are cut by element number alone. A loop that runs often gets code of its
/// own, which does all its steps in one pass ([LoopCompiler]).
final class LoopKernel implements PartialKernel {
    /// Elements of a tile: 4 KiB of f32, so that a dozen values fit the first-level cache.
    static final int TILE = 1024;

    /// Elements of a task.
    private static final int TASK = 16 * TILE;

    /// Below this many element operations a hand-over to other threads costs more than it saves.
    private static final long PARALLEL = 300_000;

    private final Loop loop;
    private final Workers workers;
    private final ThreadLocal<Tile> tiles;
    private final Reader[] readers;
    private final boolean[] repeats; // by input: a broadcast that is the same in each tile
    private final TileStep[] steps;
    private final List<List<Integer>> reads = new ArrayList<>(); // by step: the values that it reads
    private final boolean[] unused; // by step: a comparison that only choices use, which they make themselves
    private final int[] scratch; // by value: number of the tile buffer it is held in, or -1
    private final int[] output; // by step: the output that it is written to directly, or -1
    private final boolean[] deferred; // by output: stored at the end of the tile
    private final @Nullable SharedCode code;

    private LoopKernel(Loop loop, Workers workers, ThreadLocal<Tile> tiles, boolean vector, @Nullable SharedCode code) {
        this.loop = loop;
        this.code = code;
        this.workers = workers;
        this.tiles = tiles;
        this.readers = loop.inputs().stream().map(Reader::of).toArray(Reader[]::new);
        this.repeats = new boolean[readers.length];
        for (int value = 0; value < repeats.length; value++) {
            repeats[value] = readers[value].repeats(TILE);
        }
        List<TileStep> compiled = new ArrayList<>();
        int inputs = loop.inputs().size();
        for (int i = 0; i < loop.steps().size(); i++) {
            compiled.add(TileStep.of(loop, i, inputs + i, vector));
            reads.add(TileStep.reads(loop, i, vector));
        }
        this.steps = compiled.toArray(TileStep[]::new);
        this.unused = new boolean[steps.length];
        for (int s = 0; s < steps.length; s++) {
            int step = s;
            unused[s] = !readAfter(inputs + s, s) && loop.outputs().stream().noneMatch(target -> target.step() == step);
        }
        this.deferred = new boolean[loop.outputs().size()];
        this.output = new int[steps.length];
        Arrays.fill(output, -1);
        for (int o = 0; o < deferred.length; o++) {
            Loop.Output target = loop.outputs().get(o);
            deferred[o] = target.overwrites() >= 0 && readAfter(target.overwrites(), target.step());
            if (!deferred[o]) {
                output[target.step()] = o;
            }
        }
        this.scratch = assignBuffers();
    }

    /// A kernel for `loop`, or none where it handles other element types than `F32` and truth values made from them.
    /// With `code`, its steps run as one as soon as that is made.
    static Optional<LoopKernel> of(
            Loop loop, Workers workers, ThreadLocal<Tile> tiles, boolean vector, @Nullable SharedCode code) {
        for (int value = 0; value < loop.inputs().size() + loop.steps().size(); value++) {
            DType dtype = loop.dtype(value);
            if (dtype != DType.F32 && dtype != DType.BOOL) {
                return Optional.empty();
            }
        }
        for (Loop.Step step : loop.steps()) {
            boolean ofNumbers = step.op() instanceof Compare || step.op() instanceof IsFinite;
            if ((ofNumbers && loop.dtype(step.arguments().getFirst()) != DType.F32)
                    || (step.op() instanceof Where && step.dtype() != DType.F32)) {
                return Optional.empty();
            }
        }
        return Optional.of(new LoopKernel(loop, workers, tiles, vector, code));
    }

    private boolean readAfter(int value, int step) {
        return reads.stream().skip(step + 1L).anyMatch(later -> later.contains(value));
    }

    /// Gives each value that needs one a tile buffer, reusing those of values that are no longer read.
    private int[] assignBuffers() {
        int inputs = readers.length;
        int[] buffers = new int[inputs + steps.length];
        int[] lastRead = new int[buffers.length];
        Arrays.fill(buffers, -1);
        Arrays.fill(lastRead, -1);
        for (int s = 0; s < steps.length; s++) {
            for (int argument : reads.get(s)) {
                lastRead[argument] = s;
            }
        }
        loop.outputs().forEach(target -> lastRead[inputs + target.step()] = Integer.MAX_VALUE);
        int used = 0;
        List<Integer> free = new ArrayList<>();
        for (int value = 0; value < inputs; value++) {
            if (readers[value].gathers()) {
                buffers[value] = used++; // filled before the first step
            }
        }
        for (int s = 0; s < steps.length; s++) {
            if (output[s] < 0 && !unused[s]) {
                buffers[inputs + s] = free.isEmpty() ? used++ : free.removeLast();
            }
            for (int value = 0; value < inputs + s; value++) {
                if (lastRead[value] == s && buffers[value] >= 0 && !(value < inputs && repeats[value])) {
                    free.add(buffers[value]);
                }
            }
        }
        return buffers;
    }

    @Override
    public void run(Object[] inputs, Object[] outputs) {
        int elements = loop.elements();
        count();
        TileStep whole = whole();
        if ((long) elements * steps.length < PARALLEL || workers.threads() == 1) {
            runRange(inputs, outputs, 0, elements, whole);
        } else {
            int tasks = (elements + TASK - 1) / TASK;
            workers.run(
                    tasks,
                    task -> runRange(inputs, outputs, task * TASK, Math.min(elements, (task + 1) * TASK), whole));
        }
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, int from, int count) {
        if (from == 0) { // one part of each run
            count();
        }
        runRange(inputs, outputs, from, from + count, whole());
    }

    private void count() {
        if (code != null) {
            code.count(this);
        }
    }

    private @Nullable TileStep whole() {
        return code == null ? null : code.made();
    }

    @Override
    public String supplier() {
        return whole() == null ? "java" : "java, own code";
    }

    Loop loop() {
        return loop;
    }

    private void runRange(Object[] inputs, Object[] outputs, int from, int to, @Nullable TileStep whole) {
        Tile tile = tiles.get();
        tile.reserve(scratch.length);
        for (int value = 0; value < readers.length; value++) {
            if (loop.inputs().get(value).isScalar()) {
                tile.scalar(value, inputs[value]);
            }
        }
        for (int start = from; start < to; start += TILE) {
            int length = Math.min(TILE, to - start);
            for (int value = 0; value < readers.length; value++) {
                if (scratch[value] >= 0) {
                    tile.hold(value, loop.dtype(value), scratch[value]);
                    if (start == from || !repeats[value]) {
                        readers[value].gather(inputs[value], start, length, tile.array(value, loop.dtype(value)));
                    }
                } else if (!loop.inputs().get(value).isScalar()) {
                    tile.point(value, inputs[value], start);
                }
            }
            if (whole != null && length % RowKernels.LANES == 0) {
                for (int o = 0; o < outputs.length; o++) {
                    tile.point(readers.length + loop.outputs().get(o).step(), outputs[o], start);
                }
                whole.run(tile, length);
            } else {
                runSteps(tile, outputs, start, length);
            }
        }
        tile.clear();
    }

    private void runSteps(Tile tile, Object[] outputs, int start, int length) {
        for (int s = 0; s < steps.length; s++) {
            int value = readers.length + s;
            if (unused[s]) {
                continue;
            }
            if (output[s] >= 0) {
                tile.point(value, outputs[output[s]], start);
            } else {
                tile.hold(value, loop.steps().get(s).dtype(), scratch[value]);
            }
            steps[s].run(tile, length);
        }
        for (int o = 0; o < deferred.length; o++) {
            if (deferred[o]) {
                Loop.Output target = loop.outputs().get(o);
                Object computed = tile.array(
                        readers.length + target.step(),
                        loop.steps().get(target.step()).dtype());
                System.arraycopy(computed, 0, outputs[o], start, length);
            }
        }
    }

    /// Runs of one tile on made-up numbers.
    Trial trial() {
        return new Trial();
    }

    /// See [#trial].
    final class Trial {
        private static final long SEED = 1;

        private final int length = Math.min(TILE, loop.elements() / RowKernels.LANES * RowKernels.LANES);
        private final Object[] inputs = new Object[readers.length];
        private final Object[] outputs = new Object[loop.outputs().size()];

        private Trial() {
            Random random = new Random(SEED);
            for (int i = 0; i < inputs.length; i++) {
                Loop.Input input = loop.inputs().get(i);
                int elements = input.isFull() ? length : input.source().shape().elements();
                if (input.source().dtype() == DType.F32) {
                    float[] numbers = new float[elements];
                    for (int e = 0; e < elements; e++) {
                        numbers[e] = random.nextFloat() + 0.5f;
                    }
                    inputs[i] = numbers;
                } else {
                    inputs[i] = new byte[elements];
                }
            }
            for (int o = 0; o < outputs.length; o++) {
                outputs[o] = loop.steps().get(loop.outputs().get(o).step()).dtype() == DType.F32
                        ? new float[length]
                        : new byte[length];
            }
        }

        /// One run, all steps by `whole`, or one by one without it.
        void run(@Nullable TileStep whole) {
            runRange(inputs, outputs, 0, length, whole);
        }

        /// Whether `whole` gives the bits of the steps one by one.
        boolean agrees(TileStep whole) {
            Object[] expected = new Object[outputs.length];
            run(null);
            for (int o = 0; o < outputs.length; o++) {
                expected[o] = outputs[o] instanceof float[] numbers ? numbers.clone() : ((byte[]) outputs[o]).clone();
            }
            run(whole);
            return Arrays.deepEquals(expected, outputs);
        }
    }
}
