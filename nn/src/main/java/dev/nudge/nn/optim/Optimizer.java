package dev.nudge.nn.optim;

import dev.nudge.nn.Frozen;
import dev.nudge.nn.Model;
import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Nudges the parameters of a model against their gradients: an update rule, its memory, and a learning rate per
/// step.
///
/// [#step(Gradients)] is the barrier of a training loop: it runs forward pass, backward pass and update as one plan.
/// Not for use by several threads at once. Two optimizers that change one parameter in turns overrun each other;
/// this is logged as a warning, once, at the step that finds it.
///
/// {@snippet class="OptimizerSnippets" region="loop"}
public final class Optimizer {
    /// What a step did.
    ///
    /// @param step          number of the step, from 1
    /// @param learningRate  learning rate of the step
    /// @param gradientNorm  norm of all gradients together, before clipping
    /// @param loss          loss before the step
    /// @param gradientNorms norm of the gradient of each trained parameter by path, before clipping
    public record Result(
            long step,
            double learningRate,
            double gradientNorm,
            double loss,
            SequencedMap<String, Double> gradientNorms) {}

    private final SequencedMap<String, Parameter> parameters;
    private final Choices choices;
    private final Memory memory;
    private final Finiteness finiteness;
    private final Accumulation accumulation;
    private final Ascent ascent;
    private final LatestStep latest;
    private final Rivalry rivalry = new Rivalry();
    private double rateScale = 1;
    private @Nullable Double heldRate;
    private long steps;

    private Optimizer(SequencedMap<String, Parameter> parameters, Choices choices) {
        this.parameters = parameters;
        this.choices = choices;
        this.memory = new Memory(parameters, choices);
        this.finiteness = new Finiteness(parameters, memory);
        this.accumulation = new Accumulation(finiteness);
        this.ascent = new Ascent(finiteness);
        this.latest = new LatestStep(parameters.values());
    }

