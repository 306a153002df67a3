package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.WeightAverage;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.Checkpoint;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.TensorData;
import dev.nudge.train.io.Warning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Turns a run into checkpoints and back.
final class Checkpoints {
    private static final String BEST = "best/"; // before the paths of the best weights
    private static final String AVERAGE = "average/"; // before the paths of the averaged weights

    private final CheckpointStore store;
    private final Layer model;
    private final Optimizer optimizer;
    private final Options options;
    private final TrainingState start; // what a checkpoint must agree with
    private final @Nullable WeightAverage average;

    private String run = UUID.randomUUID().toString();
    private List<Warning> warnings = List.of();

    private Checkpoints(
            CheckpointStore store,
            Layer model,
            Optimizer optimizer,
            Options options,
            TrainingState start,
            @Nullable WeightAverage average) {
        this.store = store;
        this.model = model;
        this.optimizer = optimizer;
        this.options = options;
        this.start = start;
        this.average = average;
    }

    /// What a checkpoint says, besides what the model and the optimizer took from it.
    record Loaded(
            Progress progress,
            EarlyStopping.Watch watch,
            ReduceOnPlateau.@Nullable State plateau,
            @Nullable Weights best) {}

    /// The checkpoints of a run with these parts, or null if none are wanted.
    static @Nullable Checkpoints of(
            Layer model,
            Loss loss,
            Optimizer optimizer,
            Options options,
            @Nullable WeightAverage average,
            Dataset train,
            @Nullable Dataset validation) {
        CheckpointStore store = options.store;
        if (store == null) {
            return null;
        }
        TrainingState start = new TrainingState(
                options.seed,
                Progress.START,
                optimizer.steps(),
                EarlyStopping.Watch.START,
                null,
                Settings.of(model, loss, optimizer, options),
                ModelDescription.of(model, loss, train),
                train.fingerprint(),
                validation == null ? null : validation.fingerprint());
        return new Checkpoints(store, model, optimizer, options, start, average);
    }

    private TrainingState state(Progress progress, EarlyStopping.Watch watch, ReduceOnPlateau.@Nullable State plateau) {
        return new TrainingState(
                start.seed(),
                progress,
                optimizer.steps(),
                watch,
                plateau,
                start.settings(),
                start.model(),
                start.data(),
                start.validation());
    }

    // ---- saving and loading ---------------------------------------------------------------------------------------

    /// Writes a checkpoint, and returns when it would survive a power cut.
    ///
    /// @throws NudgeException (E406) if it cannot be written; earlier ones are untouched
    void save(
            Progress progress,
            EarlyStopping.Watch watch,
            ReduceOnPlateau.@Nullable State plateau,
            @Nullable Weights best) {
        Map<String, TensorData> tensors = data(Weights.variables(model));
        if (best != null) {
            best.values().forEach((path, value) -> tensors.put(BEST + path, TensorData.of(value)));
        }
        if (average != null) {
            data(average.state()).forEach((path, data) -> tensors.put(AVERAGE + path, data));
        }
        store.save(new Checkpoint(
                run,
                progress.step(),
                tensors,
                data(optimizer.state()),
                state(progress, watch, plateau).toJson()));
    }

    /// Gives model and optimizer the numbers of the newest checkpoint that is whole, after all checks have passed;
    /// null if there is none.
    ///
    /// @throws NudgeException if it does not belong to this run, as [Trainer#resume] says
    @Nullable
    Loaded load() {
        CheckpointStore.Found found = store.newestValid();
        warnings = found.warnings();
        Checkpoint checkpoint = found.checkpoint().orElse(null);
        if (checkpoint == null) {
            return null;
        }
        String where = "checkpoint of step " + checkpoint.step();
        TrainingState state = TrainingState.of(checkpoint.state(), where);
        start.model().check(state.model(), where);
        if (!options.anyChanges) {
            state.check(start, where);
        }
        refuseFinished(state, where);
        return take(checkpoint, state, where);
    }

    private void refuseFinished(TrainingState state, String where) {
        int done = state.progress().epoch() - 1;
        if (done > options.budget.epochs()) {
            throw new NudgeException(
                    "E410",
                    where,
                    "the run already finished " + done + " epochs, asked for " + options.budget.epochs()
                            + ". Ask for more epochs, or start a new run.");
        }
    }

    private Loaded take(Checkpoint checkpoint, TrainingState state, String where) {
        SequencedMap<String, Variable> variables = Weights.variables(model);
        Map<String, TensorData> current = new LinkedHashMap<>();
        Map<String, TensorData> bestFound = new LinkedHashMap<>();
        Map<String, TensorData> averageFound = new LinkedHashMap<>();
        checkpoint.parameters().forEach((name, data) -> {
            if (name.startsWith(BEST)) {
                bestFound.put(name.substring(BEST.length()), data);
            } else if (name.startsWith(AVERAGE)) {
                averageFound.put(name.substring(AVERAGE.length()), data);
            } else {
                current.put(name, data);
            }
        });
        SequencedMap<String, Value> values = values(variables, current, where);
        SequencedMap<String, Value> slots = values(optimizer.state(), checkpoint.optimizer(), where);
        Weights best = state.watch().best() == null ? null : new Weights(values(variables, bestFound, where));
        boolean startsAverage = options.anyChanges && averageFound.isEmpty(); // an average that is new in this run
        SequencedMap<String, Value> averages =
                average == null || startsAverage ? null : values(average.state(), averageFound, where);
        if (options.plateau != null && state.plateau() == null && !options.anyChanges) {
            throw new NudgeException("E401", where, "missing key plateau.");
        }
        if (state.progress().step() != checkpoint.step()) {
            throw new NudgeException(
                    "E401", where, "its state is of step " + state.progress().step() + ".");
        }
        run = checkpoint.runId();
        new Weights(values).restore(model);
        optimizer.restore(state.optimizerSteps(), slots);
        if (average != null && averages != null) {
            average.restore(averages);
        }
        return new Loaded(state.progress(), state.watch(), state.plateau(), best);
    }

    /// What was passed over or tidied up on the way here.
    List<Warning> warnings() {
        List<Warning> all = new ArrayList<>(store.warnings());
        all.addAll(warnings);
        return all;
    }

    // ---- tensors --------------------------------------------------------------------------------------------------

    private static Map<String, TensorData> data(Map<String, ? extends Variable> variables) {
        Map<String, TensorData> data = new LinkedHashMap<>();
        variables.forEach((path, variable) -> data.put(path, TensorData.of(variable.storage())));
        return data;
    }

    /// The tensors of `found`, which must be the `expected` ones.
    ///
    /// @throws NudgeException (E402) listing what differs
    private static SequencedMap<String, Value> values(
            Map<String, ? extends Variable> expected, Map<String, TensorData> found, String where) {
        List<String> differences = TensorData.differences(data(expected), found);
        if (!differences.isEmpty()) {
            throw new NudgeException("E402", where, String.join("; ", differences) + ".");
        }
        SequencedMap<String, Value> values = new LinkedHashMap<>();
        expected.forEach((path, variable) -> {
            TensorData data = found.get(path);
            if (data != null) {
                values.put(path, new Value(variable.type(), data.array()));
            }
        });
        return values;
    }
}
