package dev.nudge.tensor.backend;

/// A kernel that computes its one output block by block and tells when each is done, so that what
/// follows element by element can go over a block while it lies in the cache of the thread that
/// computed it.
@FunctionalInterface
public interface BlockKernel extends Kernel {
    /// Computes the output as [Kernel#run] does, and calls `blocks` for each block of it, every element in
    /// exactly one, on the thread that computed the block, when no element of it will be read or written
    /// again. What `blocks` does may overwrite the block, but neither the rest of the output nor an input.
    void run(Object[] inputs, Object[] outputs, Blocks blocks);

    @Override
    default void run(Object[] inputs, Object[] outputs) {
        run(inputs, outputs, Blocks.UNHEARD);
    }

    /// What is told of blocks, on several threads at a time.
    @FunctionalInterface
    interface Blocks {
        /// Nobody listens.
        Blocks UNHEARD = (from, rows, columns, stride) -> {};

        /// A block of an output is done: `rows` runs of `columns` neighbouring elements, of which the first
        /// begins at element `from` and each other one `stride` elements after the one before.
        void done(int from, int rows, int columns, int stride);
    }
}
