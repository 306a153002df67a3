package dev.nudge.cli;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.studio.record.RunFile;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Scores;
import dev.nudge.train.StopReason;
import dev.nudge.train.StopSignal;
import dev.nudge.train.Trainer;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Accuracy;
import dev.nudge.train.metric.ConfusionMatrix;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// `nudge train`: trains a network, saves it and says how well it does.
@Command(
        name = "train",
        description = "Trains a network, and says how well it does on images that it has never seen.",
        footer = {
            "",
            "Examples:",
            "  nudge train",
            "  nudge train digits --model mlp:64:tanh --epochs 20 --seed 7",
            "  nudge train FOLDER --model mlp:128 --optimizer sgd --lr 0.1 --epochs 5",
            "  nudge train --resume runs/digits-42-1",
            "  nudge train --replay runs/digits-42-1",
            "",
            "Ctrl-C once stops after the step, saves and exits with 130; twice exits at once."
        })
final class TrainCommand implements Subcommand {
    private static final List<String> FIXED = List.of(
            "resize",
            "labels",
            RunSettings.KERNELS,
            "loss",
            "optimizer",
            "lr",
            "schedule",
            "warmup",
            "batch",
            "seed",
            "weight-decay",
            "l2",
            "clip",
            "sam",
            "accumulate",
            "average",
            "validation");

    @Mixin
    TrainingOptions training = new TrainingOptions();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to write the run (default: a new folder in runs).")
    @Nullable
    String out;

    @Option(names = "--overwrite", description = "Begin anew in the folder of an old run, which is lost.")
    boolean overwrite;

    @Option(
            names = "--resume",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "RUN",
            description =
                    "Go on with this run from its newest checkpoint (default: the one in --out, else the newest in"
                            + " runs). Its settings are kept; others may be given, such as more epochs.")
    @Nullable
    String resume;

    @Option(
            names = "--allow-new-data",
            description = "Resume although data or settings differ: a new run that begins with the old weights.")
    boolean allowNewData;

    @Option(
            names = "--replay",
            paramLabel = "RUN",
            description = "Do a recorded run again with all that was changed while it went on, and compare the weights"
                    + " bit for bit.")
    @Nullable
    String replay;

    @Option(
            names = "--no-record",
            description = "Do not keep the curves of the run, which nudge studio and TensorBoard show.")
    boolean unrecorded;

    @Mixin
    CommonOptions common = new CommonOptions();

