import org.jspecify.annotations.NullMarked;

/// The nudge command.
@NullMarked
module dev.nudge.cli {
    requires static org.jspecify;
    requires dev.nudge.train;
    requires dev.nudge.examples;
    requires dev.nudge.cpu;
    requires info.picocli;
    requires jdk.unsupported; // signals: no other part of the JDK tells Ctrl-C from Ctrl-C twice

    opens dev.nudge.cli to
            info.picocli;
}
