package dev.nudge.tensor;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Walks over graphs.
public final class Evaluation {
    private Evaluation() {}

    /// Every node that `roots` are computed from, inputs before users; iterative, so that depth is no limit.
    public static List<Tensor> topological(List<Tensor> roots) {
        return walk(roots).nodes();
    }

    /// As [#topological(List)], with the number of each node.
    static Walk walk(List<Tensor> roots) {
        return new Walk(roots, node -> false);
    }

    /// The nodes that must be looked at to compute `roots`, inputs before users: as [#topological(List)], but nodes
    /// whose value is at hand are not looked behind.
    public static Walk pending(List<Tensor> roots) {
        return new Walk(roots, node -> node.variable() == null && node.bound() != null);
    }

    /// As [#walk(List)], but nodes in `boundary` are not looked behind.
    static Walk walk(List<Tensor> roots, List<Tensor> boundary) {
        Set<Tensor> stop = Collections.newSetFromMap(new IdentityHashMap<>());
        stop.addAll(boundary);
        return new Walk(roots, stop::contains);
    }

    /// The variables that are assigned.
    ///
    /// @throws IllegalArgumentException naming a variable that is assigned twice: which value it gets would be open
    public static Set<Variable> assigned(List<Assignment> assignments) {
        Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Assignment assignment : assignments) {
            if (!seen.add(assignment.variable())) {
                throw new IllegalArgumentException("assign: " + assignment.variable() + " is assigned twice in one run;"
                        + " a parameter that a model uses in two places must be updated once");
            }
        }
        return seen;
    }

    /// The value of `root` by the meaning of each op, without any backend.
    public static Value reference(Tensor root) {
        IdentityHashMap<Tensor, Value> values = new IdentityHashMap<>();
        for (Tensor node : topological(List.of(root))) {
            Value value = node.bound();
            if (value == null) {
                value = Value.zeros(node.type());
                node.op()
                        .reference(
                                node.inputs().stream()
                                        .map(i -> require(values, i))
                                        .toList(),
                                value);
            }
            values.put(node, value);
        }
        return require(values, root);
    }

    private static Value require(IdentityHashMap<Tensor, Value> values, Tensor node) {
        Value value = values.get(node);
        if (value == null) {
            throw new IllegalStateException("evaluation: " + node + " was visited before its inputs");
        }
        return value;
    }
}
