package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Philox;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomBlocksTest {
    private static final int SENTINEL = 0x5eed;

    private static int[] filled(RandomBlocks blocks, long key, long stream, int first, int count) {
        int[] words = new int[4 * count + 4];
        Arrays.fill(words, SENTINEL);
        blocks.fill(key, stream, first, count, words);
        assertArrayEquals(
                new int[] {SENTINEL, SENTINEL, SENTINEL, SENTINEL},
                Arrays.copyOfRange(words, 4 * count, words.length),
                "nothing behind the blocks");
        return Arrays.copyOf(words, 4 * count);
    }

    /// The known answer for zeros that the authors of Philox publish with their library Random123.
    @Test
    void blocksOfVectorsBeginWithThePublishedAnswer() {
        int[] words = filled(new VectorBlocks(), 0, 0, 0, 16);
        int[] published = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
        assertArrayEquals(published, Arrays.copyOf(words, 4));
    }

    @Test
    void blocksOfVectorsAreThoseDrawnOneByOne() {
        long[] keys = {0, -1, 0x299f31d0a4093822L, 0x80000000_00000001L, 0x00000001_80000000L};
        long[] streams = {0, -1, 0x0370734413198a2eL, 0x7fffffff_80000000L};
        for (long key : keys) {
            for (long stream : streams) {
                for (int count : new int[] {1, 3, 4, 7, 8, 9, 16, 61}) {
                    for (int first : new int[] {0, 5, (1 << 29) - 61}) { // the last of 2^31 elements
                        assertArrayEquals(
                                filled(new RandomBlocks.Plain(), key, stream, first, count),
                                filled(new VectorBlocks(), key, stream, first, count));
                    }
                }
            }
        }
    }

    @Test
    void plainBlocksAreThoseOfPhilox() {
        int[] words = filled(new RandomBlocks.Plain(), 7, 8, 9, 5);
        for (int i = 0; i < 5; i++) {
            int[] block = new int[4];
            Philox.block(7, 9 + i, 8, block);
            assertArrayEquals(block, Arrays.copyOfRange(words, 4 * i, 4 * i + 4));
        }
    }

    /// Element numbers around the ends of blocks, vectors, chunks and tasks, and probabilities that fall on a multiple
    /// of 2^-24 and beside one.
    @Test
    void kernelsDrawWhatTheDefinitionsSay() {
        long[] key = {0x299f31d0a4093822L, 77};
        for (boolean vector : new boolean[] {true, false}) {
            CpuBackend backend = vector ? CpuBackend.of(2) : CpuBackend.of(2).withoutVectors();
            for (int elements : new int[] {1, 5, 31, 33, 1023, 1025, (1 << 14) + 3, 40_000}) {
                Type type = Type.of(DType.F32, Shape.of(elements));
                for (double probability : new double[] {0, 0x1p-24, 0.25, 0.5 - 0x1p-26, 0.7, 1 - 0x1p-25, 1}) {
                    check(backend, new RandomOp.Bernoulli(type, probability), key);
                }
                check(backend, new RandomOp.Uniform(type), key);
                check(backend, new RandomOp.Normal(type), key);
            }
        }
    }

    private static void check(CpuBackend backend, RandomOp op, long[] key) {
        Type ofKey = Type.of(DType.I64, Shape.of(2));
        Value expected = Value.zeros(op.result());
        op.reference(List.of(new Value(ofKey, key)), expected);
        float[] drawn = new float[expected.elements()];
        Arrays.fill(drawn, Float.NaN);
        backend.kernel(op, List.of(ofKey), op.result()).orElseThrow().run(new Object[] {key}, new Object[] {drawn});
        assertArrayEquals((float[]) expected.array(), drawn, op.toString());
    }
}
