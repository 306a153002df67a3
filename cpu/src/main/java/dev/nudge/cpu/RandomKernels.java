package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Kernel;
import java.util.Optional;

/// Kernels that draw f32 random numbers; a draw depends on key and position alone, so tasks may share them out freely.
final class RandomKernels {
    private static final int TASK = 1 << 14; // elements, a multiple of those of a chunk
    private static final int CHUNK = 256; // blocks whose words stay in the first-level cache until they are used

    private final Workers workers;
    private final RandomBlocks blocks;
    private final ThreadLocal<int[]> scratch = ThreadLocal.withInitial(() -> new int[4 * CHUNK]);

    RandomKernels(Workers workers, RandomBlocks blocks) {
        this.workers = workers;
        this.blocks = blocks;
    }

    Optional<Kernel> of(RandomOp op, Type output) {
        if (output.dtype() != DType.F32) {
            return Optional.empty();
        }
        int elements = output.shape().elements();
        int tasks = (elements + TASK - 1) / TASK;
        return Optional.of((arrays, results) -> {
            long[] key = (long[]) arrays[0];
            float[] out = (float[]) results[0];
            workers.run(tasks, task -> {
                int from = task * TASK;
                int to = Math.min(elements, from + TASK);
                switch (op) {
                    case RandomOp.Bernoulli(Type _, double probability) -> {
                        int threshold = (int) Math.ceil(probability * 0x1p24);
                        draw(key, from, to, (words, i, count) -> bernoulli(words, threshold, out, i, count));
                    }
                    case RandomOp.Uniform _ -> draw(key, from, to, (words, i, count) -> uniform(words, out, i, count));
                    case RandomOp.Normal _ -> op.fill(key[0], key[1], new Value(output, out), from, to);
                }
            });
        });
    }

    /// Makes elements from words, one each.
    @FunctionalInterface
    private interface Draw {
        void write(int[] words, int from, int count);
    }

    private void draw(long[] key, int from, int to, Draw draw) {
        int[] words = scratch.get();
        for (int i = from; i < to; i += 4 * CHUNK) {
            int count = Math.min(4 * CHUNK, to - i);
            blocks.fill(key[0], key[1], i / 4, (count + 3) / 4, words);
            draw.write(words, i, count);
        }
    }

    /// The comparison of the definition, `(word >>> 8) 2^-24 < probability`, in whole numbers: a difference that is
    /// negative has a one as its highest bit. So written, the compiler makes vectors of it.
    private static void bernoulli(int[] words, int threshold, float[] out, int from, int count) {
        for (int j = 0; j < count; j++) {
            out[from + j] = (words[j] >>> 8) - threshold >>> 31;
        }
    }

    private static void uniform(int[] words, float[] out, int from, int count) {
        for (int j = 0; j < count; j++) {
            out[from + j] = (words[j] >>> 8) * 0x1p-24f;
        }
    }
}
