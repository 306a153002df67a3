package dev.nudge.cli;

import dev.nudge.nn.Mlp;
import dev.nudge.train.LearningRateFinder;
import dev.nudge.train.RateSweep;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// `nudge lr-find`: looks for a learning rate for `nudge train` with the same options.
@Command(
        name = "lr-find",
        description = "Looks for a good learning rate: trains for some steps with rising rates until the loss explodes,"
                + " and forgets it all. Takes the options of train; --steps is the length of the test (default: 200).",
        footer = {"", "Example: nudge lr-find digits --optimizer momentum"})
final class LearningRateCommand implements Subcommand {
    private static final int STEPS = 200;
    private static final int MOST_STEPS = 100_000;

    @Mixin
    TrainingOptions training = new TrainingOptions();

    @Option(names = "--from", paramLabel = "RATE", description = "First rate (default: 1e-7).")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "RATE", description = "Last rate (default: 10).")
    @Nullable
    String to;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        var given = training.given(parsed, problems);
        RunSettings settings = SettingsReader.read(given, problems);
        TrainingData.check(given.getOrDefault(RunSettings.DATA, RunSettings.DIGITS), problems);
        double low = rate("--from", from, 1e-7, problems);
        double high = rate("--to", to, 10, problems);
        if (problems.isEmpty() && low >= high) {
            problems.add("E610", "--from", "must be below --to - expected less than " + high + ", found " + low + ".");
        }
        if (settings == null || !problems.isEmpty()) {
            throw new UsageException(problems.list());
        }
        long steps = settings.steps() == Long.MAX_VALUE ? STEPS : settings.steps();
        if (steps < 10 || steps > MOST_STEPS) {
            problems.add("E611", "--steps", "must be an integer in [10, " + MOST_STEPS + "], found \"" + steps + "\".");
        }
        problems.refuse();
        Experiment experiment = Experiment.prepare(settings, problems);
        problems.refuse();
        LearningRateFinder finder = LearningRateFinder.of((int) steps).withRange(low, high);
        RateSweep sweep = Execute.on(settings, () -> sweep(experiment, finder));
        for (RateSweep.Point point : sweep.points()) {
            console.event(ProgressView.event("rate")
                    .with("learningRate", point.rate())
                    .with("loss", ProgressView.number(point.loss()))
                    .with("smoothed", ProgressView.number(point.smoothed())));
        }
        RateCurve.lines(sweep).forEach(console::result);
        tell(sweep, console);
        return Main.DONE;
    }

    private static RateSweep sweep(Experiment experiment, LearningRateFinder finder) {
        Mlp model = experiment.model();
        RunSettings settings = experiment.settings();
        return finder.run(
                model,
                experiment.loss(),
                experiment.optimizer(model),
                experiment.data().split().train(),
                settings.batch(),
                settings.seed());
    }

    private static double rate(String name, @Nullable String text, double standard, Problems problems) {
        Double value = text == null ? Double.valueOf(standard) : Values.number(text);
        if (value == null || !(value > 0 && value <= 1000)) {
            problems.add("E610", name, "must be a number in (0, 1000], found \"" + text + "\".");
            return standard;
        }
        return value;
    }

    private static void tell(RateSweep sweep, Console console) {
        console.result("");
        sweep.divergence()
                .ifPresent(rate -> console.result(
                        line("the loss exploded at", rate, sweep.points().size() + " steps")));
        console.result(line("the loss was lowest at", sweep.lowest(), ""));
        if (sweep.suggestion().isPresent()) {
            console.result(line("learning rate", sweep.suggestion().getAsDouble(), "try --lr with it"));
        } else {
            console.result(
                    "no learning rate can be suggested: the loss did not fall. Try more --steps, or a higher --to.");
        }
        console.event(ProgressView.event("result")
                .with("learningRate", orNull(sweep.suggestion()))
                .with("steepest", orNull(sweep.steepest()))
                .with("lowest", ProgressView.number(sweep.lowest()))
                .with("divergence", orNull(sweep.divergence()))
                .with("steps", sweep.points().size()));
    }

    private static Json orNull(OptionalDouble rate) {
        return rate.isPresent() ? JsonNumber.of(rate.getAsDouble()) : new JsonNull();
    }

    private static String line(String what, double rate, String more) {
        return String.format(Locale.ROOT, "%-24s%.2g%s", what, rate, more.isEmpty() ? "" : "  (" + more + ")");
    }
}
