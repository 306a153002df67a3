package dev.nudge.tensor.backend;

/// A kernel that computes its one output block by block and tells when each is done, so that what
/// follows element by element can go over a block while it lies in the cache of the thread that
/// computed it.
///
/// A block is a run of neighbouring elements. Going over one whose rows lie apart was measured to cost
/// more than it saves: wherever a row of another operand begins, the processor has to wait for memory anew.
@FunctionalInterface
public interface BlockKernel extends Kernel {
    /// Computes the output as [Kernel#run] does, and calls `blocks` for each block of it, every element in
    /// exactly one, on the thread that computed the block, when no element of it will be read or written
    /// again. What `blocks` does may overwrite the block, but neither the rest of the output nor an input.
    void run(Object[] inputs, Object[] outputs, Blocks blocks);

    /// Whether it computes in blocks. One that does not, for some shapes, calls nobody.
    default boolean hasBlocks() {
        return true;
    }

    @Override
    default void run(Object[] inputs, Object[] outputs) {
        run(inputs, outputs, Blocks.UNHEARD);
    }

    /// What is told of blocks, on several threads at a time.
    @FunctionalInterface
    interface Blocks {
        /// Nobody listens.
        Blocks UNHEARD = (from, count) -> {};

        /// The `count` elements of the output from `from` on are done.
        void done(int from, int count);
    }
}
