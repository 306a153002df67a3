package dev.nudge.tensor;

/// A graph that was written once and is computed again and again, with other inputs; see [Execution#prepare].
///
/// Variables are read anew each time. Any number of threads may use one computation.
@FunctionalInterface
public interface Computation {
    /// The output for these inputs, which must not be changed meanwhile.
    ///
    /// @throws ShapeException if their number or a type is not that which was prepared for
    Value run(Value... inputs);
}
