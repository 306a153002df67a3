package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.Averaging;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Trains a model: the loop `forward, loss, backward, step` over shuffled batches, with events, a budget, rules for
/// stopping, and checkpoints from which it goes on bit for bit.
///
/// Written by hand with the same [Keys], the loop gives the same weights; it is [#fit(Dataset, Dataset)] without the
/// lines that speak to `run`. Immutable: the `with` methods give changed copies.
///
/// {@snippet class="TrainerSnippets" region="fit"}
public final class Trainer {
    private final Layer model;
    private final Loss lossFunction;
    private final Optimizer optimizer;
    private final Options options;

    private Trainer(Layer model, Loss lossFunction, Optimizer optimizer, Options options) {
        this.model = model;
        this.lossFunction = lossFunction;
        this.optimizer = optimizer;
        this.options = options;
    }

    /// A trainer with the settings that suit most; everything random follows from `seed`.
    public static Trainer of(Layer model, Loss loss, Optimizer optimizer, long seed) {
        return new Trainer(model, loss, optimizer, new Options(seed));
    }

    /// What is trained.
    public Layer model() {
        return model;
    }

    /// What it is trained to make small.
    public Loss lossFunction() {
        return lossFunction;
    }

    /// What the result depends on besides model and data, in words by name: loss, optimizer, rates, batch...
    public SequencedMap<String, String> settings() {
        return Settings.of(model, lossFunction, optimizer, options);
    }

