package dev.nudge.bench;

/// A network under training by whatever is measured, with [#BATCHES] batches of its workload in memory.
public interface Trainee {
    /// Number of batches that take turns.
    int BATCHES = 8;

    /// Who trains, as the line of JSON calls it, such as `nudge`.
    String name();

    /// Which version and setting of it.
    String version();

    /// Number of values that are trained.
    long parameters();

    /// Forward pass, loss, backward pass and update on a batch.
    ///
    /// @param batch of 0 to `BATCHES - 1`
    /// @return the loss before the update, the mean over all targets
    double step(int batch);

    /// Floating-point operations of a step; 0 where it is not known.
    default long flops() {
        return 0;
    }

    /// Whether a jar belongs to what is measured, and not to what measures.
    ///
    /// @param jar name of the file
    boolean uses(String jar);
}
