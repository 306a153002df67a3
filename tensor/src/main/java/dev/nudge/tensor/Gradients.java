package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a loss reacts to each variable: its gradients, as graph, found by backpropagation.
///
/// The graph is written when a gradient is first asked for; an optimizer that has seen a loss of the
/// same structure does without.
public final class Gradients {
    private final Tensor loss;
    private final Map<Variable, Tensor> nodes; // that stood for the variables; these are equal only to themselves
    private @Nullable Written written;

    /// @param byVariable the gradients
    /// @param updating   nodes of the loss that carry the next value of a buffer
    private record Written(Map<Variable, Tensor> byVariable, List<Tensor> updating) {}

    private Gradients(Tensor loss, Map<Variable, Tensor> nodes) {
        this.loss = loss;
        this.nodes = nodes;
    }

    /// Gradients of the scalar `loss` with respect to `variables`; zeros where the loss does not depend on one.
    ///
    /// The loss is kept, so it can be read after the step.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static Gradients of(Tensor loss, Iterable<? extends Variable> variables) {
        checkScalar(loss);
        Map<Variable, Tensor> nodes = new LinkedHashMap<>();
        variables.forEach(variable -> nodes.put(variable, variable.tensor()));
        return new Gradients(loss.keep(), nodes);
    }

    private Written written() {
        Written present = written;
        if (present == null) {
            Walk walk = Evaluation.walk(List.of(loss));
            Map<Variable, Tensor> byVariable = new HashMap<>();
            Iterator<Tensor> gradients =
                    of(walk, loss, List.copyOf(nodes.values())).iterator();
            nodes.keySet().forEach(variable -> byVariable.put(variable, gradients.next()));
            List<Tensor> updating = walk.nodes().stream()
                    .filter(node -> node.op() instanceof Movement.Updating)
                    .toList();
            present = new Written(byVariable, updating);
            written = present;
        }
        return present;
    }

    /// Whether a gradient or update has been asked for.
    public boolean isWritten() {
        return written != null;
    }

    /// Gradients of the scalar `loss` with respect to any nodes; zeros where it does not depend on one.
    ///
    /// The gradients are graph themselves, so that gradients of gradients can be taken.
    ///
    /// @throws ShapeException if `loss` is not a scalar
    public static List<Tensor> of(Tensor loss, List<Tensor> nodes) {
        checkScalar(loss);
        return of(Evaluation.walk(List.of(loss)), loss, nodes);
    }

    private static void checkScalar(Tensor loss) {
        if (loss.shape().rank() != 0) {
            throw new ShapeException(
                    "backward: expected a scalar loss, found " + loss.shape() + "; reduce it with mean() or sum()");
        }
    }

    private static List<Tensor> of(Walk walk, Tensor loss, List<Tensor> nodes) {
        List<@Nullable Tensor> found = backward(walk, loss, Tensor.constant(loss.dtype(), 1), nodes);
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Tensor gradient = found.get(i);
            gradients.add(gradient == null ? nodes.get(i).constantLike(0) : gradient);
        }
        return gradients;
    }

    /// Gradients through a composition, from `y` down to its `inputs` and no further; null where none flows.
    static List<@Nullable Tensor> through(Tensor y, Tensor dy, List<Tensor> inputs) {
        return backward(Evaluation.walk(List.of(y), inputs), y, dy, inputs);
    }

    /// Backpropagation over the nodes of `walk`, where `dy` is the gradient with respect to `y`.
    private static List<@Nullable Tensor> backward(Walk walk, Tensor y, Tensor dy, List<Tensor> nodes) {
        List<Tensor> order = walk.nodes();
        boolean[] needed = new boolean[order.size()];
        for (Tensor node : nodes) {
            int index = walk.indexOf(node);
            if (index >= 0) {
                needed[index] = true;
            }
        }
        for (int i = 0; i < needed.length; i++) {
            for (Tensor input : order.get(i).inputs()) {
                int index = walk.indexOf(input);
                needed[i] |= index >= 0 && needed[index];
            }
        }
        @Nullable Blame[] blames = new Blame[needed.length];
        blames[walk.indexOf(y)] = new Blame(dy);
        for (int n = needed.length - 1; n >= 0; n--) { // outputs before inputs
            Blame blame = blames[n];
            Tensor node = order.get(n);
            if (blame == null || !needed[n] || node.inputs().isEmpty()) {
                continue;
            }
            Tensor gradient = LayerPath.at(node.path(), blame::sum);
            List<@Nullable Tensor> parts =
                    LayerPath.at(node.path(), () -> node.op().gradient(node, gradient));
            for (int i = 0; i < parts.size(); i++) {
                Tensor part = parts.get(i);
                int input = walk.indexOf(node.input(i));
                if (part != null && input >= 0 && needed[input]) {
                    Blame of = blames[input];
                    if (of == null) {
                        blames[input] = new Blame(part);
                    } else {
                        of.add(part); // a value used twice is blamed twice
                    }
                }
            }
        }
        List<@Nullable Tensor> result = new ArrayList<>();
        for (Tensor node : nodes) {
            int index = walk.indexOf(node);
            Blame blame = index < 0 ? null : blames[index];
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
        for (Tensor node : written().updating()) {
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

    /// The variables.
    public Set<Variable> variables() {
        return Collections.unmodifiableSet(nodes.keySet());
    }

    /// Gradient with respect to `variable`.
    ///
    /// @throws IllegalArgumentException if it was not among the variables asked for
    public Tensor of(Variable variable) {
        Tensor gradient = written().byVariable().get(variable);
        if (gradient == null) {
            throw new IllegalArgumentException(
                    "gradients: " + variable + " was not among the variables given to" + " backward");
        }
        return gradient;
    }
}
