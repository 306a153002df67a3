package dev.nudge.cli;

import dev.nudge.nn.Summary;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.tensor.Shape;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a run is going to do, told before its first step.
final class PlanText {
    private PlanText() {}

    /// A line for each thing worth knowing.
    static List<String> lines(Experiment experiment) {
        RunSettings settings = experiment.settings();
        MemoryNeed memory = experiment.memory();
        List<String> lines = new ArrayList<>();
        lines.add("data        " + experiment.data().words());
        lines.add("model       " + settings.texts().get("model")
                + (settings.dropout() > 0 ? " with dropout " + settings.dropout() : "") + ", loss " + settings.loss());
        Summary summary =
                Summary.of(experiment.model(), Shape.of(1, experiment.data().inputs()));
        summary.toString().lines().forEach(line -> lines.add("            " + line));
        lines.add("memory      " + MemoryNeed.size(memory.bytes()) + ": "
                + memory.parts(settings.optimizer().kind()));
        lines.add("training    " + training(settings));
        lines.add("rates       " + rates(experiment));
        lines.add("steps       "
                + steps(
                        experiment.data().split().train().size(),
                        settings.batch(),
                        settings.epochs(),
                        experiment.totalSteps()));
        return lines;
    }

    private static String training(RunSettings settings) {
        String text = settings.texts().get("optimizer") + ", learning rate "
                + settings.texts().get("lr") + ", " + settings.schedule().words();
        if (settings.warmup() > 0) {
            text += " after " + settings.warmup() + " steps of warm-up";
        }
        String decay = settings.texts().getOrDefault(OptimizerSpec.WEIGHT_DECAY, "0");
        String penalty = settings.texts().getOrDefault(OptimizerSpec.L2, "0");
        text += decay.equals("0") ? "" : ", weight decay " + decay;
        text += penalty.equals("0") ? "" : ", L2 penalty " + penalty;
        if (settings.optimizer().kind().equals("muon")) {
            text += ", muon at " + (int) OptimizerSpec.MUON_FACTOR
                    + " x the rate for hidden matrices, adamw for the rest";
        }
        if (settings.sam() != null) {
            text += ", sharpness-aware within " + settings.texts().get("sam");
        }
        if (settings.accumulate() > 1) {
            text += ", batches in " + settings.accumulate() + " parts";
        }
        if (settings.average() != null) {
            text += ", weights averaged (" + settings.texts().get("average") + ")";
        }
        if (settings.clip() != null) {
            text += ", gradients clipped to norm " + settings.texts().get("clip");
        }
        if (settings.patience() != null) {
            text += ", patience " + settings.patience() + " epochs";
        }
        if (settings.targetLoss() != null) {
            text += ", target loss " + settings.texts().get("target-loss");
        }
        if (settings.time() != null) {
            text += ", at most " + settings.texts().get("time");
        }
        return text + "; seed " + settings.seed() + ", " + settings.threads()
                + (settings.threads() == 1 ? " thread" : " threads");
    }

    /// The learning rate at some steps of the run: `0.0002 at step 1, 0.002 at 400, ...`.
    private static String rates(Experiment experiment) {
        Schedule schedule = experiment.schedule();
        long total = experiment.totalSteps();
        boolean open = total >= (long) RunSettings.MOST_EPOCHS * experiment.stepsPerEpoch();
        long length = open ? 10L * experiment.stepsPerEpoch() : total;
        StringBuilder text = new StringBuilder();
        long last = 0;
        for (int quarter = 0; quarter <= 4; quarter++) {
            long step = Math.max(1, length * quarter / 4);
            if (step > last) {
                text.append(last == 0 ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%.3g", schedule.at(step)))
                        .append(last == 0 ? " at step " : " at ")
                        .append(String.format(Locale.ROOT, "%,d", step));
                last = step;
            }
        }
        return text.toString();
    }

    /// Steps in words: `40 per epoch = ceil(1,257 / 32); 1,600 in all 40 epochs`.
    static String steps(long examples, long batch, long epochs, long total) {
        String perEpoch = String.format(
                Locale.ROOT, "%,d per epoch = ceil(%,d / %,d)", Math.ceilDiv(examples, batch), examples, batch);
        if (epochs >= RunSettings.MOST_EPOCHS
                && total >= (long) RunSettings.MOST_EPOCHS * Math.ceilDiv(examples, batch)) {
            return perEpoch;
        }
        return perEpoch
                + (epochs >= RunSettings.MOST_EPOCHS
                        ? String.format(Locale.ROOT, "; %,d in all", total)
                        : String.format(
                                Locale.ROOT,
                                "; %,d in all, in %,d %s",
                                total,
                                epochs,
                                epochs == 1 ? "epoch" : "epochs"));
    }

    /// The plan as an event.
    static JsonObject event(Experiment experiment) {
        TrainingData data = experiment.data();
        MemoryNeed memory = experiment.memory();
        JsonObject settings = JsonObject.EMPTY;
        for (var text : experiment.settings().texts().entrySet()) {
            settings = settings.with(text.getKey(), text.getValue());
        }
        return ProgressView.event("plan")
                .with("trainExamples", data.split().train().size())
                .with("validationExamples", data.split().validation().size())
                .with("testExamples", data.split().test().size())
                .with("classes", data.classes())
                .with("parameters", memory.parameters())
                .with("memoryBytes", memory.bytes())
                .with("stepsPerEpoch", experiment.stepsPerEpoch())
                .with("totalSteps", experiment.totalSteps())
                .with("settings", settings);
    }
}
