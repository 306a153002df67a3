package dev.nudge.cli;

import dev.nudge.train.Scores;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.metric.Accuracy;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Shows a run as it goes: a bar in one line of a terminal, a line an epoch elsewhere, and an event an epoch in JSON.
final class ProgressView implements Consumer<TrainingEvent> {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int BAR = 20;
    private static final int NARROWEST_BAR = 5;
    private static final int FRAME = 3; // what surrounds a bar
    private static final String CLEAR = "\r\u001B[K";

    private final Console console;
    private final double secondsAllowed;
    private final boolean bar;
    private int epochs; // 0 for a run that does not end with an epoch
    private TrainingEvent.@Nullable Started started;
    private TrainingEvent.@Nullable StepDone last;
    private @Nullable Scores validation;
    private TrainingEvent.@Nullable Stopped stopped;
    private long begun;
    private long drawn;
    private boolean onBar;

    ProgressView(Console console, RunSettings settings) {
        this(
                console,
                settings.time() == null
                        ? Double.POSITIVE_INFINITY
                        : settings.time().toNanos() * 1e-9);
    }

    /// Shows a run that may take so many seconds.
    ProgressView(Console console, double secondsAllowed) {
        this.console = console;
        this.secondsAllowed = secondsAllowed;
        this.bar = console.terminal() && !console.json();
    }

    /// How the run ended, if it has.
    TrainingEvent.@Nullable Stopped stopped() {
        return stopped;
    }

