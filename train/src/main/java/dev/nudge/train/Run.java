package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.WeightAverage;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Variable;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Batches;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Warning;
import dev.nudge.train.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run of a trainer: what happens around the steps of its loop.
///
/// Its methods are called in the order of the loop, on one thread. Between two of them, progress, weights and optimizer
/// belong together, so that a checkpoint can be written whatever happens.
final class Run {
    private final Layer model;
    private final Loss loss;
    private final Optimizer optimizer;
    private final Options options;
    private final @Nullable Dataset validation;
    private final Dataset train;
    private final int examples;
    private final int stepsPerEpoch;
    private final @Nullable WeightAverage average;
    private final @Nullable Checkpoints checkpoints;
    private final Listeners listeners;
    private final DeadUnits deadUnits;
    private final List<Variable> variables;
    private final List<Tensor> untouched = new ArrayList<>(); // what each variable read as after the last step
    private final long clockStart;

    private Progress progress = Progress.START;
    private EarlyStopping.Watch watch = EarlyStopping.Watch.START;
    private ReduceOnPlateau.@Nullable State plateau;
    private @Nullable Weights best;
    private @Nullable Stop stop;
    private @Nullable Batch current;
    private boolean loaded;
    private List<Warning> warnings = List.of();
    private long optimizerSteps;
    private double secondsBefore;
    private long examplesBefore;
    private double stepSeconds;
    private double lastMark;
    private long savedStep;
    private double savedSeconds;

    /// Why the loop does not go on.
    private record Stop(StopReason reason, String why) {}

