package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The weighted sum of the gradients of the parts of a batch, which wait for one step.
final class Accumulation {
    private final Finiteness finiteness;
    private final Map<Parameter, Buffer> sums = new IdentityHashMap<>();
    private final Map<Variable, Value> before = new IdentityHashMap<>(); // the model's buffers as they were
    private double weight;
    private double lossSum;

    Accumulation(Finiteness finiteness) {
        this.finiteness = finiteness;
    }

    boolean isEmpty() {
        return weight == 0;
    }

    /// Adds the gradients of one more part.
    ///
    /// @param step number of the step that they are for
    /// @throws NonFiniteException if they are not finite; all parts are forgotten then
    void add(Gradients part, double share, long step) {
        List<Assignment> updates = part.updates();
        updates.forEach(update -> before.computeIfAbsent(
                update.variable(), variable -> variable.storage().copy()));
        Guard guard = Guard.of(part.loss(), part::of, updates, finiteness);
        List<Assignment> assignments =
                new ArrayList<>(updates.stream().map(guard::assign).toList());
        Tensor feed = Turn.feed(share);
        for (Parameter parameter : finiteness.parameters().values()) {
            Buffer sum = sums.computeIfAbsent(parameter, key -> Buffer.zeros(key.type()));
            Tensor weighted = part.of(parameter).mul(feed.cast(parameter.type().dtype()));
            Tensor next = isEmpty() ? weighted : sum.tensor().add(weighted);
            assignments.add(guard.assign(new Assignment(sum, next)));
        }
        try {
            guard.run(step, assignments, List.of());
        } catch (NonFiniteException e) {
            undo();
            throw e;
        }
        weight += share;
        lossSum += share * part.loss().item();
    }

    double meanLoss() {
        return lossSum / weight;
    }

    /// One over the sum of the weights, as a scalar that changes from step to step.
    Tensor scale() {
        return Turn.feed(1 / weight);
    }

    /// The sum of the gradients of `parameter`.
    Tensor sum(Parameter parameter) {
        Buffer sum = sums.get(parameter);
        return sum == null ? parameter.tensor().constantLike(0) : sum.tensor();
    }

    /// Forgets all parts, and gives the model's buffers the values from before the first.
    void undo() {
        before.forEach(Variable::assign);
        clear();
    }

    /// Forgets all parts.
    void clear() {
        before.clear();
        weight = 0;
        lossSum = 0;
    }
}
