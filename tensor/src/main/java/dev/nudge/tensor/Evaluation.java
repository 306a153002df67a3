package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Walks over graphs.
public final class Evaluation {
    private static final int TYPICAL = 256; // nodes of a step; saves growing

    private Evaluation() {}

    /// Every node that `roots` are computed from, inputs before users; iterative, so that depth is no limit.
    public static List<Tensor> topological(List<Tensor> roots) {
        return topological(roots, node -> false);
    }

    /// The nodes that must be looked at to compute `roots`, inputs before users: as [#topological(List)], but nodes
    /// whose value is at hand are not looked behind.
    public static List<Tensor> pending(List<Tensor> roots) {
        return topological(roots, node -> node.variable() == null && node.bound() != null);
    }

    /// As [#topological(List)], but nodes in `boundary` are not looked behind.
    static List<Tensor> topological(List<Tensor> roots, List<Tensor> boundary) {
        Set<Tensor> stop = Collections.newSetFromMap(new IdentityHashMap<>());
        stop.addAll(boundary);
        return topological(roots, stop::contains);
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

    private static List<Tensor> topological(List<Tensor> roots, Predicate<Tensor> stop) {
        List<Tensor> order = new ArrayList<>();
        IdentityHashMap<Tensor, Boolean> done = new IdentityHashMap<>(TYPICAL);
        List<Tensor> stack = new ArrayList<>();
        for (Tensor root : roots) {
            stack.add(root);
            while (!stack.isEmpty()) {
                Tensor node = stack.getLast();
                Boolean state = done.get(node);
                if (state == null) {
                    done.put(node, false);
                    List<Tensor> inputs = stop.test(node) ? List.of() : node.inputs();
                    for (int i = inputs.size() - 1; i >= 0; i--) {
                        if (!done.containsKey(inputs.get(i))) {
                            stack.add(inputs.get(i));
                        }
                    }
                } else {
                    stack.removeLast();
                    if (!state) {
                        done.put(node, true);
                        order.add(node);
                    }
                }
            }
        }
        return order;
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
