package dev.nudge.tensor.backend;

/// A kernel of a [Loop] that can go over a part of its elements.
public interface PartialKernel extends Kernel {
    /// Computes the elements of a block as [BlockKernel.Blocks#done] describes it. The blocks of a run hold
    /// each element once between them; they may run on several threads at a time.
    void run(Object[] inputs, Object[] outputs, int from, int rows, int columns, int stride);
}
