package dev.nudge.tensor.backend;

/// A kernel of a [Loop] that can go over a part of its elements.
public interface PartialKernel extends Kernel {
    /// Computes the `count` elements from `from` on. The parts of a run hold each element once between
    /// them; they may run on several threads at a time.
    void run(Object[] inputs, Object[] outputs, int from, int count);
}
