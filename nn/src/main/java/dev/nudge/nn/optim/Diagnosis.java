package dev.nudge.nn.optim;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds where the first NaN or infinity of a refused step came from, by computing its graph again node by node.
///
/// @param step       number of the refused step
/// @param node       the first node that holds one although none of its inputs does, and whose value matters
/// @param value      its value
/// @param finiteness of the parameters
record Diagnosis(long step, Tensor node, Value value, Finiteness finiteness) {
    /// The diagnosis of a step whose `roots` are not all finite.
    ///
    /// Nothing was assigned, so the variables still hold the values of the step; but the nodes that read them count
    /// as stale after a run, so the graph is rebuilt over the stored values.
    static Diagnosis of(long step, List<Tensor> roots, Finiteness finiteness) {
        List<Tensor> order = Evaluation.topological(roots);
        IdentityHashMap<Tensor, Value> values = new IdentityHashMap<>();
        Execution eager = EagerExecution.of(Backend.load());
        Execution.with(eager, () -> {
            for (Tensor node : order) {
                values.put(node, compute(node, values));
            }
            return values;
        });
        Tensor culprit = culprit(order, roots, values);
        return new Diagnosis(step, culprit, require(values, culprit), finiteness);
    }

    private static Value compute(Tensor node, IdentityHashMap<Tensor, Value> values) {
        Variable variable = node.variable();
        if (variable != null) {
            return variable.storage();
        }
        Value present = node.op() instanceof Leaf ? node.bound() : null;
        if (present != null) {
            return present;
        }
        Tensor[] inputs = node.inputs().stream()
                .map(input -> Tensor.data(require(values, input)))
                .toArray(Tensor[]::new);
        return Tensor.apply(node.op(), inputs).value();
    }

    /// The first node that went wrong among those that the roots got their NaN or infinity from: an infinity that a
    /// `where` or a maximum took away again is not a fault.
    private static Tensor culprit(List<Tensor> order, List<Tensor> roots, IdentityHashMap<Tensor, Value> values) {
        Tensor root = roots.stream()
                .filter(candidate -> !NonFiniteElements.isFinite(require(values, candidate)))
                .findFirst()
                .orElse(roots.getFirst());
        Set<Tensor> blamed = Collections.newSetFromMap(new IdentityHashMap<>());
        blamed.add(root);
        Tensor first = root;
        for (Tensor node : order.reversed()) { // users before inputs
            if (!blamed.contains(node)) {
                continue;
            }
            boolean inherited = false;
            for (Tensor input : node.inputs()) {
                if (!NonFiniteElements.isFinite(require(values, input)) && !(input.op() instanceof Leaf.Constant)) {
                    blamed.add(input);
                    inherited = true;
                }
            }
            first = inherited ? first : node;
        }
        return first;
    }

    private static Value require(IdentityHashMap<Tensor, Value> values, Tensor node) {
        Value value = values.get(node);
        if (value == null) {
            throw new IllegalStateException("diagnosis: " + node + " was visited before its inputs");
        }
        return value;
    }

    NonFiniteException exception() {
        NonFiniteElements found = NonFiniteElements.of(value);
        String name = pathOfParameter();
        String code = name != null ? "E703" : node.op() instanceof Leaf ? "E702" : "E701";
        String path = name != null ? name : node.path();
        String subject = switch (code) {
            case "E703" -> "parameter " + path + " " + node.type();
            case "E702" -> "input " + node.type();
            default -> node.op().name() + " " + node.type() + (path.isEmpty() ? "" : " in " + path);
        };
        String message = "error[" + code + "] " + subject + ": " + found + "; step " + step + " changed nothing. "
                + advice(code, path);
        return new NonFiniteException(
                code, step, node.op().name(), path, name != null ? List.of() : found.rows(), message);
    }

    private @Nullable String pathOfParameter() {
        Variable variable = node.variable();
        if (variable == null) {
            return null;
        }
        return finiteness.parameters().entrySet().stream()
                .filter(entry -> entry.getValue() == variable)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("outside the model");
    }

    private String advice(String code, String path) {
        return switch (code) {
            case "E703" ->
                finiteness.parameters().containsKey(path)
                        ? finiteness.origin(step - 1)
                        : "It was made, loaded or assigned so: this optimizer does not change it.";
            case "E702" -> "Clean or leave out these rows of the data.";
            default -> advice(node.op());
        };
    }

    private static String advice(Op op) {
        if (op instanceof Unary.Log) {
            return "The logarithm of 0 or less: use a loss from logits, or keep the operand above 0.";
        }
        if (op instanceof Unary.Sqrt) {
            return "The root of a negative number: keep the operand at 0 or above.";
        }
        if (op instanceof Binary.Div) {
            return "A division by 0 or nearly: add a small number to the divisor.";
        }
        if (op instanceof Unary.Exp) {
            return "The exponential of a large number: lower the learning rate or use a fused loss.";
        }
        return "Numbers grew beyond what the type holds: lower the learning rate, clip gradients, or scale the data.";
    }
}
