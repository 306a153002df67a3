package dev.nudge.cpu;

import dev.nudge.tensor.Philox;

/// Runs of blocks of [Philox], each of four words.
interface RandomBlocks {
    /// Writes `blocks` blocks, whose counters begin at `first`, to the front of `words`.
    void fill(long key, long stream, int first, int blocks, int[] words);

    /// One after the other.
    final class Plain implements RandomBlocks {
        @Override
        public void fill(long key, long stream, int first, int blocks, int[] words) {
            fillFrom(0, key, stream, first, blocks, words);
        }
    }

    /// What is left to [#fill] when `done` blocks are written.
    static void fillFrom(int done, long key, long stream, int first, int blocks, int[] words) {
        int[] block = new int[4];
        for (int i = done; i < blocks; i++) {
            Philox.block(key, first + i, stream, block);
            System.arraycopy(block, 0, words, 4 * i, 4);
        }
    }
}
