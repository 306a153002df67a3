package dev.nudge.cli;

import picocli.CommandLine.ParseResult;

/// What the user asked for.
interface Subcommand {
    /// Does it.
    ///
    /// @param parsed   the command line
    /// @param problems what is wrong with the command line so far: to be told with whatever else is found
    /// @return the exit code
    /// @throws UsageException with everything that is wrong
    int run(ParseResult parsed, Problems problems, Console console);
}
