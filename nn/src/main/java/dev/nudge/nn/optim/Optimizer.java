package dev.nudge.nn.optim;

import dev.nudge.nn.Frozen;
import dev.nudge.nn.Model;
import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Nudges the parameters of a model against their gradients: an update rule, its memory, and a learning rate per
/// step.
///
/// [#step(Gradients)] is the barrier of a training loop: it runs forward pass, backward pass and update as one plan.
/// Not for use by several threads at once.
///
/// {@snippet class="OptimizerSnippets" region="loop"}
public final class Optimizer {
    /// What a step did.
    ///
    /// @param step         number of the step, from 1
    /// @param learningRate learning rate of the step
    /// @param gradientNorm norm of all gradients together, before clipping
    /// @param loss         loss before the step
    public record Result(long step, double learningRate, double gradientNorm, double loss) {}

    /// A parameter with what its rule remembers.
    private record Entry(String path, Parameter parameter, ParameterGroup group, List<Buffer> state) {}

    private final UpdateRule rule;
    private final Schedule learningRate;
    private final SequencedMap<String, Parameter> parameters;
    private final Clipping clipping;
    private final List<ParameterGroup> groups;
    private final List<Entry> entries;
    private long steps;

    private Optimizer(
            UpdateRule rule,
            Schedule learningRate,
            SequencedMap<String, Parameter> parameters,
            Clipping clipping,
            List<ParameterGroup> groups) {
        this.rule = rule;
        this.learningRate = learningRate;
        this.parameters = parameters;
        this.clipping = clipping;
        this.groups = groups;
        this.entries = new ArrayList<>();
        parameters.forEach((path, parameter) -> entries.add(entry(path, parameter)));
    }

    private Entry entry(String path, Parameter parameter) {
        ParameterGroup group = groups.stream()
                .filter(candidate -> candidate.paths().test(path))
                .findFirst()
                .orElseGet(() -> ParameterGroup.of(_ -> true, rule));
        List<Buffer> state = group.rule().slots().stream()
                .map(slot -> Buffer.of(group.rule().initial(slot, parameter.type())))
                .toList();
        return new Entry(path, parameter, group, state);
    }

