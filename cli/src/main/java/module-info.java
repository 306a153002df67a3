import org.jspecify.annotations.NullMarked;

/// The nudge command.
@NullMarked
module dev.nudge.cli {
    requires static org.jspecify;
    requires dev.nudge.train;
    requires dev.nudge.images;
    requires dev.nudge.examples;
    requires dev.nudge.studio;
    requires dev.nudge.cpu;
    requires info.picocli;
    requires java.logging; // to keep the server's own log from the terminal
    requires static java.desktop; // to open a browser, where the launcher has added it
    requires jdk.unsupported; // signals: no other part of the JDK tells Ctrl-C from Ctrl-C twice

    opens dev.nudge.cli to
            info.picocli;
}
