package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What the rules of an [Optimizer] remember of each parameter.
final class Memory {
    /// A parameter with what its rule remembers.
    record Entry(String path, Parameter parameter, ParameterGroup group, List<Buffer> state) {
        /// What parameter and memory are to become.
        ///
        /// @param start what the parameter is changed from
        /// @throws ShapeException if the rule does not give what it says that it remembers
        List<Assignment> update(UpdateRule.Step step, Tensor start, Tensor gradient) {
            List<Tensor> before = state.stream().map(Buffer::tensor).toList();
            UpdateRule.Update update = group.rule().update(step, start, gradient, before);
            if (update.state().size() != state.size()) {
                throw new ShapeException("optimizer: rule " + group.rule().name() + " names the slots "
                        + group.rule().slots() + " but returned "
                        + update.state().size() + " tensors");
            }
            List<Assignment> assignments = new ArrayList<>();
            assignments.add(new Assignment(parameter, update.parameter()));
            for (int i = 0; i < state.size(); i++) {
                assignments.add(new Assignment(state.get(i), update.state().get(i)));
            }
            return assignments;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    Memory(Map<String, Parameter> parameters, Choices choices) {
        parameters.forEach((path, parameter) -> {
            ParameterGroup group = choices.groupOf(path).orElseGet(() -> ParameterGroup.of(_ -> true, choices.rule()));
            List<Buffer> state = group.rule().slots().stream()
                    .map(slot -> Buffer.of(group.rule().initial(slot, parameter.type())))
                    .toList();
            entries.add(new Entry(path, parameter, group, state));
        });
    }

    List<Entry> entries() {
        return entries;
    }

    /// What the rates of the groups are multiplied with: each number once, in a fixed order.
    List<Double> rateFactors() {
        return entries.stream()
                .map(entry -> entry.group().rateFactor())
                .distinct()
                .toList();
    }

    /// By `path/slot`.
    SequencedMap<String, Buffer> state() {
        SequencedMap<String, Buffer> all = new LinkedHashMap<>();
        for (Entry entry : entries) {
            List<String> slots = entry.group().rule().slots();
            for (int i = 0; i < slots.size(); i++) {
                all.put(entry.path() + "/" + slots.get(i), entry.state().get(i));
            }
        }
        return Collections.unmodifiableSequencedMap(all);
    }

    /// Takes the values of another memory of the same kind.
    ///
    /// @param rule named in errors
    /// @throws IllegalArgumentException if they are of another rule or model; nothing has changed then
    void restore(Map<String, Value> values, UpdateRule rule) {
        SequencedMap<String, Buffer> own = state();
        if (!own.keySet().equals(values.keySet())) {
            List<String> missing = own.keySet().stream()
                    .filter(name -> !values.containsKey(name))
                    .toList();
            List<String> unexpected = values.keySet().stream()
                    .filter(name -> !own.containsKey(name))
                    .sorted()
                    .toList();
            throw new IllegalArgumentException("optimizer: the state to restore does not fit rule " + rule.name()
                    + " - missing " + missing + ", unexpected " + unexpected);
        }
        own.forEach((name, buffer) -> {
            Value value = values.get(name);
            if (value == null || !value.type().equals(buffer.type())) {
                throw new ShapeException("optimizer: the state " + name + " is " + buffer.type() + ", to restore is "
                        + (value == null ? "nothing" : value.type()));
            }
        });
        own.forEach((name, buffer) -> {
            Value value = values.get(name);
            if (value != null) {
                buffer.assign(value);
            }
        });
    }
}
