package dev.nudge.studio.lab;

import dev.nudge.studio.record.Recorder;
import dev.nudge.studio.record.RunFile;
import dev.nudge.train.Scores;
import dev.nudge.train.StopReason;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Accuracy;
import dev.nudge.train.metric.MeanLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A session as it was at a moment, to be kept as a run.
///
/// A session is a function of its specification, its changes and the number of its steps, so it is done again to record
/// it: nothing has to be remembered while somebody plays.
///
/// @param specification what the session began with
/// @param changes       what was changed by hand
/// @param steps         steps done
/// @param looks         looks at all points, in order
/// @param best          the look with the least validation loss
/// @param knowNothing   loss of whoever knows the shares of the classes only
/// @param digest        SHA-256 of the weights
/// @param problem       what it ended itself with
record SessionRecord(
        Specification specification,
        List<Lab.Change> changes,
        long steps,
        List<History.Look> looks,
        History.@Nullable Look best,
        double knowNothing,
        String digest,
        @Nullable String problem) {
    SessionRecord {
        changes = List.copyOf(changes);
        looks = List.copyOf(looks);
    }

    static SessionRecord of(Lab lab) {
        if (lab.step() == 0) {
            throw Limits.refused("record", "a session that has made a step", "none");
        }
        return new SessionRecord(
                lab.specification(),
                lab.changes(),
                lab.step(),
                lab.history().looks(),
                lab.history().best(),
                lab.objective().knowNothing(lab.train().shares()),
                lab.digest(),
                lab.problem());
    }

    /// Does the session again and records it in `folder`: `run.json`, the curves, the file for TensorBoard.
    ///
    /// @param folder exists
    /// @throws NudgeException (E012) if it cannot be written
    void write(Path folder) {
        try {
            JsonObject run = describe();
            Lab lab = Lab.of(specification);
            Recorder recorder = Recorder.in(folder, lab.network(), run);
            try (recorder) {
                replay(lab, recorder);
            }
            if (recorder.failure() != null) {
                throw new NudgeException("E012", folder.toString(), recorder.failure());
            }
            if (!lab.digest().equals(digest)) {
                throw new IllegalStateException("the session did not come out the same again");
            }
            RunFile.write(folder, run);
        } catch (IOException e) {
            throw new NudgeException("E012", folder.toString(), "cannot be written (" + e.getMessage() + ").", e);
        }
    }

    private void replay(Lab lab, Recorder recorder) {
        int size = lab.train().size();
        int batch = Math.min(specification.batch(), size);
        long parameters = lab.network().parameters().values().stream()
                .mapToLong(each -> each.shape().elements())
                .sum();
        recorder.accept(new TrainingEvent.Started(parameters, size, batch, lab.stepsPerEpoch(), steps, 1, 0));
        int change = 0;
        int look = 0;
        while (lab.step() < steps && lab.problem() == null) {
            while (change < changes.size() && changes.get(change).step() == lab.step()) {
                Lab.Change made = changes.get(change++);
                lab.make(made);
                if (made instanceof Lab.Change.Rate rate) {
                    recorder.accept(new TrainingEvent.RateSet(lab.step(), rate.value()));
                }
            }
            int epoch = lab.epoch() + 1;
            lab.step(1);
            recorder.accept(new TrainingEvent.StepDone(
                    epoch,
                    lab.step(),
                    lab.history().lastLoss(),
                    lab.learningRate(),
                    lab.gradientNorm(),
                    new LinkedHashMap<>(),
                    Double.NaN)); // how fast it was when somebody played is not known
            while (look < looks.size() && looks.get(look).step() <= lab.step()) {
                epochDone(looks.get(look++), lab, recorder);
            }
        }
        for (Lab.Change last : changes.subList(change, changes.size())) {
            lab.make(last);
        }
        recorder.accept(new TrainingEvent.Stopped(
                lab.epoch(),
                steps,
                problem == null ? StopReason.SIGNAL : StopReason.FAILED,
                problem == null ? "kept from the playground" : problem));
    }

    private void epochDone(History.Look look, Lab lab, Recorder recorder) {
        if (look.epoch() == 0) {
            return; // before the first step
        }
        int rows = lab.validation().size();
        History.Score score = look.validation();
        Scores validation = rows == 0
                ? null
                : new Scores(
                        new MeanLoss(score.loss(), 1, rows),
                        List.of(new Accuracy(Math.round(score.accuracy() * rows), rows, 0)));
        recorder.accept(new TrainingEvent.EpochDone(
                look.epoch(), look.step(), look.train().loss(), validation, look.equals(best), 0));
    }

    private JsonObject describe() {
        History.Look last = looks.getLast();
        String status = problem == null ? RunFile.DONE : RunFile.FAILED;
        return RunFile.begun("nudge studio", "playground", status, specification.seed())
                .with("settings", settings())
                .with(
                        "playground",
                        JsonObject.EMPTY
                                .with("specification", specification.toJson())
                                .with(
                                        "changes",
                                        new JsonArray(changes.stream()
                                                .<Json>map(Lab.Change::toJson)
                                                .toList()))
                                .with("steps", steps))
                .with("knowNothing", knowNothing)
                .with("lossFloor", 0.0)
                .with(
                        "result",
                        JsonObject.EMPTY
                                .with("testAccuracy", Numbers.of(last.test().accuracy()))
                                .with("testLoss", Numbers.of(last.test().loss()))
                                .with(
                                        "validationLoss",
                                        Numbers.of(last.validation().loss()))
                                .with("epochs", last.epoch())
                                .with("steps", steps)
                                .with("weights", digest));
    }

    /// The specification as texts, named as those of other runs where they are the same.
    private JsonObject settings() {
        Specification.Source source = specification.source();
        return JsonObject.EMPTY
                .with("data", source.kind())
                .with("points", Integer.toString(source.points()))
                .with("noise", Double.toString(source.noise()))
                .with("features", String.join(", ", specification.features()))
                .with(
                        "model",
                        specification.layers().stream()
                                .map(layer -> layer.units() + ":" + layer.activation())
                                .collect(Collectors.joining(", ")))
                .with("initializer", specification.initializer())
                .with("loss", specification.loss())
                .with("optimizer", specification.optimizer())
                .with("lr", Double.toString(specification.learningRate()))
                .with("batch", Integer.toString(specification.batch()))
                .with("dropout", Double.toString(specification.dropout()))
                .with("l1", Double.toString(specification.l1()))
                .with("l2", Double.toString(specification.l2()))
                .with("weight-decay", Double.toString(specification.weightDecay()))
                .with("validation", Double.toString(specification.validation()))
                .with("test", Double.toString(specification.test()))
                .with("seed", Long.toString(specification.seed()));
    }
}
