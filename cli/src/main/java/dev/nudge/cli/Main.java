package dev.nudge.cli;

import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.tensor.MemoryBudgetException;
import dev.nudge.train.io.NudgeException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// Entry point of the `nudge` command.
@Command(
        name = "nudge",
        description = "Trains neural networks on the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            PlanCommand.class,
            LearningRateCommand.class,
            EvalCommand.class,
            PredictCommand.class,
            GenerateCommand.class,
            ExampleCommand.class,
            StudioCommand.class,
            ExportCommand.class,
            ExplainCommand.class,
            InfoCommand.class,
            CompletionCommand.class
        },
        footer = {"", "Begin with: nudge train", "Options of a command: nudge COMMAND --help"})
public final class Main {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int INTERRUPTED = 130;
    static final String VERSION = "0.1.0-SNAPSHOT";

    @Option(
            names = {"-V", "--version"},
            description = "Show the version.")
    boolean version;

    @Mixin
    CommonOptions common = new CommonOptions();

    /// Runs the command and ends the process with its exit code.
    ///
    /// @param arguments the words after `nudge`
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // no text may depend on the language of the machine
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exitCode = run(arguments, Terminal.console(out, err));
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /// Runs the command.
    ///
    /// @return the exit code
    static int run(String[] arguments, Console streams) {
        Console console = streams.with(
                Arrays.asList(arguments).contains("--json"),
                Arrays.asList(arguments).contains("--debug"));
        try {
            return dispatch(arguments, console);
        } catch (UsageException e) {
            e.problems().forEach(console::error);
            return failure(USAGE, e, console);
        } catch (NudgeException e) {
            Problem problem = Problem.of(e);
            console.error(problem);
            return failure(isUsage(problem.code()) ? USAGE : FAILED, e, console);
        } catch (MemoryBudgetException e) {
            console.error(Problem.parse(String.valueOf(e.getMessage()), "E614", "memory"));
            return failure(USAGE, e, console);
        } catch (NonFiniteException e) {
            console.error(Problem.parse(String.valueOf(e.getMessage()), e.code(), "step " + e.step()));
            return failure(FAILED, e, console);
        } catch (OutOfMemoryError e) {
            console.error(new Problem(
                    "E614",
                    "memory",
                    "the heap of " + Runtime.getRuntime().maxMemory()
                            + " bytes is full. Use a smaller model or batch, or NUDGE_JAVA_OPTIONS=-Xmx..."));
            return failure(FAILED, e, console);
        } catch (RuntimeException e) {
            console.error(Problem.parse(String.valueOf(e.getMessage()), "E900", "nudge"));
            if (!console.debug()) {
                console.warn("This should not happen; --debug shows where it did.");
            }
            return failure(FAILED, e, console);
        }
    }

    private static int failure(int exitCode, Throwable cause, Console console) {
        if (console.debug()) {
            cause.printStackTrace(console.err());
        }
        return exitCode;
    }

    /// Whether an error with this code is for the person who wrote the command line to mend.
    private static boolean isUsage(String code) {
        return code.startsWith("E0") && !List.of("E011", "E012").contains(code)
                || code.startsWith("E6")
                || List.of("E300", "E402", "E403", "E404", "E410", "E518").contains(code);
    }

    private static int dispatch(String[] arguments, Console console) {
        CommandLine line = commandLine();
        ParseResult parsed = line.parseArgs(arguments);
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested()) {
            last.commandSpec().commandLine().usage(console.out());
            return DONE;
        }
        boolean hasCommand = parsed.hasSubcommand();
        if (!hasCommand && parsed.hasMatchedOption("--version")) {
            Info.version().forEach(console.out()::println);
            return DONE;
        }
        Problems problems = ParseErrors.of(parsed, last);
        if (!hasCommand) {
            if (problems.isEmpty()) {
                line.usage(console.err());
                console.event(new Problem(
                                "E001",
                                "nudge",
                                "no command given - expected one of "
                                        + String.join(
                                                ", ", line.getSubcommands().keySet()) + ".")
                        .event());
                return USAGE;
            }
            throw new UsageException(problems.list());
        }
        if (last.commandSpec().userObject() instanceof Subcommand command) {
            return command.run(last, problems, console);
        }
        problems.refuse();
        return line.getExecutionStrategy().execute(parsed);
    }

    private static void prepare(CommandLine line) {
        line.getCommandSpec().parser().collectErrors(true);
        line.getCommandSpec().usageMessage().sortOptions(false).width(100);
        line.getSubcommands().values().forEach(Main::prepare);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        prepare(line);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line;
    }
}