    /// Another number of examples in one step.
    ///
    /// @throws IllegalArgumentException if it is not at least 1
    public Trainer withBatch(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("trainer: the batch size must be at least 1, found " + size);
        }
        return with(changed -> changed.batchSize = size);
    }

    /// Computes the gradients of each step in `parts` parts of its batch, which take a `parts`-th of the memory, and
    /// adds them up before the weights change: the step of the whole batch, up to rounding.
    ///
    /// What depends on the batch as a whole, such as batch normalization, sees the parts. Part `i` of a step, from
    /// 0, runs with the pass of the step at `i`. Checkpoints lie between steps, so that resuming stays exact.
    ///
    /// @throws IllegalArgumentException if it is not at least 1, or above 1 with an optimizer that has
    ///                                  [dev.nudge.nn.optim.Sam]
    public Trainer withAccumulation(int parts) {
        if (parts < 1 || parts > 1 && optimizer.sam().isPresent()) {
            throw new IllegalArgumentException("trainer: the number of parts must be at least 1, and 1 with"
                    + " sharpness-aware minimization, which takes the gradient of each part a second time, at a place"
                    + " that all parts decide; found " + parts + ". Use smaller batches, or leave one of the two out");
        }
        return with(changed -> changed.parts = parts);
    }

    /// Leaves out the last batch of an epoch if it is smaller than the others.
    public Trainer withDropLast() {
        return with(changed -> changed.dropLast = true);
    }

    /// Loads data with this many threads.
    ///
    /// @throws IllegalArgumentException if it is not at least 1
    public Trainer withDataWorkers(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("trainer: the number of workers must be at least 1, found " + workers);
        }
        return with(changed -> changed.workers = workers);
    }

    /// Waits up to `limit` for a batch before its loading counts as hanging, as
    /// [dev.nudge.train.data.Batches#withLimit] says.
    public Trainer withDataLimit(Duration limit) {
        return with(changed -> changed.dataLimit = limit);
    }

    /// Trains this much.
    public Trainer withBudget(Budget budget) {
        return with(changed -> changed.budget = budget);
    }

    /// Stops early by the validation loss, and gives the model its best weights however the run ends.
    public Trainer withEarlyStopping(EarlyStopping early) {
        return with(changed -> changed.early = early);
    }

    /// Lowers the learning rate when the validation loss stops falling.
    public Trainer withPlateau(ReduceOnPlateau plateau) {
        return with(changed -> changed.plateau = plateau);
    }

    /// Looks at the validation data with an average of the weights, and gives it to the model when the run ends.
    ///
    /// With early stopping the best weights are the best average. Running statistics are collected anew for the
    /// average, in one more pass over the training data, as [RunningStatistics#recompute] says.
    public Trainer withAveraging(Averaging averaging) {
        return with(changed -> changed.averaging = averaging);
    }

    /// Stops at the end of the epoch whose loss is at most this: on the validation data if there are any.
    public Trainer withTargetLoss(double loss) {
        return with(changed -> changed.targetLoss = loss);
    }

    /// Saves the run as often as `cadence` says, and when it ends.
    public Trainer withCheckpoints(CheckpointStore store, Cadence cadence) {
        return with(changed -> {
            changed.store = store;
            changed.cadence = cadence;
        });
    }

    /// Stops after the step in which this signal is given.
    public Trainer withStopSignal(StopSignal signal) {
        return with(changed -> changed.signal = signal);
    }

    /// Lets somebody pause the run, stop it and change its learning rate between two steps.
    public Trainer withSteering(Steering steering) {
        return with(changed -> changed.steering = steering);
    }

    /// Adds figures, besides the loss, to look at on the validation data after each epoch.
    public Trainer withMetrics(Metric... metrics) {
        return with(changed -> changed.metrics = appended(changed.metrics, List.of(metrics)));
    }

    /// Adds a consumer of the run's events. It is called on the training thread, so that it sees a run between steps;
    /// if it throws, the run stops cleanly.
    public Trainer withListener(Consumer<? super TrainingEvent> listener) {
        return with(changed -> changed.listeners = appended(changed.listeners, List.of(listener::accept)));
    }

    /// Reads the time from `nanoseconds`, which count from any origin.
    public Trainer withClock(LongSupplier nanoseconds) {
        return with(changed -> changed.clock = nanoseconds);
    }

    /// Lets [#resume] go on although data or settings differ from those of the checkpoint: a new run from old weights.
    public Trainer withChangesAllowed() {
        return with(changed -> changed.anyChanges = true);
    }

    /// Passes over a batch whose loss or gradients are NaN or infinite, instead of stopping: the step assigns
    /// nothing, and the run warns (`W701`) and goes on with the next batch.
    ///
    /// The run stops all the same after `inARow` such batches in a row, and where an epoch has no other batch.
    /// Steps are those that were taken; examples that were passed over count as looked at.
    ///
    /// Source: the bound is that of optax's `apply_if_finite`.
    ///
    /// @param inARow most batches that may be passed over one after another; 0 for none
    /// @throws IllegalArgumentException if it is negative
    public Trainer withSkipping(int inARow) {
        if (inARow < 0) {
            throw new IllegalArgumentException(
                    "trainer: the batches to skip in a row must be at least 0, found " + inARow);
        }
        return with(changed -> changed.mostSkips = inARow);
    }

    /// Goes on when a checkpoint cannot be written, with a warning (`E406`): earlier checkpoints stay,
    /// and the next is tried when it is due.
    public Trainer withCheckpointFailuresAllowed() {
        return with(changed -> changed.goesOnUnsaved = true);
    }

    private Trainer with(Consumer<Options> change) {
        Options changed = options.copy();
        change.accept(changed);
        return new Trainer(model, lossFunction, optimizer, changed);
    }

    private static <T> List<T> appended(List<T> list, List<T> more) {
        List<T> all = new ArrayList<>(list);
        all.addAll(more);
        return List.copyOf(all);
    }

    /// Trains on `train`, without validation data.
    ///
    /// @throws NudgeException as for [#fit(Dataset, Dataset)]
    public FitResult fit(Dataset train) {
        return fit(train, null);
    }

    /// Trains on `train` from the first epoch, looking at `validation` after each.
    ///
    /// However it ends, the model has the best weights if there is early stopping; else the average that
    /// [#withAveraging] asked for, unless the run failed; else those of the last step.
    ///
    /// @throws NudgeException (E501) if there are no examples, (E622) for early stopping or a plateau rule without
    ///                        validation data, (E710) if data cannot be loaded, (E711) if a listener throws, (E406)
    /// if a checkpoint
    ///                        cannot be written
    /// @throws NonFiniteException in the step whose loss or gradient is NaN or infinite, or
    ///                            before weights that are so would be saved or given back
    /// @throws IllegalStateException if the model is being trained already, or shares variables with one that is
    public FitResult fit(Dataset train, @Nullable Dataset validation) {
        return Claim.during(
                model, () -> loop(Run.start(model, lossFunction, optimizer, options, train, validation), train));
    }

    /// Goes on from the newest checkpoint that can be read, as if the run had never stopped; from the start if there is
    /// none.
    ///
    /// Model, optimizer and data have to be made as they were for the run; their numbers are then loaded.
    ///
    /// @throws NudgeException (E402) if the model differs, (E404) if data or seed do, (E403) if a setting does,
    ///                        (E410) if more epochs are done than the budget has, else as for
    ///                        [#fit(Dataset, Dataset)]
    /// @throws IllegalStateException if no checkpoints were asked for, or the model is being trained already
    public FitResult resume(Dataset train, @Nullable Dataset validation) {
        return Claim.during(model, () -> {
            Run run = Run.start(model, lossFunction, optimizer, options, train, validation);
            run.load();
            return loop(run, train);
        });
    }

    private FitResult loop(Run run, Dataset train) {
        Keys keys = Keys.of(options.seed);
        Collection<Parameter> parameters = optimizer.parameters().values(); // frozen ones need no gradient
        Pieces pieces = new Pieces(model, lossFunction, optimizer, options.parts);
        try {
            run.started();
            for (int epoch = run.epoch(); run.goesOn(); epoch++) {
                for (Batch batch : run.rest(train.shuffle(keys.epoch(epoch)).batches(options.batchSize))) {
                    Pass training = keys.training(run.begin(batch));
                    try {
                        if (pieces.areNeeded()) { // the same, of parts of the batch or at two places
                            run.stepDone(batch, pieces.step(batch, training, run::beginPart));
                        } else {
                            Tensor prediction = model.forward(batch.inputs(), training); // forward pass
                            Tensor loss = lossFunction.of(prediction, batch.targets()); // how wrong?
                            Gradients gradients = loss.backward(parameters); // backward pass
                            run.stepDone(batch, optimizer.step(gradients)); // nudge the weights
                        }
                    } catch (NonFiniteException refused) {
                        run.stepSkipped(batch, refused);
                    }
                    if (!run.goesOn()) {
                        break;
                    }
                }
                run.epochDone();
            }
            return run.ended();
        } catch (RuntimeException | Error e) {
            throw run.failed(e);
        }
    }
}
