package dev.nudge.studio.record;

import dev.nudge.nn.Model;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.train.Scores;
import dev.nudge.train.Steering;
import dev.nudge.train.StopSignal;
import dev.nudge.train.TrainingEvent;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.metric.Metric;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Records a training run: every point of its curves, what happened, and how each layer fares.
///
/// It is a listener of a [trainer][dev.nudge.train.Trainer#withListener]. The training thread only puts numbers into a
/// queue; another thread writes them, twice a second, to `metrics.sqlite` and, thinned, to a file that TensorBoard
/// reads. So a run that is killed is kept up to its last half second. A recorder that cannot write stops recording and
/// keeps quiet; [#failure()] says why.
///
/// It also is a [Steering]: it takes the wishes of those who look at the run, and notes them.
///
/// {@snippet class="RecorderSnippets" region="record"}
public final class Recorder implements Consumer<TrainingEvent>, Steering, AutoCloseable {
    private static final long TICK_NANOS = 500_000_000;
    private static final long SAMPLE_NANOS = 100_000_000; // from one throughput to the next
    private static final long PAUSE_NANOS = 20_000_000; // from one look to the next while the run waits
    private static final int SHARE = 50; // one part in so many of the time may go to looking at the layers
    private static final long LAYER_NANOS = 50_000_000; // and not more often than this
    private static final long HISTOGRAM_NANOS = 2_000_000_000;

    private final Path folder;
    private final JsonObject description;
    private final List<String> paths = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final PointQueue points = new PointQueue();
    private final Queue<Note> notes = new ConcurrentLinkedQueue<>();
    private final Queue<RunWriter.Wish> wishes = new ConcurrentLinkedQueue<>();
    private final List<String> names = new ArrayList<>(); // of the series, by the number in the queue
    private final Thread writer;
    private volatile boolean closing;
    private volatile @Nullable String failure;

    // Of the training thread.
    private long kept; // steps of an earlier part of the run
    private long done; // steps
    private boolean started;
    private double learningRate = Double.NaN;
    private long sampled;
    private long begun;
    private @Nullable List<float[]> before; // the parameters one step ago, when the layers are being looked at
    private List<float[]> scratch = List.of();
    private long layersAt;
    private long layersCost;
    private long histogramsAt;

    /// Something for the writer to do besides points.
    private sealed interface Note {
        /// An event.
        record Event(double seconds, long step, String kind, JsonObject detail) implements Note {}

        /// The elements of the parameters after a step.
        record Elements(double seconds, long step, List<float[]> elements) implements Note {}
    }

    /// Numbers of the series that every run has, in the order of [#names].
    private static final int LOSS = 0;

    private static final int GRADIENT_NORM = 1;
    private static final int LEARNING_RATE = 2;
    private static final int SPEED = 3;
    private static final int SECONDS = 4;
    private static final int TRAINING_LOSS = 5;
    private static final int VALIDATION_LOSS = 6;
    private static final List<String> COMMON = List.of(
            "loss", "gradientNorm", "learningRate", "examplesPerSecond", "seconds", "trainingLoss", "validationLoss");

    private static final int OF_LAYER = 3; // series of each parameter

    private Recorder(Path folder, Model model, JsonObject description) {
        this.folder = folder;
        this.description = description;
        model.parameters().forEach((path, parameter) -> {
            if (parameter.type().dtype() == DType.F32) {
                paths.add(path);
                parameters.add(parameter);
            }
        });
        names.addAll(COMMON);
        for (String path : paths) {
            names.add(path + "/norm");
            names.add(path + "/updateRatio");
            names.add(path + "/gradientNorm");
        }
        writer = Thread.ofPlatform().daemon().name("nudge-recorder").unstarted(this::write);
    }

    /// A recorder of a run of `model` that writes into `folder`, which is made if need be.
    ///
    /// @throws IOException if the folder cannot be made
    public static Recorder in(Path folder, Model model) throws IOException {
        return in(folder, model, JsonObject.EMPTY);
    }

