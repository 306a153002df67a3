import org.jspecify.annotations.NullMarked;

/// Benchmarks: whole training steps and single kernels.
@NullMarked
module dev.nudge.bench {
    requires static org.jspecify;
    requires dev.nudge.train;
    requires dev.nudge.cpu;
    requires jdk.unsupported; // JMH uses it
    requires jmh.core;

    exports dev.nudge.bench to
            jmh.core;

    opens dev.nudge.bench.jmh_generated to
            jmh.core;
    opens dev.nudge.bench to
            jmh.core;
}