    /// What is needed to begin or go on.
    ///
    /// @param old    the run to go on with
    /// @param again  the run to do again
    /// @param replay what was done to it
    private record Ready(
            Experiment experiment,
            Optional<RunFolder> old,
            @Nullable RunFolder again,
            @Nullable Replay replay) {}

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        StopSignal stop = new StopSignal();
        Ready ready = prepare(parsed, problems);
        problems.refuse();
        Signals signals = Signals.listen(stop);
        Experiment experiment = ready.experiment();
        RunFolder folder = ready.old()
                .orElseGet(() -> RunFolder.create(
                        Optional.ofNullable(out).map(Path::of),
                        experiment.data().name(),
                        experiment.settings().seed(),
                        overwrite));
        return Execute.on(experiment.settings(), () -> train(ready, folder, stop, signals, console));
    }

    // ---- before the first step ------------------------------------------------------------------------------------

    private Ready prepare(ParseResult parsed, Problems problems) {
        SequencedMap<String, String> given = training.given(parsed, problems);
        Optional<RunFolder> old = old(problems);
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        if (resume != null && old.isPresent()) {
            try {
                texts.putAll(old.get().settings());
            } catch (NudgeException e) {
                problems.add(Problem.of(e));
            }
        } else if (resume == null && out != null) {
            RunFolder.checkFree(Path.of(out), overwrite, problems);
        }
        RunFolder again = null;
        Replay changes = null;
        if (replay != null) {
            again = new RunFolder(Path.of(replay));
            changes = replayed(again, texts, given, problems);
        }
        if (!allowNewData) {
            refuseChanges(texts, given, problems);
        }
        if (given.containsKey("steps") || given.containsKey("time")) {
            if (!given.containsKey("epochs")) {
                texts.remove("epochs"); // the new budget takes the place of the old
            }
        }
        if (given.containsKey("optimizer")) {
            texts.keySet().removeAll(List.of("lr", "l2", "weight-decay")); // they belong to the old one
        }
        texts.putAll(given);
        RunSettings settings = SettingsReader.read(texts, problems);
        TrainingData.check(texts.getOrDefault(RunSettings.DATA, RunSettings.DIGITS), problems);
        if (overwrite && resume != null) {
            problems.add("E008", "--overwrite", "contradicts --resume - expected one of the two. Leave one out.");
        }
        if (allowNewData && resume == null) {
            problems.add("E008", "--allow-new-data", "is for --resume only. Leave it out, or add --resume.");
        }
        if (settings == null) {
            throw new UsageException(problems.list());
        }
        if (!problems.isEmpty() && !settings.data().equals(RunSettings.DIGITS)) {
            problems.refuse();
        }
        return new Ready(
                Experiment.prepare(settings, problems), resume == null ? Optional.empty() : old, again, changes);
    }

    /// Takes over the settings of a run that is to be done again; only the threads and the memory, on which no bit
    /// depends, may differ.
    private @Nullable Replay replayed(
            RunFolder again, Map<String, String> texts, Map<String, String> given, Problems problems) {
        List<String> others = new ArrayList<>(given.keySet());
        others.removeAll(List.of("threads", StepMemory.OPTION));
        if (resume != null || !others.isEmpty()) {
            problems.add(
                    "E008",
                    "--replay",
                    "a run is done again as it was - leave out "
                            + (resume != null ? "--resume" : String.join(", ", others)) + ".");
            return null;
        }
        try {
            Replay changes = Replay.of(again.path());
            texts.putAll(again.settings());
            if (texts.remove("time") != null) {
                texts.put("steps", Long.toString(changes.steps()));
            }
            return changes;
        } catch (NudgeException e) {
            problems.add(Problem.of(e));
            return null;
        }
    }

    /// Refuses to go on with other settings than the run began with, where they would change its result.
    private static void refuseChanges(Map<String, String> old, Map<String, String> given, Problems problems) {
        List<String> fixed = new ArrayList<>(FIXED);
        if (ScheduleSpec.needsLength(old.getOrDefault("schedule", ""))) {
            fixed.addAll(List.of("epochs", "steps")); // the rate of every step depends on them
        }
        for (String name : fixed) {
            String before = old.get(name);
            String now = given.get(name);
            if (before != null && now != null && !before.equals(now)) {
                problems.add(
                        name.equals("seed") || name.equals("validation") ? "E404" : "E403",
                        "--" + name,
                        "differs from that of the run - expected " + NudgeException.quote(before) + ", found "
                                + NudgeException.quote(now) + ". Resume would not be exact; leave it out, or add"
                                + " --allow-new-data to go on all the same.");
            }
        }
    }

    private Optional<RunFolder> old(Problems problems) {
        if (resume == null) {
            return Optional.empty();
        }
        if (!resume.isEmpty() || out != null) {
            Path path = Path.of(resume.isEmpty() && out != null ? out : resume);
            if (!resume.isEmpty()
                    && out != null
                    && !path.toAbsolutePath()
                            .normalize()
                            .equals(Path.of(out).toAbsolutePath().normalize())) {
                problems.add(
                        "E008",
                        "--out",
                        "a run goes on in its own folder - expected " + NudgeException.quote(resume) + ", found "
                                + NudgeException.quote(out) + ". Leave --out out.");
            }
            if (!RunFolder.isRun(path)) {
                problems.add(
                        "E300",
                        "--resume",
                        "no run in " + NudgeException.quote(path.toString()) + " - expected a folder" + " with run.json"
                                + (Files.exists(path) ? "." : ", found nothing."));
                return Optional.empty();
            }
            return Optional.of(new RunFolder(path));
        }
        Optional<RunFolder> newest = RunFolder.newest();
        if (newest.isEmpty()) {
            problems.add(
                    "E300", "--resume", "there is no run in runs - expected --resume RUN with the folder of a run.");
        }
        return newest;
    }

    // ---- the run --------------------------------------------------------------------------------------------------

    private int train(Ready ready, RunFolder folder, StopSignal stop, Signals signals, Console console) {
        Experiment experiment = ready.experiment();
        Split split = experiment.data().split();
        PlanText.lines(experiment).forEach(console::tell);
        console.tell("run         " + folder.path());
        console.tell("");
        console.event(PlanText.event(experiment).with("run", folder.path().toString()));
        ProgressView view = new ProgressView(console, experiment.settings());
        Mlp model = experiment.model();
        JsonObject record = RunRecord.begun(experiment);
        KernelNote note = ready.old().isEmpty()
                ? KernelNote.ofNew(folder, record, console)
                : KernelNote.ofOld(folder, record, console);
        Trainer trainer = experiment
                .trainer(model)
                .withCheckpoints(folder.checkpoints(), experiment.cadence())
                .withStopSignal(stop)
                .withListener(event -> {
                    note.accept(event);
                    view.accept(event);
                });
        trainer = unrecorded ? trainer : folder.recorded(trainer, record, console);
        Replay changes = ready.replay();
        trainer = changes == null ? trainer : trainer.withSteering(changes);
        trainer = allowNewData ? trainer.withChangesAllowed() : trainer;
        FitResult fit;
        try {
            fit = ready.old().isEmpty()
                    ? trainer.fit(split.train(), split.validation())
                    : trainer.resume(split.train(), split.validation());
        } catch (NonFiniteException e) {
            TrainingEvent.Stopped stopped = view.stopped();
            String text = stopped == null ? String.valueOf(e.getMessage()) : stopped.why();
            console.error(Problem.parse(text, e.code(), "step " + e.step()));
            folder.write(note.in(record).with(RunFile.STATUS, RunFile.FAILED));
            if (Files.exists(folder.path().resolve("checkpoints"))) {
                console.warn("The last checkpoint before this step is kept in " + folder.path() + ".");
            }
            return Main.FAILED;
        }
        folder.writeWeights(model);
        signals.endAtOnce();
        if (ready.again() != null && changes != null && fit.steps() == changes.steps()) {
            return compared(experiment, model, ready.again(), note.in(record), folder, console);
        }
        if (fit.reason() == StopReason.SIGNAL) {
            folder.write(note.in(record).with(RunFile.STATUS, RunFile.INTERRUPTED));
            return interrupted(fit, folder, signals, console);
        }
        return finished(experiment, model, fit, folder, note.in(record), console);
    }

    private static int compared(
            Experiment experiment, Mlp model, RunFolder again, JsonObject record, RunFolder folder, Console console) {
        Mlp recorded = experiment.model();
        again.loadWeights(recorded);
        String before = WeightsHash.of(recorded);
        String now = WeightsHash.of(model);
        folder.write(record.with(RunFile.STATUS, RunFile.DONE));
        console.event(ProgressView.event("replay")
                .with("same", before.equals(now))
                .with("recorded", before)
                .with("weights", now)
                .with("run", folder.path().toString()));
        if (!before.equals(now)) {
            console.error(new Problem(
                    "E411",
                    again.path().toString(),
                    "the weights differ - expected " + before + ", found " + now
                            + ". Is it the same version of Nudge? It was recorded with kernels of "
                            + KernelNote.of(again) + ", and done again with those of "
                            + String.join(", ", Execute.kernelsInUse()) + "."));
            return Main.FAILED;
        }
        console.settle();
        console.result("the same weights, bit for bit: " + now);
        return Main.DONE;
    }

    private static int interrupted(FitResult fit, RunFolder folder, Signals signals, Console console) {
        console.tell(fit.why() + " after step " + ProgressView.grouped(fit.steps())
                + "; go on with: nudge train --resume " + folder.path());
        console.event(ProgressView.event("interrupted")
                .with("why", fit.why())
                .with("epochs", fit.epochs())
                .with("steps", fit.steps())
                .with("run", folder.path().toString()));
        return signals.exitCode() == 0 ? Main.INTERRUPTED : signals.exitCode();
    }

    private static int finished(
            Experiment experiment, Mlp model, FitResult fit, RunFolder folder, JsonObject record, Console console) {
        TrainingData data = experiment.data();
        Split split = data.split();
        ConfusionMatrix none = ConfusionMatrix.of(data.classes());
        Scores test = Evaluator.evaluate(model, experiment.loss(), split.test(), Accuracy.ofLogits(), none);
        Scores validation = split.validation().size() == 0
                ? null
                : Evaluator.evaluate(model, experiment.loss(), split.validation(), Accuracy.ofLogits());
        ConfusionMatrix confusion = test.metric(ConfusionMatrix.class);
        JsonObject result = JsonObject.EMPTY
                .with("testAccuracy", ProgressView.number(ProgressView.accuracy(test)))
                .with("testLoss", ProgressView.number(test.loss()))
                .with("validationLoss", validation == null ? new JsonNull() : ProgressView.number(validation.loss()))
                .with("epochs", fit.epochs())
                .with("steps", fit.steps())
                .with("seconds", ProgressView.number(fit.seconds()))
                .with("examplesPerSecond", ProgressView.number(fit.examplesPerSecond()))
                .with("weights", WeightsHash.of(model))
                .with("run", folder.path().toString());
        folder.write(record.with(RunFile.STATUS, RunFile.DONE).with("result", result));
        console.tell(why(fit));
        console.tell("");
        console.settle();
        console.result("test accuracy  " + Report.share(confusion));
        console.result(String.format(Locale.ROOT, "test loss      %.6f", test.loss()));
        console.result("");
        Report.lines(confusion).forEach(console::result);
        console.result("");
        ModelFile saved = SavedRun.file(experiment, model, scores(test, validation));
        ModelFormat.of().write(folder.modelFile(), saved);
        console.result("model          " + folder.modelFile());
        console.result("weights        " + folder.weightsFile());
        console.result("settings       " + folder.path().resolve("run.json"));
        console.result("checkpoints    " + folder.path().resolve("checkpoints"));
        console.result("try            nudge predict " + folder.modelFile() + " --row 0");
        JsonObject event = ProgressView.event("result");
        for (var member : result.members().entrySet()) {
            event = event.with(member.getKey(), member.getValue());
        }
        console.event(event);
        return Main.DONE;
    }

    private static SequencedMap<String, Double> scores(Scores test, @Nullable Scores validation) {
        SequencedMap<String, Double> scores = new LinkedHashMap<>();
        scores.put("testAccuracy", ProgressView.accuracy(test));
        scores.put("testLoss", test.loss());
        if (validation != null) {
            scores.put("validationLoss", validation.loss());
        }
        return scores;
    }

    private static String why(FitResult fit) {
        String text = String.format(
                Locale.ROOT,
                "%,d steps in %s: %s",
                fit.steps(),
                ProgressView.time(fit.seconds()),
                fit.reason() == StopReason.BUDGET ? "done" : fit.why());
        return fit.bestEpoch().isPresent()
                ? text + "; kept the weights of epoch " + fit.bestEpoch().getAsInt() + ", which did best in validation"
                : text;
    }
}