    /// A recorder of a run of `model` that writes into `folder`, which is made if need be.
    ///
    /// @param description settings and whatever else tells one run from another; TensorBoard shows them as a text
    /// @throws IOException if the folder cannot be made
    public static Recorder in(Path folder, Model model, JsonObject description) throws IOException {
        Files.createDirectories(folder);
        return new Recorder(folder, model, description);
    }

    /// Removes what was recorded in `folder`.
    ///
    /// @throws IOException if it cannot be removed
    public static void clear(Path folder) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, "{" + RunDatabase.NAME + "*," + EventFile.NAME + "*}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /// Why nothing is recorded any more, or null if all is well.
    public @Nullable String failure() {
        return failure;
    }

    // ---- on the training thread -----------------------------------------------------------------------------------

    @Override
    public void accept(TrainingEvent event) {
        if (failure != null) {
            return;
        }
        switch (event) {
            case TrainingEvent.Started it -> started(it);
            case TrainingEvent.Resumed it -> {
                start(it.step());
                note(it.step(), "resumed", JsonObject.EMPTY.with("epoch", it.epoch()));
            }
            case TrainingEvent.Warned it ->
                note(
                        done,
                        "warning",
                        JsonObject.EMPTY
                                .with("code", it.warning().code())
                                .with("message", it.warning().toString()));
            case TrainingEvent.StepDone it -> stepDone(it);
            case TrainingEvent.RateSet it ->
                note(
                        it.step(),
                        Wishes.LEARNING_RATE,
                        JsonObject.EMPTY.with("value", it.learningRate()).with("was", number(learningRate)));
            case TrainingEvent.EpochDone it -> epochDone(it);
            case TrainingEvent.CheckpointSaved it -> note(it.step(), "checkpoint", JsonObject.EMPTY);
            case TrainingEvent.Stopped it -> {
                note(
                        it.step(),
                        "stopped",
                        JsonObject.EMPTY
                                .with("epoch", it.epoch())
                                .with("reason", it.reason().name().toLowerCase(Locale.ROOT))
                                .with("why", it.why()));
                close();
            }
        }
    }

    private void started(TrainingEvent.Started it) {
        start(it.step());
        note(
                it.step(),
                "started",
                JsonObject.EMPTY
                        .with("parameters", it.parameters())
                        .with("examples", it.examples())
                        .with("batch", it.batchSize())
                        .with("stepsPerEpoch", it.stepsPerEpoch())
                        .with("totalSteps", it.totalSteps())
                        .with("epoch", it.epoch()));
    }

    private void start(long step) {
        if (!started) {
            started = true;
            kept = step;
            done = step;
            begun = System.nanoTime();
            writer.start();
        }
    }

    private void stepDone(TrainingEvent.StepDone it) {
        long step = it.step();
        done = step;
        points.add(LOSS, step, it.loss());
        points.add(GRADIENT_NORM, step, it.gradientNorm());
        if (it.learningRate() != learningRate) {
            learningRate = it.learningRate();
            points.add(LEARNING_RATE, step, learningRate);
        }
        long now = System.nanoTime();
        if (now - sampled > SAMPLE_NANOS) {
            sampled = now;
            points.add(SPEED, step, it.examplesPerSecond());
            points.add(SECONDS, step, (now - begun) * 1e-9);
        }
        lookAtLayers(it, now);
    }

