package dev.nudge.train;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Keeps a model to one training at a time, whoever runs it.
final class Claim {
    private Claim() {}

    /// What `body` gives while all variables of `model` are claimed for this thread.
    ///
    /// @throws IllegalStateException if one of them is claimed already; `body` has not begun then
    static <T> T during(Model model, Supplier<T> body) {
        Thread here = Thread.currentThread();
        Set<Variable> variables = Collections.newSetFromMap(new IdentityHashMap<>()); // some have several paths
        variables.addAll(Weights.variables(model).values());
        List<Variable> claimed = new ArrayList<>();
        try {
            for (Variable variable : variables) {
                Thread other = variable.claim(here);
                if (other != null) {
                    throw new IllegalStateException("fit: the model is training on thread " + other.getName()
                            + "; wait for it, or give each thread its own model");
                }
                claimed.add(variable);
            }
            return body.get();
        } finally {
            claimed.forEach(variable -> variable.release(here));
        }
    }
}
