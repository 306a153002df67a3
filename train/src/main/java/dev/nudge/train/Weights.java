package dev.nudge.train;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A copy of all numbers of a model, parameters and buffers, by path.
record Weights(SequencedMap<String, Value> values) {
    /// The variables of a model by path, parameters first.
    static SequencedMap<String, Variable> variables(Model model) {
        SequencedMap<String, Variable> variables = new LinkedHashMap<>(model.parameters());
        variables.putAll(model.buffers());
        return variables;
    }

    static Weights copyOf(Model model) {
        SequencedMap<String, Value> values = new LinkedHashMap<>();
        variables(model)
                .forEach((path, variable) -> values.put(path, variable.storage().copy()));
        return new Weights(values);
    }

    /// Gives the model these numbers.
    ///
    /// @throws IllegalArgumentException if the paths are not those of the model
    void restore(Model model) {
        SequencedMap<String, Variable> variables = variables(model);
        if (!variables.keySet().equals(values.keySet())) {
            throw new IllegalArgumentException(
                    "weights: the model has " + variables.keySet() + ", the values are for " + values.keySet());
        }
        values.forEach((path, value) -> {
            Variable variable = variables.get(path);
            if (variable != null) {
                variable.assign(value);
            }
        });
    }
}
