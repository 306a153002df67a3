package dev.nudge.nn.optim;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When the parameters of an optimizer, and what its rules remember of them, were last known to be finite.
///
/// A step looks at its loss and gradients, not at what it writes: that would be one more pass over all weights in every
/// step, for updates that hardly ever overflow. So what it writes is looked at before the first step and when somebody
/// asks, and a step that finds a parameter at fault can say which steps may have brought it.
final class Finiteness {
    private final Map<String, Parameter> parameters;
    private final Memory memory;
    private boolean begun;
    private long first; // steps taken when they were looked at first
    private @Nullable Long known; // the last number of steps after which all were finite

    Finiteness(Map<String, Parameter> parameters, Memory memory) {
        this.parameters = parameters;
        this.memory = memory;
    }

    /// The parameters, by path.
    Map<String, Parameter> parameters() {
        return parameters;
    }

    /// Looks, unless it has been done since the last [#forget].
    void begin(long steps) {
        if (!begun) {
            begun = true;
            first = steps;
            known = parameters.values().stream().allMatch(parameter -> NonFiniteElements.isFinite(parameter.storage()))
                    ? steps
                    : null;
        }
    }

    /// Another history begins.
    void forget() {
        begun = false;
    }

    /// Looks at everything.
    ///
    /// @throws NonFiniteException (E703) if something is not finite
    void check(long steps) {
        begin(steps);
        parameters.forEach((path, parameter) -> check("parameter " + path, path, parameter.storage(), steps));
        memory.state()
                .forEach((path, buffer) -> check("what the rule remembers as " + path, path, buffer.storage(), steps));
        known = steps;
    }

    private void check(String subject, String path, Value value, long steps) {
        if (!NonFiniteElements.isFinite(value)) {
            NonFiniteElements found = NonFiniteElements.of(value);
            String message = "error[E703] " + subject + " " + value.type() + ": " + found + " after step " + steps
                    + ". " + origin(steps);
            throw new NonFiniteException("E703", steps, "read", path, List.of(), message);
        }
    }

    /// Where a number that is not finite after `steps` steps came from, and what to do.
    String origin(long steps) {
        Long sound = known;
        if (sound == null) {
            return "It was so before step " + (first + 1) + ", the first of this optimizer: look at how it was made or"
                    + " loaded.";
        }
        if (sound == steps) {
            return "It was finite after step " + steps + ", so it has been assigned since.";
        }
        String updates = steps == sound + 1
                ? "the update of step " + steps
                : "an update of steps " + (sound + 1) + " to " + steps;
        return "It was finite after step " + sound + ": unless it has been assigned since, " + updates
                + " overflowed. Lower the learning rate, clip gradients, or scale the data; go on from a checkpoint of"
                + " step " + sound + " or before.";
    }
}
