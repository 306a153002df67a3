package dev.nudge.cli;

import dev.nudge.train.io.NudgeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// `nudge plan`: what `nudge train` would do.
@Command(
        name = "plan",
        description = "Shows what train would do with the same options: parameters, memory, steps. With --examples it"
                + " only counts steps.",
        footer = {"", "Example: nudge plan --examples 100000 --batch 100 --epochs 10"})
final class PlanCommand implements Subcommand {
    @Mixin
    TrainingOptions training = new TrainingOptions();

    @Option(names = "--examples", paramLabel = "N", description = "Count the steps for so many training examples.")
    @Nullable
    String examples;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        var given = training.given(parsed, problems);
        RunSettings settings = SettingsReader.read(given, problems);
        if (examples != null) {
            return count(examples, settings, problems, console);
        }
        TrainingData.check(given.getOrDefault(RunSettings.DATA, RunSettings.DIGITS), problems);
        if (settings == null || !problems.isEmpty()) {
            throw new UsageException(problems.list());
        }
        Experiment experiment = Experiment.prepare(settings, problems);
        problems.refuse();
        PlanText.lines(experiment).forEach(console::result);
        console.event(PlanText.event(experiment));
        return Main.DONE;
    }

    private static int count(String text, @Nullable RunSettings settings, Problems problems, Console console) {
        Long count = Values.whole(text);
        if (count == null || count < 1) {
            problems.add(
                    Values.isBeyondLong(text) ? "E004" : "E611",
                    "--examples",
                    "must be an integer of at least 1, found " + NudgeException.quote(text) + ".");
        }
        if (count == null || settings == null || !problems.isEmpty()) {
            throw new UsageException(problems.list());
        }
        if (settings.batch() > count) {
            problems.add(
                    "E611",
                    "--batch",
                    "must be an integer in [1, rows=" + count + "], found \"" + settings.batch() + "\".");
            problems.refuse();
        }
        long perEpoch = Math.ceilDiv(count, settings.batch());
        long total = Math.min(settings.steps(), Math.multiplyExact(perEpoch, (long) settings.epochs()));
        console.result(PlanText.steps(count, settings.batch(), settings.epochs(), total));
        console.event(ProgressView.event("plan")
                .with("examples", count)
                .with("batch", settings.batch())
                .with("epochs", settings.epochs())
                .with("stepsPerEpoch", perEpoch)
                .with("totalSteps", total));
        return Main.DONE;
    }
}
