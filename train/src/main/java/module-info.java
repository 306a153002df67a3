import org.jspecify.annotations.NullMarked;

/// Data sets, the training loop, metrics and checkpoints.
@NullMarked
module dev.nudge.train {
    requires static org.jspecify;
    requires transitive dev.nudge.nn;

    exports dev.nudge.train;
    exports dev.nudge.train.data;
    exports dev.nudge.train.io;
    exports dev.nudge.train.metric;
    exports dev.nudge.train.model;
    exports dev.nudge.train.text;
}
