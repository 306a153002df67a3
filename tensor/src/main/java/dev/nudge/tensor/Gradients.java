package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a loss reacts to each variable: its gradients, as graph, found by backpropagation.
public final class Gradients {
    private final Tensor loss;
    private final IdentityHashMap<Variable, Tensor> byVariable;

    private Gradients(Tensor loss, IdentityHashMap<Variable, Tensor> byVariable) {
        this.loss = loss;
        this.byVariable = byVariable;
    }

    /// Gradients of the scalar `loss` with respect to `variables`; zeros where the loss does not depend on one.
    ///
    /// The loss is kept, so it can be read after the step.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static Gradients of(Tensor loss, Iterable<? extends Variable> variables) {
        List<Variable> list = new ArrayList<>();
        variables.forEach(list::add);
        List<Tensor> gradients =
                of(loss.keep(), list.stream().map(Variable::tensor).toList());
        IdentityHashMap<Variable, Tensor> byVariable = new IdentityHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            byVariable.put(list.get(i), gradients.get(i));
        }
        return new Gradients(loss, byVariable);
    }

    /// Gradients of the scalar `loss` with respect to any nodes; zeros where it does not depend on one.
    ///
    /// The gradients are graph themselves, so that gradients of gradients can be taken.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static List<Tensor> of(Tensor loss, List<Tensor> nodes) {
        if (loss.shape().rank() != 0) {
            throw new ShapeException(
                    "backward: expected a scalar loss, found " + loss.shape() + "; reduce it with mean() or sum()");
        }
        List<@Nullable Tensor> found =
                backward(Evaluation.topological(List.of(loss)), loss, Tensor.constant(loss.dtype(), 1), nodes);
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
        IdentityHashMap<Tensor, Tensor> gradients = new IdentityHashMap<>();
        gradients.put(y, dy);
        for (Tensor node : order.reversed()) { // outputs before inputs
            Tensor gradient = gradients.get(node);
            if (gradient == null || !needed.contains(node) || node.inputs().isEmpty()) {
                continue;
            }
            List<@Nullable Tensor> parts =
                    LayerPath.at(node.path(), () -> node.op().gradient(node, gradient));
            for (int i = 0; i < parts.size(); i++) {
                Tensor part = parts.get(i);
                Tensor input = node.input(i);
                if (part != null && needed.contains(input)) {
                    gradients.merge(input, part, Tensor::add); // a value used twice is blamed twice
                }
            }
        }
        List<@Nullable Tensor> result = new ArrayList<>();
        for (Tensor node : nodes) {
            result.add(gradients.get(node));
        }
        return result;
    }

    /// The loss that these are the gradients of.
    public Tensor loss() {
        return loss;
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
