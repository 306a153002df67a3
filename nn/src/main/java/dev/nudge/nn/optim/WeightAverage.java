package dev.nudge.nn.optim;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// The running average of the parameters of a model beside the model itself.
///
/// {@snippet class="OptimizerSnippets" region="average"}
///
/// Running statistics belong to the weights with which they were collected; collect them anew for the average, as
/// `RunningStatistics` of the module `dev.nudge.train` does. Not for use by several threads at once.
public final class WeightAverage {
    private static final String STEPS = "steps/"; // no path of a parameter ends in a slash

    private final Averaging averaging;
    private final SequencedMap<String, Parameter> parameters;
    private final SequencedMap<String, Buffer> averages = new LinkedHashMap<>();
    private final Buffer steps = Buffer.zeros(Type.of(DType.I64, Shape.SCALAR));

    private WeightAverage(Averaging averaging, SequencedMap<String, Parameter> parameters) {
        this.averaging = averaging;
        this.parameters = parameters;
        parameters.forEach((path, parameter) -> averages.put(path, Buffer.zeros(parameter.type())));
    }

    /// An average over the parameters of `model` that has seen nothing yet.
    public static WeightAverage of(Averaging averaging, Model model) {
        return new WeightAverage(averaging, model.parameters());
    }

    /// Takes in the weights as they are; to be called after each step.
    public void update() {
        long step = steps() + 1;
        double share = averaging.share(step);
        if (share > 0) {
            Tensor feed = Turn.feed(share);
            List<Assignment> assignments = new ArrayList<>();
            parameters.forEach((path, parameter) -> {
                Buffer average = average(path);
                Tensor ahead = parameter.tensor().sub(average.tensor());
                Tensor next = average.tensor()
                        .add(ahead.mul(feed.cast(parameter.type().dtype())));
                assignments.add(new Assignment(average, next));
            });
            Execution.current().run(assignments, List.of());
        }
        steps.assign(new Value(steps.type(), new long[] {step}));
    }

    private Buffer average(String path) {
        Buffer average = averages.get(path);
        if (average == null) {
            throw new IllegalStateException("weight average: no parameter " + path);
        }
        return average;
    }

    /// Number of steps taken in or passed over.
    public long steps() {
        return (long) steps.storage().at(0);
    }

    /// Whether no step has counted yet, so that there is no average.
    public boolean isEmpty() {
        return !averaging.hasCounted(steps());
    }

    /// Gives the model the average for good; nothing happens while there is none.
    public void apply() {
        if (!isEmpty()) {
            averages.forEach((path, average) -> require(path).assign(average.storage()));
        }
    }

    private Parameter require(String path) {
        Parameter parameter = parameters.get(path);
        if (parameter == null) {
            throw new IllegalStateException("weight average: no parameter " + path);
        }
        return parameter;
    }

    /// What `body` gives while the model has the average; afterwards it has its own weights again, bit for bit.
    ///
    /// While there is no average, the model keeps its weights.
    public <R> R with(Supplier<R> body) {
        Map<String, Value> own = new LinkedHashMap<>();
        parameters.forEach(
                (path, parameter) -> own.put(path, parameter.storage().copy()));
        try {
            apply();
            return body.get();
        } finally {
            own.forEach((path, value) -> require(path).assign(value));
        }
    }

    /// The averages by the path of their parameter, and the number of steps: for checkpoints.
    public SequencedMap<String, Buffer> state() {
        SequencedMap<String, Buffer> state = new LinkedHashMap<>(averages);
        state.put(STEPS, steps);
        return Collections.unmodifiableSequencedMap(state);
    }

    /// Goes to where another average of the same kind was.
    ///
    /// @param state what [#state()] held then
    /// @throws IllegalArgumentException if it is of another model; nothing has changed then
    public void restore(Map<String, Value> state) {
        SequencedMap<String, Buffer> own = state();
        if (!own.keySet().equals(state.keySet())
                || own.entrySet().stream()
                        .anyMatch(entry -> !entry.getValue()
                                .type()
                                .equals(state.getOrDefault(
                                                entry.getKey(),
                                                Value.zeros(entry.getValue().type()))
                                        .type()))) {
            throw new IllegalArgumentException("weight average: the state to restore is of another model - expected "
                    + own.keySet() + ", found " + state.keySet());
        }
        own.forEach((name, buffer) -> {
            Value value = state.get(name);
            if (value != null) {
                buffer.assign(value);
            }
        });
    }
}
