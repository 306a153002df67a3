import org.jspecify.annotations.NullMarked;

/// Benchmarks: whole training steps and single kernels.
@NullMarked
module dev.nudge.bench {
    requires static org.jspecify;
    requires dev.nudge.train;
    requires dev.nudge.cpu;
    requires jdk.management;
    requires jmh.core;

    opens dev.nudge.bench to
            dev.nudge.nn; // which reads the components of layers
}
