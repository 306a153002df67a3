package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the nodes of a trace are found again in another graph of its structure: each as a root or as a certain
/// input of a node that is found before.
///
/// A training loop writes the same graph step after step. Comparing it node by node with the one before costs a
/// tenth of a [Trace], which must find out from nothing what is shared with what.
final class Recipe {
    private final List<Op> ops;
    private final int[][] inputs; // by node: its inputs; none where its value is at hand
    private final int[] user; // by node: a node that it is an input of, or -1 - the number of a root
    private final int[] position; // by node: which input of that
    private final boolean[] pending; // by node: whether it is to be computed
    private final boolean[] kept;
    private final int[] changes; // by node: the assignment whose variable it reads, or -1
    private final int[] roots; // the wanted nodes, then the assigned values
    private final int wanted;
    private final int[] outputs;

    Recipe(Trace trace) {
        int count = trace.nodes.size();
        this.ops = trace.key.ops();
        this.inputs = new int[count][];
        this.user = new int[count];
        this.position = new int[count];
        this.pending = new boolean[count];
        this.kept = new boolean[count];
        this.changes = new int[count];
        this.wanted = trace.wanted.size();
        this.roots = new int[wanted + trace.assigned.size()];
        for (int root = 0; root < roots.length; root++) {
            roots[root] = root < wanted ? trace.indexOf(trace.wanted.get(root)) : trace.assignedValues[root - wanted];
            user[roots[root]] = -1 - root;
        }
        for (int node = 0; node < count; node++) {
            Tensor tensor = trace.nodes.get(node);
            pending[node] = trace.values.get(node) == null;
            kept[node] = tensor.isKept();
            changes[node] = tensor.isLive() ? trace.assigned.indexOf(tensor.variable()) : -1;
            inputs[node] = new int[pending[node] ? tensor.inputs().size() : 0];
            for (int i = 0; i < inputs[node].length; i++) {
                inputs[node][i] = trace.indexOf(tensor.input(i));
                user[inputs[node][i]] = node; // users have higher numbers, so all are found from the end
                position[inputs[node][i]] = i;
            }
        }
        this.outputs = trace.outputs.stream().mapToInt(trace::indexOf).toArray();
    }

    /// What a run with these arguments binds, if its graph has this structure.
    ///
    /// @param changing the variables that are assigned
    Optional<Binding> match(List<Assignment> assignments, List<Tensor> asked, Set<Variable> changing) {
        if (asked.size() != wanted || assignments.size() != roots.length - wanted) {
            return Optional.empty();
        }
        Tensor[] nodes = new Tensor[ops.size()];
        List<@Nullable Value> values = new ArrayList<>(nodes.length);
        for (int node = nodes.length - 1; node >= 0; node--) {
            nodes[node] = user[node] >= 0
                    ? nodes[user[node]].input(position[node])
                    : root(assignments, asked, -1 - user[node]);
            if (!fits(node, nodes[node], assignments, changing)) {
                return Optional.empty();
            }
        }
        for (int root = 0; root < roots.length; root++) {
            if (root(assignments, asked, root) != nodes[roots[root]]) {
                return Optional.empty();
            }
        }
        for (int node = 0; node < nodes.length; node++) {
            for (int i = 0; i < inputs[node].length; i++) {
                if (nodes[node].input(i) != nodes[inputs[node][i]]) {
                    return Optional.empty();
                }
            }
            values.add(nodes[node].bound());
        }
        List<Tensor> stored = new ArrayList<>(outputs.length);
        for (int output : outputs) {
            stored.add(nodes[output]);
        }
        return Optional.of(new Binding(List.of(nodes), values, stored, Binding.variables(assignments)));
    }

    private Tensor root(List<Assignment> assignments, List<Tensor> asked, int root) {
        return root < wanted ? asked.get(root) : assignments.get(root - wanted).value();
    }

    private boolean fits(int node, Tensor tensor, List<Assignment> assignments, Set<Variable> changing) {
        Op op = ops.get(node);
        if (tensor.isKept() != kept[node] || (tensor.bound() == null) != pending[node]) {
            return false;
        }
        if (pending[node] || tensor.op() instanceof Leaf) {
            if (!op.equals(tensor.op()) || (pending[node] && tensor.inputs().size() != inputs[node].length)) {
                return false;
            }
        } else if (!(op instanceof Leaf.Data(var type)) || !type.equals(tensor.type())) {
            return false;
        }
        if (changes[node] >= 0) {
            return tensor.isLive()
                    && tensor.variable() == assignments.get(changes[node]).variable();
        }
        return !Trace.isLive(tensor, changing);
    }
}
