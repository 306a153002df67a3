package dev.nudge.tensor.plan;

import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// How the nodes of a trace, or those that one of them is computed from, are found again in another graph of the
/// structure: each as a root or as a certain input of a node that is found before.
///
/// A training loop writes the same graph step after step. Comparing it node by node with the one before costs a
/// tenth of a [Trace], which must find out from nothing what is shared with what.
final class Recipe {
    private final List<Op> ops;
    private final int[][] inputs; // by node: its inputs; none where its value is at hand
    private final boolean[] pending; // by node: whether it is to be computed
    private final boolean[] kept;
    private final int[] changes; // by node: the assignment whose variable it reads, or -1
    private final int assigned; // how many of the roots are new values
    private final int[] roots;
    private final int[] outputs; // the nodes whose values are stored
    private final int[] members; // the nodes that are looked for, users before inputs
    private final int[] user; // by node: a node that it is an input of, or -1 - the number of a root
    private final int[] position; // by node: which input of that

    Recipe(Trace trace) {
        int count = trace.nodes.size();
        this.ops = trace.key.ops();
        this.inputs = new int[count][];
        this.pending = new boolean[count];
        this.kept = new boolean[count];
        this.changes = new int[count];
        for (int node = 0; node < count; node++) {
            Tensor tensor = trace.nodes.get(node);
            pending[node] = trace.values.get(node) == null;
            kept[node] = tensor.isKept();
            changes[node] = tensor.isLive() ? trace.assigned.indexOf(tensor.variable()) : -1;
            inputs[node] = new int[pending[node] ? tensor.inputs().size() : 0];
            for (int i = 0; i < inputs[node].length; i++) {
                inputs[node][i] = trace.indexOf(tensor.input(i));
            }
        }
        this.assigned = trace.assigned.size();
        this.roots = trace.roots.stream().mapToInt(trace::indexOf).toArray();
        this.outputs = trace.outputs.stream().mapToInt(trace::indexOf).toArray();
        this.members = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
        this.user = new int[count];
        this.position = new int[count];
        findUsers();
    }

    private Recipe(Recipe whole, int root) {
        this.ops = whole.ops;
        this.inputs = whole.inputs;
        this.pending = whole.pending;
        this.kept = whole.kept;
        this.changes = whole.changes;
        this.assigned = whole.assigned;
        this.roots = new int[] {root};
        boolean[] within = new boolean[ops.size()];
        within[root] = true;
        for (int node = root; node >= 0; node--) { // users have higher numbers
            for (int i = 0; within[node] && i < inputs[node].length; i++) {
                within[inputs[node][i]] = true;
            }
        }
        this.outputs = Arrays.stream(whole.outputs).filter(node -> within[node]).toArray();
        this.members = Arrays.stream(whole.members).filter(node -> within[node]).toArray();
        this.user = new int[within.length];
        this.position = new int[within.length];
        findUsers();
    }

    private void findUsers() {
        for (int root = 0; root < roots.length; root++) {
            user[roots[root]] = -1 - root;
        }
        for (int member = members.length - 1; member >= 0; member--) {
            int node = members[member];
            for (int i = 0; i < inputs[node].length; i++) {
                user[inputs[node][i]] = node; // users have higher numbers, so all are found from the end
                position[inputs[node][i]] = i;
            }
        }
    }

    /// The recipe of those nodes alone that node `root` is computed from.
    Recipe of(int root) {
        return new Recipe(this, root);
    }

    /// The nodes whose values are stored, in the order of the trace.
    int[] outputs() {
        return outputs;
    }

    /// The nodes of this recipe, users before inputs.
    int[] members() {
        return members;
    }

    /// The nodes of a graph with these roots, by number, if it has this structure.
    ///
    /// @param variables those that are assigned, in order
    /// @param changing  the same as a set
    Optional<Tensor[]> match(List<Tensor> found, List<Variable> variables, Set<Variable> changing) {
        if (found.size() != roots.length || variables.size() != assigned) {
            return Optional.empty();
        }
        Tensor[] nodes = new Tensor[ops.size()];
        for (int node : members) {
            nodes[node] = user[node] >= 0 ? nodes[user[node]].input(position[node]) : found.get(-1 - user[node]);
            if (!fits(node, nodes[node], variables, changing)) {
                return Optional.empty();
            }
        }
        for (int root = 0; root < roots.length; root++) {
            if (found.get(root) != nodes[roots[root]]) {
                return Optional.empty();
            }
        }
        for (int node : members) {
            for (int i = 0; i < inputs[node].length; i++) {
                if (nodes[node].input(i) != nodes[inputs[node][i]]) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(nodes);
    }

    private boolean fits(int node, Tensor tensor, List<Variable> variables, Set<Variable> changing) {
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
            return tensor.isLive() && tensor.variable() == variables.get(changes[node]);
        }
        return !Trace.isLive(tensor, changing);
    }
}