    @Override
    public @Nullable Double after(long step, StopSignal stop) {
        Double rate = null;
        boolean waits = false;
        while (true) {
            for (RunWriter.Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
                if (wish.kind().equals(Wishes.LEARNING_RATE)) {
                    rate = Double.valueOf(wish.value());
                    continue;
                }
                boolean was = waits;
                waits = wish.kind().equals(Wishes.PAUSE);
                if (wish.kind().equals(Wishes.STOP)) {
                    stop.stop("stopped from the studio");
                }
                if (waits != was || wish.kind().equals(Wishes.STOP)) {
                    note(step, wish.kind(), JsonObject.EMPTY);
                }
            }
            if (!waits || stop.reason() != null || failure != null) {
                return rate;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    // Two steps in a row: the parameters are copied after the first and compared after the second.
    private void lookAtLayers(TrainingEvent.StepDone it, long now) {
        long step = it.step();
        List<float[]> old = before;
        if (old != null) {
            for (int i = 0; i < old.size(); i++) {
                float[] then = old.get(i);
                float[] elements = elements(i);
                double norm = 0;
                double change = 0;
                for (int j = 0; j < then.length; j++) {
                    double difference = elements[j] - then[j];
                    norm += (double) then[j] * then[j];
                    change += difference * difference;
                }
                int series = COMMON.size() + OF_LAYER * i;
                points.add(series, step, Math.sqrt(norm));
                if (norm > 0) {
                    points.add(series + 1, step, Math.sqrt(change / norm));
                }
                Double gradientNorm = it.gradientNorms().get(paths.get(i));
                if (gradientNorm != null) { // else it is frozen
                    points.add(series + 2, step, gradientNorm);
                }
            }
            before = null;
            long after = System.nanoTime();
            layersCost += after - now;
            layersAt = after;
        } else if (now - layersAt > Math.max(LAYER_NANOS, SHARE * layersCost)) {
            if (scratch.isEmpty()) {
                scratch = copies();
            } else {
                for (int i = 0; i < scratch.size(); i++) {
                    System.arraycopy(elements(i), 0, scratch.get(i), 0, scratch.get(i).length);
                }
            }
            before = scratch;
            layersCost = System.nanoTime() - now;
        }
    }

    private float[] elements(int parameter) {
        return (float[]) parameters.get(parameter).storage().array();
    }

    private List<float[]> copies() {
        List<float[]> copies = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            copies.add(elements(i).clone());
        }
        return copies;
    }

    private void epochDone(TrainingEvent.EpochDone it) {
        points.add(TRAINING_LOSS, it.step(), it.trainingLoss());
        JsonObject detail = JsonObject.EMPTY
                .with("epoch", it.epoch())
                .with("trainingLoss", number(it.trainingLoss()))
                .with("best", it.best());
        Scores validation = it.validation();
        if (validation != null) {
            points.add(VALIDATION_LOSS, it.step(), validation.loss());
            detail = detail.with("validationLoss", number(validation.loss()));
            for (Metric metric : validation.metrics()) {
                detail = detail.with(metric.name(), number(metric.value()));
            }
        }
        note(it.step(), "epoch", detail);
        long now = System.nanoTime();
        if (now - histogramsAt > Math.max(HISTOGRAM_NANOS, SHARE * layersCost)) {
            histogramsAt = now;
            notes.add(new Note.Elements(clock(), it.step(), copies()));
        }
    }

    private void note(long step, String kind, JsonObject detail) {
        notes.add(new Note.Event(clock(), step, kind, detail));
    }

    private static double clock() {
        return System.currentTimeMillis() * 1e-3;
    }

    /// A number for JSON, which has no word for NaN and the infinities.
    private static Json number(double value) {
        return Double.isFinite(value) ? JsonNumber.of(value) : new JsonText(Double.toString(value));
    }

    /// Writes what is left and ends; does nothing the second time.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true; // what was recorded is written first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- on the writer's thread -----------------------------------------------------------------------------------

    private void write() {
        try (RunWriter store = RunWriter.open(folder, kept);
                EventFile events = EventFile.create(folder, clock())) {
            Output output = new Output(store, events, names, paths);
            output.description(clock(), kept, description);
            store.meta("process", Long.toString(ProcessHandle.current().pid()));
            store.wishes(); // those of an earlier part of the run have come too late
            while (true) {
                boolean last = closing;
                points.drain(output);
                for (Note note = notes.poll(); note != null; note = notes.poll()) {
                    switch (note) {
                        case Note.Event it -> output.event(it.seconds(), it.step(), it.kind(), it.detail());
                        case Note.Elements it -> output.histograms(it.seconds(), it.step(), it.elements());
                    }
                }
                wishes.addAll(store.wishes());
                output.tick(clock());
                if (last) {
                    return;
                }
                LockSupport.parkNanos(TICK_NANOS);
            }
        } catch (SQLException | IOException | RuntimeException | LinkageError e) { // the last: no place for its library
            failure = "the run is not recorded any more (" + e.getMessage() + ")";
        }
    }
}
