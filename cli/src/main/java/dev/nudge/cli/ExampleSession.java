package dev.nudge.cli;

import dev.nudge.examples.Session;
import dev.nudge.train.Cadence;
import dev.nudge.train.FitResult;
import dev.nudge.train.StopReason;
import dev.nudge.train.StopSignal;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.Json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs an example for the command line: shows its progress and keeps it in a run folder.
final class ExampleSession implements Session {
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(30);

    private final @Nullable Path data;
    private final long seed;
    private final boolean small;
    private final boolean resumes;
    private final RunFolder folder;
    private JsonObject record;
    private final boolean recorded;
    private final StopSignal stop;
    private final Console console;
    private final List<String> results = new ArrayList<>();
    private @Nullable Dataset trainedOn;
    private @Nullable KernelNote note;

    ExampleSession(
            @Nullable Path data,
            long seed,
            boolean small,
            boolean resumes,
            RunFolder folder,
            JsonObject record,
            boolean recorded,
            StopSignal stop,
            Console console) {
        this.data = data;
        this.seed = seed;
        this.small = small;
        this.resumes = resumes;
        this.folder = folder;
        this.record = record;
        this.recorded = recorded;
        this.stop = stop;
        this.console = console;
    }

    @Override
    public @Nullable Path data() {
        return data;
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public boolean small() {
        return small;
    }

    @Override
    public void tell(String line) {
        console.tell(line);
    }

    @Override
    public void show(String line) {
        results.add(line);
    }

    /// What was shown, in order.
    List<String> results() {
        return List.copyOf(results);
    }

    /// What `run.json` says of the run up to now.
    JsonObject record() {
        return note == null ? record : note.in(record);
    }

    /// What the example trained on last, or null.
    @Nullable
    Dataset trainedOn() {
        return trainedOn;
    }

    @Override
    public FitResult fit(Trainer trainer, Dataset train, @Nullable Dataset validation) {
        trainedOn = train;
        record = RunRecord.described(record, trainer, train, validation);
        KernelNote noting =
                resumes ? KernelNote.ofOld(folder, record, console) : KernelNote.ofNew(folder, record, console);
        note = noting;
        ProgressView view = new ProgressView(console, Double.POSITIVE_INFINITY);
        Trainer watched = trainer.withCheckpoints(folder.checkpoints(), Cadence.every(BETWEEN_CHECKPOINTS))
                .withStopSignal(stop)
                .withListener(event -> {
                    noting.accept(event);
                    view.accept(event);
                });
        watched = recorded ? folder.recorded(watched, record, console) : watched;
        FitResult fit = resumes ? watched.resume(train, validation) : watched.fit(train, validation);
        if (fit.reason() == StopReason.SIGNAL) {
            throw new StoppedException(fit);
        }
        return fit;
    }
}
