package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a loss reacts to each variable: its gradients, as graph, found by backpropagation.
public final class Gradients {
    private final Tensor loss;
    private final IdentityHashMap<Variable, Tensor> byVariable;
    private final List<Tensor> updating; // nodes of the loss that carry the next value of a buffer

    private Gradients(Tensor loss, IdentityHashMap<Variable, Tensor> byVariable, List<Tensor> updating) {
        this.loss = loss;
        this.byVariable = byVariable;
        this.updating = updating;
    }

    /// Gradients of the scalar `loss` with respect to `variables`; zeros where the loss does not depend on one.
    ///
    /// The loss is kept, so it can be read after the step.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static Gradients of(Tensor loss, Iterable<? extends Variable> variables) {
        List<Variable> list = new ArrayList<>();
        variables.forEach(list::add);
        List<Tensor> order = Evaluation.topological(List.of(loss.keep()));
        List<Tensor> gradients =
                of(order, loss, list.stream().map(Variable::tensor).toList());
        IdentityHashMap<Variable, Tensor> byVariable = new IdentityHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            byVariable.put(list.get(i), gradients.get(i));
        }
        List<Tensor> updating = order.stream()
                .filter(node -> node.op() instanceof Movement.Updating)
                .toList();
        return new Gradients(loss, byVariable, updating);
    }

    /// Gradients of the scalar `loss` with respect to any nodes; zeros where it does not depend on one.
    ///
    /// The gradients are graph themselves, so that gradients of gradients can be taken.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static List<Tensor> of(Tensor loss, List<Tensor> nodes) {
        return of(Evaluation.topological(List.of(loss)), loss, nodes);
    }

    private static List<Tensor> of(List<Tensor> order, Tensor loss, List<Tensor> nodes) {
        if (loss.shape().rank() != 0) {
            throw new ShapeException(
                    "backward: expected a scalar loss, found " + loss.shape() + "; reduce it with mean() or sum()");
        }
        List<@Nullable Tensor> found = backward(order, loss, Tensor.constant(loss.dtype(), 1), nodes);
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Tensor gradient = found.get(i);
            gradients.add(gradient == null ? nodes.get(i).constantLike(0) : gradient);
        }
        return gradients;
    }

    /// Gradients through a composition, from `y` down to its `inputs` and no further; null where none flows.
    static List<@Nullable Tensor> through(Tensor y, Tensor dy, List<Tensor> inputs) {
        return backward(Evaluation.topological(List.of(y), inputs), y, dy, inputs);
    }

    /// Backpropagation over the nodes in `order`, where `dy` is the gradient with respect to `y`.
    private static List<@Nullable Tensor> backward(List<Tensor> order, Tensor y, Tensor dy, List<Tensor> nodes) {
        Set<Tensor> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        needed.addAll(nodes);
        for (Tensor node : order) {
            for (Tensor input : node.inputs()) {
                if (needed.contains(input)) {
                    needed.add(node);
                }
            }
        }
        IdentityHashMap<Tensor, Blame> blames = new IdentityHashMap<>();
        blames.put(y, new Blame(dy));
        for (Tensor node : order.reversed()) { // outputs before inputs
            Blame blame = blames.get(node);
            if (blame == null || !needed.contains(node) || node.inputs().isEmpty()) {
                continue;
            }
            Tensor gradient = LayerPath.at(node.path(), blame::sum);
            List<@Nullable Tensor> parts =
                    LayerPath.at(node.path(), () -> node.op().gradient(node, gradient));
            for (int i = 0; i < parts.size(); i++) {
                Tensor part = parts.get(i);
                Tensor input = node.input(i);
                if (part != null && needed.contains(input)) {
                    Blame of = blames.get(input);
                    if (of == null) {
                        blames.put(input, new Blame(part));
                    } else {
                        of.add(part); // a value used twice is blamed twice
                    }
                }
            }
        }
        List<@Nullable Tensor> result = new ArrayList<>();
        for (Tensor node : nodes) {
            Blame blame = blames.get(node);
            result.add(blame == null ? null : blame.sum());
        }
        return result;
    }

    /// The loss that these are the gradients of.
    public Tensor loss() {
        return loss;
    }

    /// What buffers are to get with the step, as [Tensor#updating] wrote it into the graph of the loss.
    ///
    /// @throws IllegalArgumentException if one buffer is to get two values
    public List<Assignment> updates() {
        Map<Variable, Assignment> updates = new LinkedHashMap<>(); // variables are equal only to themselves
        for (Tensor node : updating) {
            Variable buffer = node.input(1).variable();
            if (buffer == null) {
                throw new IllegalArgumentException(
                        "updating: " + node.input(1) + " reads no buffer; use Tensor.updating");
            }
            if (updates.put(buffer, new Assignment(buffer, node.input(2))) != null) {
                throw new IllegalArgumentException("updating: " + buffer
                        + (node.path().isEmpty() ? "" : " of layer " + node.path())
                        + " is to get two values in one step, because the loss was computed through its layer twice."
                        + " Run both inputs through it as one batch (Tensor.concat), or all but one with"
                        + " Pass.inference()");
            }
        }
        return List.copyOf(updates.values());
    }

    /// The variables, in no particular order.
    public Set<Variable> variables() {
        return Collections.unmodifiableSet(byVariable.keySet());
    }

    /// Gradient with respect to `variable`.
    ///
    /// @throws IllegalArgumentException if it was not among the variables asked for
    public Tensor of(Variable variable) {
        Tensor gradient = byVariable.get(variable);
        if (gradient == null) {
            throw new IllegalArgumentException(
                    "gradients: " + variable + " was not among the variables given to" + " backward");
        }
        return gradient;
    }
}
