package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The first half of a step with [Sam]: from where the parameters are to where their gradients are taken.
final class Ascent {
    private final Finiteness finiteness;
    private final Map<Parameter, Buffer> origins = new IdentityHashMap<>();
    private List<Assignment> updates = List.of();

    Ascent(Finiteness finiteness) {
        this.finiteness = finiteness;
    }

    /// Moves the parameters by the radius along `here`, and remembers where they were.
    ///
    /// @throws NonFiniteException if loss or gradients are not finite; nothing has changed then
    Guard.Reading climb(Sam sam, Gradients here, long step) {
        updates = here.updates();
        List<Tensor> statistics =
                updates.stream().map(update -> update.value().keep()).toList();
        Guard guard = Guard.of(here.loss(), here::of, updates, finiteness);
        Tensor norm = guard.norm();
        Tensor far = norm.greater(0).where(norm.constantLike(sam.radius()).div(norm), norm.constantLike(0));
        List<Assignment> assignments = new ArrayList<>();
        for (Parameter parameter : finiteness.parameters().values()) {
            Buffer origin = origins.computeIfAbsent(parameter, key -> Buffer.zeros(key.type()));
            Tensor p = parameter.tensor();
            Tensor up = p.add(here.of(parameter).mul(far.cast(p.dtype())));
            assignments.add(new Assignment(origin, p));
            assignments.add(guard.assign(new Assignment(parameter, up)));
        }
        return guard.run(step, assignments, statistics);
    }

    /// What the model's buffers are to get with the step: the values that the first pass computed.
    List<Assignment> updates() {
        return updates.stream()
                .map(update -> new Assignment(
                        update.variable(), Tensor.data(update.value().value())))
                .toList();
    }

    /// Where `parameter` was.
    Tensor origin(Parameter parameter) {
        Buffer origin = origins.get(parameter);
        return origin == null ? parameter.tensor() : origin.tensor();
    }

    /// Gives all parameters their values from before.
    void back() {
        origins.forEach((parameter, origin) -> parameter.assign(origin.storage()));
    }
}
