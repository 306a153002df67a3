import org.jspecify.annotations.NullMarked;

/// Layers, initializers, losses, optimizers and schedules.
@NullMarked
module dev.nudge.nn {
    requires static org.jspecify;
    requires transitive dev.nudge.tensor;

    exports dev.nudge.nn;
    exports dev.nudge.nn.generate;
    exports dev.nudge.nn.init;
    exports dev.nudge.nn.loss;
    exports dev.nudge.nn.optim;
}
