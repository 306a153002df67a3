package dev.nudge.tensor.backend;

/// Code that computes one step of a plan.
///
/// Arrays are as in `Value`: `float[]` for `F32`, and so on, row-major from index 0. Every output element is written;
/// what it held before does not matter. A kernel allocates nothing in steady state and gives the same bits each time,
/// for any number of threads.
@FunctionalInterface
public interface Kernel {
    /// Computes `outputs` from `inputs`.
    void run(Object[] inputs, Object[] outputs);

    /// Whose code it is, for looking at: `java`, or the name of another library. A kernel that goes on
    /// to better code while it runs may change its answer.
    default String supplier() {
        return "java";
    }
}
