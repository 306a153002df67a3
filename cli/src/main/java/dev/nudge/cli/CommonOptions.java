package dev.nudge.cli;

import picocli.CommandLine.Option;

/// Options of every command.
final class CommonOptions {
    @Option(names = "--json", description = "Write results as JSON, one object a line, each with its \"event\".")
    boolean json;

    @Option(names = "--debug", description = "Show where in the program an error arose.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
