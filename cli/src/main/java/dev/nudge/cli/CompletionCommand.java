package dev.nudge.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/// `nudge completion`: a script that completes commands and options.
@Command(name = "completion", description = "Writes a completion script for bash and zsh: source <(nudge completion)")
final class CompletionCommand implements Subcommand {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        problems.refuse();
        console.out().print(AutoComplete.bash("nudge", Main.commandLine()));
        return Main.DONE;
    }
}
