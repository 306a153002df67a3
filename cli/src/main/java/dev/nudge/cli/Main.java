package dev.nudge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry point of the `nudge` command.
@Command(
        name = "nudge",
        description = "Trains neural networks on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {
    /// Runs the command and ends the process with its exit code.
    ///
    /// @param arguments the words after `nudge`
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        new CommandLine(this).usage(System.out);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"nudge 0.1.0-SNAPSHOT", "Java " + Runtime.version()};
        }
    }
}