    /// An optimizer for all parameters of `model` but those of its [Frozen] layers.
    ///
    /// @throws IllegalArgumentException if the model has no parameters to train
    public static Optimizer of(UpdateRule rule, Schedule learningRate, Model model) {
        SequencedMap<String, Parameter> parameters = Frozen.trained(model);
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("optimizer: the model has no parameters, so there is nothing to train");
        }
        return new Optimizer(rule, learningRate, parameters, Clipping.none(), List.of());
    }

    /// An optimizer for all parameters of `model` but those of its [Frozen] layers, with the same learning rate at
    /// every step.
    ///
    /// @throws IllegalArgumentException if the model has no parameters to train or the rate is not in `(0, 1000]`
    public static Optimizer of(UpdateRule rule, double learningRate, Model model) {
        return of(rule, Schedules.constant(learningRate), model);
    }

    /// A new optimizer, at step 0, that bounds the gradients.
    public Optimizer withClipping(Clipping bound) {
        return new Optimizer(rule, learningRate, parameters, bound, groups);
    }

    /// A new optimizer, at step 0, that updates some parameters in their own way; the first group that accepts a
    /// path has it, and what no group accepts follows the rule of this optimizer.
    ///
    /// @throws IllegalArgumentException if a group accepts no parameter
    public Optimizer withGroups(ParameterGroup... own) {
        for (int i = 0; i < own.length; i++) {
            if (parameters.keySet().stream().noneMatch(own[i].paths())) {
                throw new IllegalArgumentException(
                        "optimizer: parameter group " + i + " accepts none of the paths " + parameters.keySet());
            }
        }
        return new Optimizer(rule, learningRate, parameters, clipping, List.of(own));
    }

    /// The rule of the parameters that are in no group.
    public UpdateRule rule() {
        return rule;
    }

    /// The learning rate of each step.
    public Schedule learningRate() {
        return learningRate;
    }

    /// The bound on gradients.
    public Clipping clipping() {
        return clipping;
    }

    /// The parameters that are trained, by path.
    public SequencedMap<String, Parameter> parameters() {
        return Collections.unmodifiableSequencedMap(parameters);
    }

    /// Number of steps taken.
    public long steps() {
        return steps;
    }

    /// Computes the loss and its gradients and changes all parameters, or none.
    ///
    /// Buffers that the loss updates ([Tensor#updating]), such as running statistics, change with them.
    ///
    /// @throws NonFiniteException if the loss or a gradient is NaN or infinite; nothing has changed then
    /// @throws IllegalArgumentException if a parameter is not among the variables of `gradients`, or the schedule
    /// gives no usable learning rate
    /// @throws dev.nudge.tensor.StaleTensorException if the gradients belong to an earlier step
    public Result step(Gradients gradients) {
        long number = steps + 1;
        double rate = learningRate.at(number);
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("error[E610] schedule: the learning rate of step " + number
                    + " must be at least 0 and finite, found " + rate);
        }
        Tensor loss = gradients.loss().keep();
        Tensor norm = globalNorm(gradients).keep();
        List<Tensor> measured = new ArrayList<>(List.of(loss, norm));
        measured.addAll(sizes(gradients.updates()));
        Tensor finite = measured.stream()
                .map(Tensor::isFinite)
                .reduce(Tensor::and)
                .orElseThrow()
                .keep();
        List<Assignment> assignments = new ArrayList<>();
        gradients.updates().forEach(update -> assignments.add(guarded(finite, update)));
        Tensor numberFeed = feed(number);
        Map<Double, UpdateRule.Step> steps = new HashMap<>();
        for (Entry entry : entries) {
            UpdateRule.Step step = steps.computeIfAbsent(
                    entry.group().rateFactor(), factor -> new UpdateRule.Step(numberFeed, feed(rate * factor)));
            Tensor gradient = clipping.apply(gradients.of(entry.parameter()), norm);
            update(entry, step, gradient, finite, assignments);
        }
        Execution.current().run(assignments, List.of(loss, norm, finite));
        if (finite.item() == 0) {
            throw Diagnosis.of(number, measured, parameters).exception();
        }
        this.steps = number;
        return new Result(number, rate, norm.item(), loss.item());
    }

    /// `√ Σ ‖gradient‖²`, an `F64` scalar.
    private Tensor globalNorm(Gradients gradients) {
        Tensor squares = null;
        for (Entry entry : entries) {
            Tensor square = gradients.of(entry.parameter()).sumOfSquares().cast(DType.F64);
            squares = squares == null ? square : squares.add(square);
        }
        return (squares == null ? Tensor.constant(DType.F64, 0) : squares).sqrt();
    }

    /// Adds what `entry` is to become; a step whose numbers are not finite assigns the old values.
    private static void update(
            Entry entry, UpdateRule.Step step, Tensor gradient, Tensor finite, List<Assignment> assignments) {
        Tensor parameter = entry.parameter().tensor();
        List<Tensor> state = entry.state().stream().map(Buffer::tensor).toList();
        UpdateRule.Update update = entry.group().rule().update(step, parameter, gradient, state);
        if (update.state().size() != state.size()) {
            throw new ShapeException("optimizer: rule " + entry.group().rule().name() + " names the slots "
                    + entry.group().rule().slots() + " but returned "
                    + update.state().size() + " tensors");
        }
        assignments.add(guarded(finite, new Assignment(entry.parameter(), update.parameter())));
        for (int i = 0; i < state.size(); i++) {
            assignments.add(guarded(
                    finite, new Assignment(entry.state().get(i), update.state().get(i))));
        }
    }

    /// The assignment where `finite` holds; else the variable keeps its value.
    private static Assignment guarded(Tensor finite, Assignment assignment) {
        Variable variable = assignment.variable();
        return new Assignment(
                variable, finite.broadcastTo(variable.shape()).where(assignment.value(), variable.tensor()));
    }

    /// A scalar for each new value of a buffer, finite exactly when the value is: statistics can overflow where
    /// loss and gradients do not.
    private static List<Tensor> sizes(List<Assignment> updates) {
        return updates.stream()
                .map(update -> update.value().mul(0).sum().cast(DType.F64))
                .toList();
    }

    private static Tensor feed(double number) {
        return Tensor.data(new Value(Type.of(DType.F64, Shape.SCALAR), new double[] {number}));
    }

    /// What the rules remember, by `path/slot`.
    public SequencedMap<String, Buffer> state() {
        SequencedMap<String, Buffer> all = new LinkedHashMap<>();
        for (Entry entry : entries) {
            List<String> slots = entry.group().rule().slots();
            for (int i = 0; i < slots.size(); i++) {
                all.put(entry.path() + "/" + slots.get(i), entry.state().get(i));
            }
        }
        return Collections.unmodifiableSequencedMap(all);
    }

    /// Goes to where another optimizer of the same kind was: the next step is the one that it would have taken.
    ///
    /// @param taken number of steps taken
    /// @param state what [#state()] held then
    /// @throws IllegalArgumentException if the state is of another rule or model; nothing has changed then
    public void restore(long taken, Map<String, Value> state) {
        SequencedMap<String, Buffer> own = state();
        if (taken < 0) {
            throw new IllegalArgumentException("optimizer: the number of steps must be at least 0, found " + taken);
        }
        if (!own.keySet().equals(state.keySet())) {
            List<String> missing = own.keySet().stream()
                    .filter(name -> !state.containsKey(name))
                    .toList();
            List<String> unexpected = state.keySet().stream()
                    .filter(name -> !own.containsKey(name))
                    .sorted()
                    .toList();
            throw new IllegalArgumentException("optimizer: the state to restore does not fit rule " + rule.name()
                    + " - missing " + missing + ", unexpected " + unexpected);
        }
        own.forEach((name, buffer) -> {
            Value value = state.get(name);
            if (value == null || !value.type().equals(buffer.type())) {
                throw new ShapeException("optimizer: the state " + name + " is " + buffer.type() + ", to restore is "
                        + (value == null ? "nothing" : value.type()));
            }
        });
        own.forEach((name, buffer) -> {
            Value value = state.get(name);
            if (value != null) {
                buffer.assign(value);
            }
        });
        steps = taken;
    }
}
