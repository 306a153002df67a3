package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.GatedRecurrence;
import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples of the fused recurrences: right inputs and wrong ones.
final class RecurrentSamples {
    private static final RandomKey KEY = RandomKey.of(17);

    private RecurrentSamples() {}

    /// Extents of a sample.
    private record Extents(DType dtype, int batch, int time, int width, boolean reversed, boolean masked) {
        /// Numbers as they are in front of gates.
        Value free(int index, int... shape) {
            return Draw.uniform(KEY.at(index), Type.of(dtype, Shape.of(shape)), -1, 1);
        }

        /// Numbers as sigmoids give them.
        Value share(int index, int... shape) {
            return Draw.uniform(KEY.at(index), Type.of(dtype, Shape.of(shape)), 0.1, 0.9);
        }

        OpSample sample(Op op, Value... inputs) {
            List<Value> all = new ArrayList<>(List.of(inputs));
            if (masked) {
                all.add(Draw.truths(KEY.at(9), Shape.of(batch, time)));
            }
            return OpSample.smooth(op, all.toArray(Value[]::new));
        }
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        int[][] shapes = {{1, 1, 1}, {2, 2, 1}, {1, 3, 1}, {1, 2, 2}};
        for (DType dtype : OpSamples.FLOATING) {
            for (int i = 0; i < shapes.length; i++) {
                int[] shape = shapes[i];
                add(samples, new Extents(dtype, shape[0], shape[1], shape[2], i % 2 == 1, false));
                add(samples, new Extents(dtype, shape[0], shape[1], shape[2], i % 2 == 0, true));
            }
        }
        // widths around those of tiles, batches that are no whole number of chunks, no example at all
        for (int[] shape : new int[][] {{9, 3, 5}, {3, 2, 16}, {20, 2, 17}, {0, 3, 2}, {35, 2, 9}}) {
            add(samples, new Extents(DType.F32, shape[0], shape[1], shape[2], shape[0] % 2 == 1, shape[0] % 3 == 0));
        }
        return samples;
    }

    /// Samples with chunks enough for several threads.
    static List<OpSample> large() {
        List<OpSample> samples = new ArrayList<>();
        add(samples, new Extents(DType.F32, 37, 7, 67, false, true));
        add(samples, new Extents(DType.F32, 61, 5, 40, true, false));
        add(samples, new Extents(DType.F32, 9, 2, 259, false, false)); // a state wider than what is multiplied at once
        return samples;
    }

    private static void add(List<OpSample> samples, Extents of) {
        int batch = of.batch();
        int time = of.time();
        int width = of.width();
        Value start = of.free(2, batch, width);
        samples.add(of.sample(
                new LongShortTermMemory.Lstm(of.reversed()),
                of.free(0, batch, time, 4 * width),
                of.free(1, width, 4 * width),
                start,
                of.free(3, batch, width)));
        samples.add(of.sample(
                new GatedRecurrence.Gru(of.reversed()),
                of.free(0, batch, time, 3 * width),
                of.free(1, width, 3 * width),
                of.free(4, 3 * width),
                start));
        addGradients(samples, of, false, 1, 1);
        addGradients(samples, of, false, 6, 5);
        addGradients(samples, of, true, of.masked() ? 2 : 6, of.masked() ? 1 : 5);
    }

    /// @param lstmParts parts of the upstream gradient of [LongShortTermMemory]
    /// @param gruParts  the same of [GatedRecurrence]
    private static void addGradients(List<OpSample> samples, Extents of, boolean ofStart, int lstmParts, int gruParts) {
        int batch = of.batch();
        int time = of.time();
        int width = of.width();
        samples.add(of.sample(
                new LongShortTermMemory.LstmGradient(of.reversed(), ofStart),
                of.share(5, batch, time, 6 * width),
                of.free(1, width, 4 * width),
                of.free(3, batch, width),
                of.free(6, batch, time, lstmParts * width)));
        samples.add(of.sample(
                new GatedRecurrence.GruGradient(of.reversed(), ofStart),
                of.share(5, batch, time, 5 * width),
                of.free(1, width, 3 * width),
                of.free(2, batch, width),
                of.free(6, batch, time, gruParts * width)));
    }

    static List<ErrorSample> wrong() {
        List<ErrorSample> samples = new ArrayList<>();
        Op lstm = new LongShortTermMemory.Lstm(false);
        Op gru = new GatedRecurrence.Gru(false);
        wrong(samples, lstm, 8, new int[][] {{2, 8}, {3, 2}, {3, 2}});
        wrong(samples, gru, 6, new int[][] {{2, 6}, {6}, {3, 2}});
        for (boolean ofStart : new boolean[] {false, true}) {
            Op lstmGradient = new LongShortTermMemory.LstmGradient(false, ofStart);
            Op gruGradient = new GatedRecurrence.GruGradient(false, ofStart);
            wrong(samples, lstmGradient, 12, new int[][] {{2, 8}, {3, 2}, {3, 4, 12}});
            wrong(samples, gruGradient, 10, new int[][] {{2, 6}, {3, 2}, {3, 4, 10}});
            add(
                    samples,
                    lstmGradient,
                    "parts of parts",
                    "[3, 4, 3]",
                    floats(3, 4, 12),
                    floats(2, 8),
                    floats(3, 2),
                    floats(3, 4, 3));
            add(
                    samples,
                    gruGradient,
                    "too many parts",
                    "[3, 4, 12]",
                    floats(3, 4, 10),
                    floats(2, 6),
                    floats(3, 2),
                    floats(3, 4, 12));
        }
        return samples;
    }

    /// Mistakes that can be made with any of them.
    ///
    /// @param features of the sequences
    /// @param rest     shapes of the operands behind them, which fit
    private static void wrong(List<ErrorSample> samples, Op op, int features, int[][] rest) {
        Tensor[] right = {floats(3, 4, features), floats(rest[0]), floats(rest[1]), floats(rest[2])};
        for (int operand = 0; operand < right.length; operand++) {
            Tensor[] wrong = right.clone();
            int[] shape = right[operand].shape().toArray();
            shape[shape.length - 1]++;
            wrong[operand] = floats(shape);
            String mentioned = wrong[operand].shape().toString();
            add(samples, op, "operand " + operand + " of another width", mentioned, wrong);
        }
        add(samples, op, "no time", "[3, 0, " + features, floats(3, 0, features), right[1], right[2], right[3]);
        add(samples, op, "too few operands", "found 2", right[0], right[1]);
        Tensor mask = Tensor.data(Value.zeros(Type.of(DType.BOOL, Shape.of(4, 3))));
        add(samples, op, "a mask by times", "BOOL [4, 3]", right[0], right[1], right[2], right[3], mask);
        add(samples, op, "a mask of numbers", "F32 [3, 4]", right[0], right[1], right[2], right[3], floats(3, 4));
    }

    private static void add(List<ErrorSample> samples, Op op, String mistake, String mention, Tensor... inputs) {
        samples.add(ErrorSample.of(op.getClass(), mistake, () -> Tensor.apply(op, inputs), op.name(), mention));
    }

    private static Tensor floats(int... shape) {
        return Tensor.data(Value.zeros(Type.of(DType.F32, Shape.of(shape))));
    }
}
