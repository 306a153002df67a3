import org.jspecify.annotations.NullMarked;

/// The nudge command.
@NullMarked
module dev.nudge.cli {
    requires static org.jspecify;
    requires dev.nudge.train;
    requires dev.nudge.cpu;
    requires info.picocli;

    opens dev.nudge.cli to
            info.picocli;
}
