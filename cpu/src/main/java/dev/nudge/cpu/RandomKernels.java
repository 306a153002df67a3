package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Philox;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Kernel;
import java.util.Optional;

/// Kernels that draw f32 random numbers; a draw depends on key and position alone, so tasks may share them out freely.
final class RandomKernels {
    private static final int TASK = 1 << 14; // a multiple of the block of four

    private RandomKernels() {}

    static Optional<Kernel> of(RandomOp op, Type output, Workers workers) {
        if (output.dtype() != DType.F32) {
            return Optional.empty();
        }
        int elements = output.shape().elements();
        int tasks = (elements + TASK - 1) / TASK;
        return Optional.of((arrays, results) -> {
            long[] key = (long[]) arrays[0];
            workers.run(tasks, task -> {
                int from = task * TASK;
                int to = Math.min(elements, from + TASK);
                switch (op) {
                    case RandomOp.Bernoulli(Type _, double probability) ->
                        bernoulli(key[0], key[1], probability, (float[]) results[0], from, to);
                    case RandomOp.Uniform _, RandomOp.Normal _ ->
                        op.fill(key[0], key[1], new Value(output, results[0]), from, to);
                }
            });
        });
    }

    /// The comparison of the definition, `(word >>> 8) 2^-24 < probability`, in whole numbers.
    private static void bernoulli(long key, long stream, double probability, float[] out, int from, int to) {
        int[] words = new int[4];
        int threshold = (int) Math.ceil(probability * 0x1p24);
        for (int i = from; i < to; i += 4) {
            Philox.block(key, i / 4, stream, words);
            for (int j = i; j < Math.min(i + 4, to); j++) {
                out[j] = words[j - i] >>> 8 < threshold ? 1 : 0;
            }
        }
    }
}
