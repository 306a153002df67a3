import org.jspecify.annotations.NullMarked;

/// Contract tests for backends, ops, layers and update rules, for Nudge and for everyone who extends it.
@NullMarked
module dev.nudge.testkit {
    requires static org.jspecify;
    requires transitive dev.nudge.tensor;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;

    exports dev.nudge.testkit;

    opens dev.nudge.testkit to
            org.junit.platform.commons;
}
