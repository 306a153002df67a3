package dev.nudge.cli;

import dev.nudge.train.io.NudgeException;
import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells what the parser found wrong with a command line.
final class ParseErrors {
    private ParseErrors() {}

    static Problems of(ParseResult root, ParseResult last) {
        Problems problems = new Problems();
        List<String> options = last.commandSpec().options().stream()
                .map(OptionSpec::longestName)
                .toList();
        for (ParseResult result = root; result != null; result = result.hasSubcommand() ? result.subcommand() : null) {
            for (Exception error : result.errors()) {
                add(error, last, options, problems);
            }
        }
        return problems;
    }

    private static void add(Exception error, ParseResult last, List<String> options, Problems problems) {
        switch (error) {
            case UnmatchedArgumentException unmatched ->
                unmatched.getUnmatched().forEach(word -> unknown(word, last, options, problems));
            case OverwrittenOptionException twice -> {
                String name = twice.getOverwritten() instanceof OptionSpec option ? option.longestName() : "DATA";
                problems.add("E005", name, "given twice - expected it once. Leave one out.");
            }
            case MissingParameterException missing ->
                missing.getMissing().forEach(argument -> missing(argument, problems));
            default -> problems.add("E008", "command line", String.valueOf(error.getMessage()));
        }
    }

    private static void missing(ArgSpec argument, Problems problems) {
        if (argument instanceof OptionSpec option) {
            String name = option.longestName();
            problems.add(
                    "E003", name, "needs a value - expected " + name + " " + option.paramLabel() + ", found nothing.");
        } else {
            String text = String.join(" ", argument.description());
            problems.add("E003", argument.paramLabel(), "is missing - expected " + argument.paramLabel() + ": " + text);
        }
    }

    private static void unknown(String word, ParseResult last, List<String> options, Problems problems) {
        if (word.startsWith("-")) {
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            problems.add(
                    "E002",
                    NudgeException.quote(name),
                    "unknown option" + Suggestions.hint(name, options)
                            + help(Suggestions.nearest(name, options).isPresent(), last));
        } else if (last.commandSpec().parent() == null) {
            List<String> commands = List.copyOf(last.commandSpec().subcommands().keySet());
            problems.add(
                    "E001",
                    NudgeException.quote(word),
                    "unknown command" + Suggestions.hint(word, commands)
                            + (Suggestions.nearest(word, commands).isPresent()
                                    ? " Expected one of "
                                    : " - expected one of ")
                            + String.join(", ", commands) + ".");
        } else if (!isValueOfUnknown(word, last)) {
            problems.add(
                    "E008",
                    NudgeException.quote(word),
                    "unexpected word. " + last.commandSpec().qualifiedName() + " --help shows what is expected.");
        }
    }

    private static String help(boolean hinted, ParseResult last) {
        return hinted ? "" : ". " + last.commandSpec().qualifiedName() + " --help lists all.";
    }

    /// Whether `word` comes after an unknown option, and so may have been its value: no second error for that.
    static boolean isValueOfUnknown(String word, ParseResult last) {
        int at = last.originalArgs().lastIndexOf(word);
        return at > 0 && last.unmatched().contains(last.originalArgs().get(at - 1));
    }
}