    /// An optimizer for all parameters of `model` but those of its [Frozen] layers.
    ///
    /// @throws IllegalArgumentException if the model has no parameters to train
    public static Optimizer of(UpdateRule rule, Schedule learningRate, Model model) {
        SequencedMap<String, Parameter> parameters = Frozen.trained(model);
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("optimizer: the model has no parameters, so there is nothing to train");
        }
        return new Optimizer(parameters, new Choices(rule, learningRate, Clipping.none(), List.of(), null));
    }

    /// An optimizer for all parameters of `model` but those of its [Frozen] layers, with the same learning rate at
    /// every step.
    ///
    /// @throws IllegalArgumentException if the model has no parameters to train or the rate is not in `(0, 1000]`
    public static Optimizer of(UpdateRule rule, double learningRate, Model model) {
        return of(rule, Schedules.constant(learningRate), model);
    }

    /// A new optimizer, at step 0, with other learning rates.
    public Optimizer withLearningRate(Schedule other) {
        return new Optimizer(parameters, choices.withLearningRate(other));
    }

    /// A new optimizer, at step 0, that bounds the gradients.
    public Optimizer withClipping(Clipping bound) {
        return new Optimizer(parameters, choices.withClipping(bound));
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
        return new Optimizer(parameters, choices.withGroups(List.of(own)));
    }

    /// A new optimizer, at step 0, that takes gradients as `sam` says; its steps are taken by [#step(Supplier)].
    public Optimizer withSam(Sam sam) {
        return new Optimizer(parameters, choices.withSam(sam));
    }

    /// The rule of the parameters that are in no group.
    public UpdateRule rule() {
        return choices.rule();
    }

    /// The learning rate of each step.
    public Schedule learningRate() {
        return choices.learningRate();
    }

    /// The bound on gradients.
    public Clipping clipping() {
        return choices.clipping();
    }

    /// The group of each parameter that is in one, by path.
    public SequencedMap<String, ParameterGroup> groups() {
        SequencedMap<String, ParameterGroup> groups = new LinkedHashMap<>();
        parameters.keySet().forEach(path -> choices.groupOf(path).ifPresent(group -> groups.put(path, group)));
        return Collections.unmodifiableSequencedMap(groups);
    }

    /// Where gradients are taken, if not where the parameters are.
    public Optional<Sam> sam() {
        return Optional.ofNullable(choices.sam());
    }

    /// The parameters that are trained, by path.
    public SequencedMap<String, Parameter> parameters() {
        return Collections.unmodifiableSequencedMap(parameters);
    }

    /// Number of steps taken.
    public long steps() {
        return steps;
    }

    /// Multiplies the rates of the schedule by `scale` from the next step on, in the place of any earlier scale; for
    /// rules that look at the validation loss, such as [ReduceOnPlateau].
    ///
    /// @throws IllegalArgumentException if it is negative or not finite
    public void scaleRate(double scale) {
        Hyper.atLeastZero("optimizer", "rate scale", scale);
        rateScale = scale;
    }

    /// Takes every step from the next on at `rate`, whatever schedule and scale say; null gives it back to them.
    ///
    /// @throws IllegalArgumentException if it is negative or not finite
    public void holdRate(@Nullable Double rate) {
        if (rate != null) {
            Hyper.atLeastZero("optimizer", "learning rate", rate);
        }
        heldRate = rate;
    }

    /// Computes the loss and its gradients and changes all parameters, or none.
    ///
    /// Buffers that the loss updates ([Tensor#updating]), such as running statistics, change with them.
    ///
    /// @throws NonFiniteException if the loss or a gradient is NaN or infinite; nothing has changed then
    /// @throws IllegalArgumentException if a parameter is not among the variables of `gradients`, the schedule
    ///                                  gives no usable learning rate, or [Sam] needs a function instead
    /// @throws IllegalStateException    if accumulated gradients wait for [#step()]
    /// @throws dev.nudge.tensor.StaleTensorException if the gradients belong to an earlier step
    public Result step(Gradients gradients) {
        if (choices.sam() != null) {
            throw new IllegalArgumentException("optimizer: sharpness-aware minimization takes gradients at two places;"
                    + " give step a function that computes them");
        }
        checkNothingWaits();
        if (gradients.isWritten()) { // somebody may want to read them behind the step
            return step(gradients.loss(), gradients::of, gradients.updates(), Parameter::tensor);
        }
        Turn turn = turn();
        finiteness.begin(steps);
        Optional<List<Value>> again = latest.again(gradients, turn);
        if (again.isEmpty()) {
            Guard guard = guard(gradients);
            List<Assignment> changes = changes(guard, gradients.updates(), gradients::of, Parameter::tensor, turn);
            latest.run(gradients, turn, changes, guard.outputs());
            return done(turn, guard.checked(turn.number()));
        }
        Guard.Reading reading = Guard.Reading.of(parameters.sequencedKeySet(), again.get());
        if (!reading.isFinite()) {
            throw guard(gradients).refusal(turn.number());
        }
        return done(turn, reading);
    }

    private Guard guard(Gradients gradients) {
        return Guard.of(gradients.loss(), gradients::of, gradients.updates(), finiteness);
    }

    /// As [#step(Gradients)], of the gradients that `gradients` computes: with [Sam] twice, at two places.
    public Result step(Supplier<Gradients> gradients) {
        Sam sam = choices.sam();
        if (sam == null) {
            return step(gradients.get());
        }
        checkNothingWaits();
        Gradients here = gradients.get();
        Guard.Reading reading = ascent.climb(sam, here, steps + 1);
        try {
            Gradients there = gradients.get();
            Result result = step(there.loss(), there::of, ascent.updates(), ascent::origin);
            return reading.result(result.step(), result.learningRate());
        } catch (RuntimeException | Error e) {
            ascent.back();
            throw e;
        }
    }

    /// Adds the gradients of a part of a batch to those that wait for [#step()]; no parameter changes.
    ///
    /// The step then uses their mean by weight. With the number of examples as weight and a loss that is a mean
    /// over them, it is the step of the whole batch up to rounding. Running statistics are updated by each part.
    ///
    /// {@snippet class="OptimizerSnippets" region="accumulation"}
    ///
    /// @param weight of this part, usually its number of examples
    /// @throws NonFiniteException if the loss or a gradient is NaN or infinite; all parts are forgotten then, and
    ///                            nothing has changed
    /// @throws IllegalArgumentException if the weight is not positive and finite
    /// @throws IllegalStateException    if this optimizer has a [Sam], which needs each gradient twice
    public void accumulate(Gradients part, double weight) {
        Hyper.positive("optimizer", "weight of a part", weight);
        if (choices.sam() != null) {
            throw new IllegalStateException("optimizer: sharpness-aware minimization does not go with accumulated"
                    + " gradients: the second gradient of each part is taken at a place that the first gradients of"
                    + " all parts decide, so no part can be forgotten. Leave one out, or use smaller batches");
        }
        accumulation.add(part, weight, steps + 1);
    }

    /// Changes all parameters, or none, by the mean of the gradients that were accumulated since the last step.
    ///
    /// Clipping is applied to the mean; the loss of the result is the mean of the losses.
    ///
    /// @throws NonFiniteException    if their sum overflows; nothing has changed then
    /// @throws IllegalStateException if there are none
    public Result step() {
        if (accumulation.isEmpty()) {
            throw new IllegalStateException("optimizer: nothing was accumulated since the last step");
        }
        Tensor scale = accumulation.scale();
        try {
            Result result = step(
                    Turn.feed(accumulation.meanLoss()),
                    parameter -> accumulation
                            .sum(parameter)
                            .mul(scale.cast(parameter.type().dtype())),
                    List.of(),
                    Parameter::tensor);
            accumulation.clear();
            return result;
        } catch (NonFiniteException e) {
            accumulation.undo();
            throw e;
        }
    }

    /// Forgets the gradients that wait for [#step()], and gives the model's buffers the values from before.
    public void discard() {
        accumulation.undo();
    }

    /// Checks that the parameters, and what the rules remember of them, are finite: a step looks at its loss and
    /// gradients, and an update of theirs may overflow all the same. For before they are saved.
    ///
    /// @throws NonFiniteException (`E703`) if something is not; it says which steps may have made it so
    public void checkFinite() {
        finiteness.check(steps);
    }

    private void checkNothingWaits() {
        if (!accumulation.isEmpty()) {
            throw new IllegalStateException("optimizer: accumulated gradients wait for step(); call it first");
        }
    }

    /// @param start what each parameter is changed from
    private Result step(
            Tensor loss,
            Function<Parameter, Tensor> gradients,
            List<Assignment> updates,
            Function<Parameter, Tensor> start) {
        Turn turn = turn();
        Guard guard = Guard.of(loss, gradients, updates, finiteness);
        List<Assignment> changes = changes(guard, updates, gradients, start, turn);
        return done(turn, guard.run(turn.number(), changes, List.of()));
    }

    private Turn turn() {
        return Turn.of(steps + 1, rate(steps + 1), memory.rateFactors());
    }

    /// What everything is to become if all is finite.
    private List<Assignment> changes(
            Guard guard,
            List<Assignment> updates,
            Function<Parameter, Tensor> gradients,
            Function<Parameter, Tensor> start,
            Turn turn) {
        List<Assignment> changes =
                new ArrayList<>(updates.stream().map(guard::assign).toList());
        for (Memory.Entry entry : memory.entries()) {
            Tensor gradient = choices.clipping().apply(gradients.apply(entry.parameter()), guard.norm());
            entry.update(turn.step(entry.group().rateFactor()), start.apply(entry.parameter()), gradient)
                    .forEach(assignment -> changes.add(guard.assign(assignment)));
        }
        return changes;
    }

    private Result done(Turn turn, Guard.Reading reading) {
        steps = turn.number();
        rivalry.stepped(parameters).ifPresent(Optimizer::warnOfRival);
        return reading.result(turn.number(), turn.rate());
    }

    private static void warnOfRival(String path) {
        System.getLogger(Optimizer.class.getName())
                .log(
                        System.Logger.Level.WARNING,
                        "optimizer: parameter {0} is changed by another optimizer in turns with this one. Give each"
                                + " parameter one optimizer; for rules or rates of their own, use withGroups.",
                        path);
    }

    private double rate(long step) {
        if (heldRate != null) {
            return heldRate;
        }
        double rate = learningRate().at(step) * rateScale;
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("error[E610] schedule: the learning rate of step " + step
                    + " must be at least 0 and finite, found " + rate);
        }
        return rate;
    }

    /// What the rules remember, by `path/slot`.
    public SequencedMap<String, Buffer> state() {
        return memory.state();
    }

    /// Goes to where another optimizer of the same kind was: the next step is the one that it would have taken.
    ///
    /// @param taken number of steps taken
    /// @param state what [#state()] held then
    /// @throws IllegalArgumentException if the state is of another rule or model; nothing has changed then
    public void restore(long taken, Map<String, Value> state) {
        if (taken < 0) {
            throw new IllegalArgumentException("optimizer: the number of steps must be at least 0, found " + taken);
        }
        memory.restore(state, rule());
        finiteness.forget();
        steps = taken;
        accumulation.clear();
    }
}
