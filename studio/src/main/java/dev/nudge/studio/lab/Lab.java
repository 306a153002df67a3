package dev.nudge.studio.lab;

import dev.nudge.nn.Pass;
import dev.nudge.nn.optim.NonFiniteException;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.Keys;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A small network on points of the plane that learns step by step, as [dev.nudge.train.Trainer] would teach it.
///
/// Its state follows from the specification, the changes made by hand and the number of steps. For use by one thread at
/// a time.
public final class Lab {
    /// Most steps of a session.
    static final long MOST_STEPS = 200_000;

    /// Something that was changed by hand in a session.
    sealed interface Change {
        /// Steps done then.
        long step();

        JsonObject toJson();

        /// From the next step on, this learning rate.
        record Rate(long step, double value) implements Change {
            @Override
            public JsonObject toJson() {
                return JsonObject.EMPTY
                        .with("step", step)
                        .with("change", "learningRate")
                        .with("value", value);
            }
        }

        /// One number of a parameter.
        ///
        /// @param parameter its path
        /// @param index     its place, by axis
        record Weight(long step, String parameter, List<Integer> index, double value) implements Change {
            @Override
            public JsonObject toJson() {
                return JsonObject.EMPTY
                        .with("step", step)
                        .with("change", "weight")
                        .with("parameter", parameter)
                        .with(
                                "index",
                                JsonArray.of(index.stream()
                                        .mapToLong(Integer::longValue)
                                        .toArray()))
                        .with("value", value);
            }
        }
    }

    private final Specification specification;
    private final Points points;
    private final Part train;
    private final Part validation;
    private final Part test;
    private final Keys keys;
    private final Objective objective;
    private final Execution execution;
    private final Network network;
    private final Optimizer optimizer;
    private final History history = new History();
    private final List<Change> changes = new ArrayList<>();
    private final int batch;
    private final int stepsPerEpoch;

    private long step;
    private double learningRate;
    private double gradientNorm = Double.NaN;
    private @Nullable String problem;
    private int[] order = {};
    private int orderOf; // epoch that `order` is of

    private Lab(Specification specification, Execution execution) {
        this.specification = specification;
        this.execution = execution;
        this.keys = Keys.of(specification.seed());
        this.points = Points.of(specification.source(), keys.split().at(1));
        Split split = Split.threeWay(
                ArrayDataset.of(points.xy(), Shape.of(2), points.labels(), specification.classes()),
                specification.validation(),
                specification.test(),
                keys.split());
        this.train = Part.of(split.train(), specification.features(), specification.outputs());
        this.validation = Part.of(split.validation(), specification.features(), specification.outputs());
        this.test = Part.of(split.test(), specification.features(), specification.outputs());
        this.objective = Objective.of(specification);
        this.batch = Math.min(specification.batch(), train.size());
        this.stepsPerEpoch = Math.ceilDiv(train.size(), batch);
        this.learningRate = specification.learningRate();
        this.network = Network.of(specification, keys.init());
        this.optimizer = Optimizer.of(Choices.rule(specification), learningRate, network);
    }

    /// A session at its start.
    ///
    /// @throws NudgeException (E518) if there are too few points for all parts, (E611) if given weights do not fit
    public static Lab of(Specification specification) {
        Lab lab = new Lab(specification, PlannedExecution.of(Backend.load()));
        lab.computing(() -> {
            lab.look();
            return lab;
        });
        return lab;
    }

    /// What `body` computes with the plans of this session.
    <R> R computing(Supplier<R> body) {
        return Execution.with(execution, body);
    }

    // ---- steps ----------------------------------------------------------------------------------------------------

    /// Takes steps; stops early where the numbers are no longer finite or the session has come to its end.
    public void step(int count) {
        computing(() -> {
            for (int i = 0; i < count && problem == null; i++) {
                one();
            }
            return this;
        });
    }

    private void one() {
        if (step >= MOST_STEPS) {
            problem = "the session ends after " + MOST_STEPS + " steps";
            return;
        }
        one(nextRows(), nextPass());
    }

    /// Takes one step on chosen rows.
    void step(int[] rows, Pass pass) {
        computing(() -> {
            one(rows, pass);
            return this;
        });
    }

    private void one(int[] rows, Pass pass) {
        Network.Stages stages = network.stages(train.inputs(rows), pass);
        Tensor data = objective.data(stages.logits(), train.targets(rows)).keep();
        Gradients gradients = objective
                .total(data, network.tensors())
                .backward(network.parameters().values());
        try {
            gradientNorm = optimizer.step(gradients).gradientNorm();
        } catch (NonFiniteException e) {
            problem = "step " + (step + 1) + ": the numbers are no longer finite. The learning rate is probably too"
                    + " high: " + e.getMessage();
            return;
        }
        history.step(data.item());
        step++;
        if (step % stepsPerEpoch == 0) {
            look();
        }
    }

    private void look() {
        history.add(new History.Look(epoch(), step, score(train), score(validation), score(test)));
    }

