package dev.nudge.tensor.backend;

/// A kernel that first brings its operands into a form of its own, as by rounding or packing, and can
/// leave that to another that has done it already.
public interface PreparingKernel extends Kernel {
    /// From now on takes operand `input` as `earlier` has prepared its operand `earlierInput`: a kernel of
    /// the same plan, which runs before this one each time, on the same array, which nothing changes in
    /// between. Leaves it where `earlier` prepares in another way.
    void reuse(int input, PreparingKernel earlier, int earlierInput);
}