    private Run(
            Layer model, Loss loss, Optimizer optimizer, Options options, Dataset train, @Nullable Dataset validation) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.options = options;
        this.validation = validation;
        this.train = train;
        this.examples = train.size();
        this.stepsPerEpoch = rest(train.ordered().batches(options.batchSize)).count();
        this.average = options.averaging == null ? null : WeightAverage.of(options.averaging, model);
        this.checkpoints = Checkpoints.of(model, loss, optimizer, options, average, train, validation);
        this.listeners = new Listeners(options.listeners);
        this.deadUnits = new DeadUnits(model);
        this.variables = List.copyOf(model.parameters().values());
        this.optimizerSteps = optimizer.steps();
        this.clockStart = options.clock.getAsLong();
        if (options.plateau != null) {
            scaleRate(ReduceOnPlateau.State.START);
        }
        remember();
    }

    static Run start(
            Layer model, Loss loss, Optimizer optimizer, Options options, Dataset train, @Nullable Dataset validation) {
        if (train.size() == 0) {
            throw new NudgeException("E501", "fit", "the training data has no rows.");
        }
        if (options.dropLast && train.size() < options.batchSize) {
            throw new NudgeException(
                    "E611",
                    "fit",
                    "no batch is full - expected a batch size in [1, rows=" + train.size() + "], found "
                            + options.batchSize + ".");
        }
        if (options.early != null && (validation == null || validation.size() == 0)) {
            throw new NudgeException(
                    "E622", "fit", "early stopping needs validation data, found none. Give some, or leave it out.");
        }
        if (options.plateau != null && (validation == null || validation.size() == 0)) {
            throw new NudgeException(
                    "E622",
                    "fit",
                    "lowering the rate on a plateau needs validation data, found none. Give some, or leave it out.");
        }
        return new Run(
                model,
                loss,
                optimizer,
                options,
                train,
                validation == null || validation.size() == 0 ? null : validation);
    }

    // ---- before the first step ------------------------------------------------------------------------------------

    /// Takes the newest checkpoint's numbers.
    void load() {
        if (checkpoints == null) {
            throw new IllegalStateException("resume: there are no checkpoints; name them with withCheckpoints");
        }
        Checkpoints.Loaded found = checkpoints.load();
        warnings = checkpoints.warnings();
        if (found == null) {
            return;
        }
        loaded = true;
        progress = found.progress();
        watch = found.watch();
        if (options.plateau != null && found.plateau() != null) {
            scaleRate(found.plateau());
        }
        if (progress.batch() > stepsPerEpoch) { // other data or batches, as was allowed: the epoch begins again
            progress = progress.epochAnew();
        }
        best = found.best();
        optimizerSteps = optimizer.steps();
        secondsBefore = progress.seconds();
        examplesBefore = progress.examples();
        optimizer.holdRate(progress.rate());
        savedStep = progress.step();
        savedSeconds = secondsBefore;
        remember();
    }

    void started() {
        long parameters = variables.stream()
                .mapToLong(variable -> variable.shape().elements())
                .sum();
        listeners.tell(
                progress.step(),
                new TrainingEvent.Started(
                        parameters,
                        examples,
                        options.batchSize,
                        stepsPerEpoch,
                        options.budget.steps(stepsPerEpoch, examples, options.batchSize),
                        progress.epoch(),
                        progress.step()));
        for (Warning warning : warnings) {
            listeners.tell(progress.step(), new TrainingEvent.Warned(warning));
        }
        if (loaded) {
            listeners.tell(progress.step(), new TrainingEvent.Resumed(progress.epoch(), progress.step()));
        }
        steer();
        decide();
        lastMark = seconds();
    }

    // ---- the loop -------------------------------------------------------------------------------------------------

    /// Epoch of the next step.
    int epoch() {
        return progress.epoch();
    }

    boolean goesOn() {
        return stop == null;
    }

    /// The batches of an epoch that are not done yet.
    Batches rest(Batches whole) {
        Batches batches = options.dropLast ? whole.dropLast() : whole;
        Batches limited = options.dataLimit == null ? batches : batches.withLimit(options.dataLimit);
        return limited.withWorkers(options.workers).from(progress.batch());
    }

    /// Number of the step that begins.
    ///
    /// @throws IllegalStateException if someone else has changed the model since the last step
    long begin(Batch batch) {
        current = batch;
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i).tensor() != untouched.get(i)) {
                throw new IllegalStateException(
                        "fit: the weights were changed during training, before step " + (progress.step() + 1)
                                + "; train a model on one thread at a time, and leave its weights alone");
            }
        }
        return optimizerSteps + 1;
    }

    /// A part of the batch is looked at, so that errors name the rows of the part.
    void beginPart(Batch part) {
        current = part;
    }

    void stepDone(Batch batch, Optimizer.Result result) {
        double now = seconds();
        stepSeconds += now - lastMark;
        optimizerSteps = optimizer.steps();
        if (average != null) {
            average.update();
        }
        progress = progress.afterStep(result.loss(), batch.size(), now);
        remember();
        listeners.tell(
                progress.step(),
                new TrainingEvent.StepDone(
                        progress.epoch(),
                        progress.step(),
                        result.loss(),
                        result.learningRate(),
                        result.gradientNorm(),
                        result.gradientNorms(),
                        examplesPerSecond()));
        for (Warning warning : deadUnits.after(result, batch)) {
            listeners.tell(progress.step(), new TrainingEvent.Warned(warning));
        }
        steer();
        decide();
        if (goesOn() && progress.batch() < stepsPerEpoch && isSaveDue()) { // after the last, epochDone saves
            save();
        }
        lastMark = seconds();
    }

    /// Passes over a batch whose step was refused, and has changed nothing.
    ///
    /// @throws NonFiniteException `refused`, if too many follow one another, no batch of the epoch was
    ///                            usable, or the weights themselves are not finite
    void stepSkipped(Batch batch, NonFiniteException refused) {
        boolean epochIsLost =
                progress.batch() + 1 == stepsPerEpoch && progress.loss().examples() == 0;
        boolean weightsAreLost = refused.code().equals("E703"); // no other batch mends them
        if (progress.skips().row() >= options.mostSkips || epochIsLost || weightsAreLost) {
            throw refused;
        }
        String why = explanation(refused);
        double now = seconds();
        stepSeconds += now - lastMark;
        progress = progress.afterSkip(batch.size(), now);
        remember(); // the refused step gave every variable its own value
        Progress.Skips skips = progress.skips();
        listeners.tell(
                progress.step(),
                new TrainingEvent.Warned(new Warning(
                        "W701",
                        "step " + (progress.step() + 1),
                        "passed over a batch, " + skips.row() + " in a row of at most " + options.mostSkips + ", "
                                + skips.total() + " in all: " + why)));
        decide();
        lastMark = seconds();
    }

    private void steer() {
        Double rate = options.steering.after(progress.step(), options.signal);
        if (rate != null) {
            optimizer.holdRate(rate);
            progress = progress.withRate(rate);
            listeners.tell(progress.step(), new TrainingEvent.RateSet(progress.step(), rate));
        }
    }

    private boolean isSaveDue() {
        return options.cadence.isDue(progress.step() - savedStep, seconds() - savedSeconds);
    }

    /// Looks at the validation data, if all batches of the epoch are done.
    ///
    /// A run that is asked to stop leaves that to whoever goes on, so that it ends soon.
    void epochDone() {
        boolean asked = stop != null && stop.reason() == StopReason.SIGNAL;
        if (progress.batch() < stepsPerEpoch || asked) {
            return;
        }
        int epoch = progress.epoch();
        double trainingLoss = progress.loss().value();
        Scores scores = averaged(() -> look(epoch, trainingLoss));
        if (options.plateau != null && plateau != null && scores != null) {
            scaleRate(options.plateau.after(plateau, scores.loss()));
        }
        progress = progress.afterEpoch(seconds());
        listeners.tell(
                progress.step(),
                new TrainingEvent.EpochDone(
                        epoch, progress.step(), trainingLoss, scores, watch.epoch() == epoch, seconds()));
        decide();
        if (goesOn() && (options.cadence.epochEnd() || isSaveDue())) {
            save();
        }
        lastMark = seconds();
    }

    /// Scores the weights as they are, and keeps them if they are the best.
    private @Nullable Scores look(int epoch, double trainingLoss) {
        Scores scores = validation == null
                ? null
                : Evaluator.evaluate(model, loss, validation, options.metrics.toArray(Metric[]::new));
        watch(epoch, scores == null ? trainingLoss : scores.loss());
        return scores;
    }

    /// What `body` gives while the model has its averaged weights, if there are any.
    private @Nullable Scores averaged(Supplier<@Nullable Scores> body) {
        if (average == null || average.isEmpty() || validation == null) {
            return body.get();
        }
        Weights own = Weights.copyOf(model);
        try {
            settle(average);
            return body.get();
        } finally {
            own.restore(model);
            remember();
        }
    }

    /// Gives the model the average, with running statistics that belong to it.
    private void settle(WeightAverage weights) {
        weights.apply();
        Batches batches = train.ordered().batches(options.batchSize);
        RunningStatistics.recompute(model, train.size() > options.batchSize ? batches.dropLast() : batches);
    }

    private void scaleRate(ReduceOnPlateau.State next) {
        plateau = next;
        optimizer.scaleRate(next.scale());
    }

    private void watch(int epoch, double monitored) {
        if (options.early == null) {
            watch = watch.seen(monitored);
            return;
        }
        watch = options.early.after(watch, epoch, monitored);
        if (watch.epoch() == epoch) {
            best = Weights.copyOf(model);
        }
    }

    private void decide() {
        if (stop == null) {
            stop = reasonToStop();
        }
    }

    private @Nullable Stop reasonToStop() {
        String asked = options.signal.reason();
        Double last = watch.last();
        if (asked != null) {
            return new Stop(StopReason.SIGNAL, asked);
        }
        if (options.early != null && options.early.isOver(watch)) {
            return new Stop(
                    StopReason.EARLY_STOPPING,
                    "no better validation loss since epoch " + watch.epoch() + " (" + watch.best() + ")");
        }
        if (options.targetLoss != null && last != null && last <= options.targetLoss) {
            return new Stop(StopReason.TARGET_LOSS, "loss " + last + " is at most " + options.targetLoss);
        }
        if (options.budget.isSpent(progress)) {
            return new Stop(StopReason.BUDGET, "the budget is spent");
        }
        return null;
    }

    // ---- after the last step --------------------------------------------------------------------------------------

    /// Saves, gives the model its best weights and says why the run ended.
    FitResult ended() {
        Stop end = stop == null ? new Stop(StopReason.BUDGET, "the budget is spent") : stop;
        save();
        if (best == null && average != null && !average.isEmpty()) {
            settle(average);
        }
        restoreBest();
        listeners.tell(progress.step(), stopped(end.reason(), end.why()));
        return new FitResult(
                progress.epoch() - 1,
                progress.step(),
                progress.examples(),
                seconds(),
                examplesPerSecond(),
                best == null ? OptionalInt.empty() : OptionalInt.of(watch.epoch()),
                end.reason(),
                end.why());
    }

    /// Ends the run because of `failure`, which is returned to be thrown.
    ///
    /// What was learnt is saved, unless the numbers themselves or the storage are at fault.
    RuntimeException failed(Throwable failure) {
        boolean worthSaving = failure instanceof RuntimeException
                && !(failure instanceof NonFiniteException)
                && !(failure instanceof NudgeException coded && isOfStorage(coded))
                && optimizer.steps() == optimizerSteps;
        try {
            if (worthSaving) {
                save();
            }
            restoreBest();
            listeners.tell(progress.step(), stopped(StopReason.FAILED, explanation(failure)));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    private TrainingEvent.Stopped stopped(StopReason reason, String why) {
        boolean between = progress.batch() == 0 && progress.epoch() > 1;
        return new TrainingEvent.Stopped(
                between ? progress.epoch() - 1 : progress.epoch(), progress.step(), reason, why);
    }

    private String explanation(Throwable failure) {
        Batch batch = current;
        if (!(failure instanceof NonFiniteException numbers) || batch == null) {
            return String.valueOf(failure.getMessage());
        }
        String rows = numbers.rows().stream()
                .limit(10)
                .filter(row -> row < batch.size())
                .map(row -> Integer.toString(batch.rows()[row]))
                .reduce((left, right) -> left + ", " + right)
                .map(list -> "; rows of the data: " + list)
                .orElse("");
        return failure.getMessage() + " (epoch " + progress.epoch() + ", batch " + (progress.batch() + 1) + rows + ")";
    }

    private void save() {
        optimizer.checkFinite();
        if (checkpoints == null || progress.step() == savedStep) {
            return;
        }
        NudgeException failure = null;
        try {
            checkpoints.save(progress, watch, plateau, best);
        } catch (NudgeException e) {
            if (!options.goesOnUnsaved || !isOfStorage(e)) {
                throw e;
            }
            failure = e;
        }
        savedStep = progress.step(); // after a failure too: the next try is when the next checkpoint is due
        savedSeconds = seconds();
        if (failure != null) {
            Warning warning = new Warning(failure.code(), failure.where(), failure.problem() + " Training goes on.");
            listeners.tell(progress.step(), new TrainingEvent.Warned(warning));
            return;
        }
        listeners.tell(progress.step(), new TrainingEvent.CheckpointSaved(progress.step()));
    }

    private static boolean isOfStorage(NudgeException e) {
        return e.code().equals("E406");
    }

    private void restoreBest() {
        if (best != null) {
            best.restore(model);
        }
    }

    private void remember() {
        untouched.clear();
        variables.forEach(variable -> untouched.add(variable.tensor()));
    }

    private double examplesPerSecond() {
        return stepSeconds > 0 ? (progress.examples() - examplesBefore) / stepSeconds : 0;
    }

    private double seconds() {
        return secondsBefore + (options.clock.getAsLong() - clockStart) * 1e-9;
    }
}