    /// Rows of the batch that comes next.
    int[] nextRows() {
        int epoch = epoch() + 1;
        if (orderOf != epoch) {
            order = keys.epoch(epoch).permutation(train.size());
            orderOf = epoch;
        }
        int from = batchInEpoch() * batch;
        return Arrays.copyOfRange(order, from, Math.min(from + batch, order.length));
    }

    /// The mode in which the network runs in the next step.
    Pass nextPass() {
        return keys.training(step + 1);
    }

    History.Score score(Part part) {
        if (part.size() == 0) {
            return History.Score.NONE;
        }
        int[] rows = part.rows();
        Tensor logits = network.forward(part.inputs(rows), Pass.inference());
        Tensor loss = objective.data(logits, part.targets(rows));
        Execution.current().run(List.of(), List.of(logits, loss));
        float[] outputs = logits.toFloats();
        int right = 0;
        for (int i = 0; i < part.size(); i++) {
            right += predicted(outputs, i) == part.labels()[i] ? 1 : 0;
        }
        return new History.Score(loss.item(), (double) right / part.size());
    }

    private int predicted(float[] logits, int row) {
        int classes = specification.outputs();
        if (classes == 1) {
            return logits[row] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int k = 1; k < classes; k++) {
            best = logits[row * classes + k] > logits[row * classes + best] ? k : best;
        }
        return best;
    }

    // ---- changes by hand ------------------------------------------------------------------------------------------

    /// Goes on at another learning rate.
    void setRate(double rate) {
        optimizer.holdRate(rate);
        learningRate = rate;
        changes.add(new Change.Rate(step, rate));
    }

    /// Changes one number of a parameter.
    ///
    /// @throws NudgeException (E611) if there is no such number
    void setWeight(String path, List<Integer> index, double number) {
        Parameter parameter = parameter(path);
        Value value = parameter.storage().copy();
        value.set(element(parameter, index), number);
        parameter.assign(value);
        changes.add(new Change.Weight(step, path, List.copyOf(index), number));
    }

    Parameter parameter(String path) {
        Parameter parameter = network.parameters().get(path);
        if (parameter == null) {
            throw Limits.refused(
                    "parameter",
                    "one of " + String.join(", ", network.parameters().keySet()),
                    NudgeException.quote(path));
        }
        return parameter;
    }

    /// Row-major number of the element at `index`.
    static int element(Parameter parameter, List<Integer> index) {
        Shape shape = parameter.shape();
        int element = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (index.size() != shape.rank() || index.get(axis) < 0 || index.get(axis) >= shape.extent(axis)) {
                throw Limits.refused("index", "a place in " + shape, index.toString());
            }
            element = element * shape.extent(axis) + index.get(axis);
        }
        return element;
    }

    /// Another session at the same place, which goes on with the same bits.
    Lab copy() {
        Lab copy = new Lab(specification, execution);
        copy.place(this);
        copy.optimizer.restore(step, values(optimizer.state()));
        return copy;
    }

    private void place(Lab other) {
        network.parameters()
                .forEach((path, parameter) ->
                        parameter.assign(other.parameter(path).storage()));
        step = other.step;
        learningRate = other.learningRate;
        optimizer.holdRate(learningRate);
    }

    private static Map<String, Value> values(Map<String, Buffer> state) {
        Map<String, Value> values = new LinkedHashMap<>();
        state.forEach((name, buffer) -> values.put(name, buffer.storage().copy()));
        return values;
    }

    /// The session with this specification after the changes and steps of this one up to `until`.
    Lab again(long until) {
        return again(specification, changes, until);
    }

    /// The session with this specification after these changes, in order, and so many steps.
    static Lab again(Specification specification, List<Change> changes, long until) {
        Lab again = of(specification);
        for (Change change : changes) {
            if (change.step() > until) {
                break;
            }
            again.step(Math.toIntExact(change.step() - again.step));
            again.make(change);
        }
        again.step(Math.toIntExact(until - again.step));
        return again;
    }

    void make(Change change) {
        switch (change) {
            case Change.Rate it -> setRate(it.value());
            case Change.Weight it -> setWeight(it.parameter(), it.index(), it.value());
        }
    }

    // ---- looking --------------------------------------------------------------------------------------------------

    Specification specification() {
        return specification;
    }

    Points points() {
        return points;
    }

    Part train() {
        return train;
    }

    Part validation() {
        return validation;
    }

    Part test() {
        return test;
    }

    Network network() {
        return network;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Objective objective() {
        return objective;
    }

    History history() {
        return history;
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    /// Steps done.
    public long step() {
        return step;
    }

    /// Whole epochs done.
    int epoch() {
        return (int) (step / stepsPerEpoch);
    }

    int batchInEpoch() {
        return (int) (step % stepsPerEpoch);
    }

    int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    double learningRate() {
        return learningRate;
    }

    double gradientNorm() {
        return gradientNorm;
    }

    /// Why there are no more steps; null while there are.
    public @Nullable String problem() {
        return problem;
    }

    /// One text for all weights: equal exactly when every bit is.
    public String digest() {
        return WeightsHash.of(network);
    }
}