    @Override
    public void accept(TrainingEvent event) {
        switch (event) {
            case TrainingEvent.Started it -> {
                started = it;
                boolean byEpochs = it.totalSteps() % it.stepsPerEpoch() == 0
                        && it.totalSteps() / it.stepsPerEpoch() < RunSettings.MOST_EPOCHS;
                epochs = byEpochs ? Math.toIntExact(it.totalSteps() / it.stepsPerEpoch()) : 0;
                begun = System.nanoTime();
                console.event(event("started")
                        .with("parameters", it.parameters())
                        .with("examples", it.examples())
                        .with("batch", it.batchSize())
                        .with("stepsPerEpoch", it.stepsPerEpoch())
                        .with("totalSteps", it.totalSteps())
                        .with("step", it.step()));
            }
            case TrainingEvent.Resumed it -> {
                console.tell("resumed after step " + grouped(it.step()) + ", in epoch " + it.epoch());
                console.event(event("resumed").with("epoch", it.epoch()).with("step", it.step()));
            }
            case TrainingEvent.Warned it -> {
                endBar();
                console.warn(it.warning().toString());
                console.event(event("warning")
                        .with("code", it.warning().code())
                        .with("where", it.warning().where())
                        .with("message", it.warning().message()));
            }
            case TrainingEvent.StepDone it -> {
                last = it;
                if (bar && System.nanoTime() - drawn > REDRAW_NANOS) {
                    draw(it);
                }
            }
            case TrainingEvent.RateSet it -> {
                endBar();
                console.tell("learning rate " + it.learningRate() + " from step " + grouped(it.step() + 1) + " on");
                console.event(event("rate").with("step", it.step()).with("learningRate", it.learningRate()));
            }
            case TrainingEvent.EpochDone it -> epochDone(it);
            case TrainingEvent.CheckpointSaved it ->
                console.event(event("checkpoint").with("step", it.step()));
            case TrainingEvent.Stopped it -> {
                stopped = it;
                if (bar && last != null) {
                    draw(last);
                }
                endBar();
                console.event(event("stopped")
                        .with("epoch", it.epoch())
                        .with("step", it.step())
                        .with(
                                "reason",
                                it.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .with("why", it.why()));
            }
        }
    }

    private void epochDone(TrainingEvent.EpochDone it) {
        validation = it.validation();
        TrainingEvent.StepDone step = last;
        double speed = step == null ? 0 : step.examplesPerSecond();
        JsonObject event = event("epoch")
                .with("epoch", it.epoch())
                .with("step", it.step())
                .with("loss", number(it.trainingLoss()));
        if (validation != null) {
            event = event.with("validationLoss", number(validation.loss()));
            if (hasAccuracy(validation)) {
                event = event.with("validationAccuracy", number(accuracy(validation)));
            }
            event = event.with("best", it.best());
        }
        if (step != null) {
            event = event.with("learningRate", number(step.learningRate()))
                    .with("gradientNorm", number(step.gradientNorm()))
                    .with("examplesPerSecond", number(speed));
        }
        console.event(event.with("seconds", number(it.seconds())));
        if (!bar) {
            console.tell(
                    line(it.epoch(), it.trainingLoss(), speed, it.step(), false) + (it.best() ? "  best so far" : ""));
        }
    }

    private void draw(TrainingEvent.StepDone it) {
        drawn = System.nanoTime();
        onBar = true;
        double done = fractionDone(it.step());
        int room = console.width() - 1;
        String line = line(it.epoch(), it.loss(), it.examplesPerSecond(), it.step(), false);
        if (line.length() + BAR + FRAME > room) {
            line = line(it.epoch(), it.loss(), it.examplesPerSecond(), it.step(), true);
        }
        String text = bar(done, Math.min(BAR, room - line.length() - FRAME)) + line;
        console.err().print(CLEAR + (text.length() > room ? text.substring(0, room) : text));
        console.err().flush();
    }

    /// The bar, or nothing where there is no room for one.
    private static String bar(double done, int width) {
        if (width < NARROWEST_BAR) {
            return "";
        }
        int full = (int) (done * width);
        return "[" + "#".repeat(full) + "-".repeat(width - full) + "] ";
    }

    private void endBar() {
        if (onBar) {
            console.err().println();
            onBar = false;
        }
    }

    private String line(int epoch, double loss, double speed, long step, boolean brief) {
        String of = epochs > 0 ? "/" + epochs : "";
        String width = epochs > 0 ? Integer.toString(Integer.toString(epochs).length()) : "1";
        String text = String.format(Locale.ROOT, "epoch %" + width + "d%s  loss %.6f", epoch, of, loss);
        if (validation != null) {
            text += String.format(Locale.ROOT, brief ? "  val %.6f" : "  validation %.6f", validation.loss());
            text += brief || !hasAccuracy(validation)
                    ? ""
                    : String.format(Locale.ROOT, " (%.2f %%)", 100 * accuracy(validation));
        }
        return text
                + String.format(Locale.ROOT, brief ? "  %,d ex/s  " : "  %,d examples/s  ", Math.round(speed))
                + left(step);
    }

    private double elapsed() {
        return (System.nanoTime() - begun) * 1e-9;
    }

    private double fractionDone(long step) {
        double bySteps = started == null ? 0 : (double) step / started.totalSteps();
        return Math.min(1, Math.max(bySteps, elapsed() / secondsAllowed));
    }

    private String left(long step) {
        if (started == null || step <= started.step()) {
            return "";
        }
        double perStep = elapsed() / (step - started.step());
        double seconds = Math.min(perStep * (started.totalSteps() - step), Math.max(0, secondsAllowed - elapsed()));
        return time(seconds) + " left";
    }

    /// Seconds as `m:ss` or `h:mm:ss`.
    static String time(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    private static boolean hasAccuracy(Scores scores) {
        return scores.metrics().stream().anyMatch(Accuracy.class::isInstance);
    }

    static double accuracy(Scores scores) {
        return scores.metric(Accuracy.class).value();
    }

    static JsonObject event(String name) {
        return JsonObject.EMPTY.with("event", name);
    }

    /// A number for JSON, which has no word for NaN and the infinities: these become texts rather than vanish.
    static Json number(double value) {
        return Double.isFinite(value) ? JsonNumber.of(value) : new JsonText(Double.toString(value));
    }

    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
