package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.tensor.Walk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a run has to compute: the structure, which decides the plan, and the leaf values of this run.
///
/// A node whose value is at hand counts as a feed.
final class Trace {
    final List<Tensor> nodes;
    final List<@Nullable Value> values = new ArrayList<>(); // of leaves; null for what is to be computed
    final List<Tensor> outputs = new ArrayList<>();
    final List<Variable> assigned;
    final List<Tensor> roots; // what is wanted, then the new values
    final int[] assignedValues; // node of each new value
    final Key key;
    private final Walk walk;

    /// The part that two runs of one plan have in common: the operation of each node; and per node the number of inputs
    /// and their indices, then the outputs, the assigned values and the leaves that read the assigned variables.
    static final class Key {
        private final List<Op> ops;
        private final int[] structure;
        private final int hash;

        private Key(List<Op> ops, int[] structure, int hash) {
            this.ops = ops;
            this.structure = structure;
            this.hash = 31 * hash + Arrays.hashCode(structure);
        }

        List<Op> ops() {
            return ops;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && hash == that.hash
                    && Arrays.equals(structure, that.structure)
                    && ops.equals(that.ops);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    Trace(List<Assignment> assignments, List<Tensor> wanted) {
        this(assignments, wanted, Evaluation.assigned(assignments));
    }

    /// @param changing the variables that are assigned
    Trace(List<Assignment> assignments, List<Tensor> wanted, Set<Variable> changing) {
        this.roots = roots(assignments, wanted);
        this.assigned = Plan.Binding.variables(assignments);
        this.walk = Evaluation.pending(roots);
        this.nodes = walk.nodes();
        List<Op> ops = new ArrayList<>(nodes.size());
        IntList structure = new IntList();
        int hash = 1;
        for (Tensor node : nodes) {
            Value value = node.bound();
            values.add(value);
            Op op = value == null || node.op() instanceof Leaf ? node.op() : new Leaf.Data(node.type());
            ops.add(op);
            hash = 31 * hash + op.hashCode();
            if (value == null) {
                structure.add(node.inputs().size());
                for (Tensor input : node.inputs()) {
                    structure.add(indexOf(input));
                }
            }
            if (node.isKept() && (value == null || isLive(node, changing))) {
                outputs.add(node);
            }
        }
        for (Tensor output : wanted) {
            if (!output.isKept() && (output.bound() == null || isLive(output, changing))) {
                outputs.add(output);
            }
        }
        structure.add(-1);
        for (Tensor output : outputs) {
            structure.add(indexOf(output));
        }
        structure.add(-1);
        assignedValues = new int[assignments.size()];
        for (int i = 0; i < assignedValues.length; i++) {
            Assignment assignment = assignments.get(i);
            assignedValues[i] = indexOf(assignment.value());
            structure.add(assignedValues[i]);
            structure.add(indexOf(assignment.variable().tensor()));
        }
        this.key = new Key(ops, structure.toArray(), hash);
    }

    /// The nodes that everything else is an input of: what is wanted, then the new values.
    static List<Tensor> roots(List<Assignment> assignments, List<Tensor> wanted) {
        List<Tensor> roots = new ArrayList<>(wanted.size() + assignments.size());
        roots.addAll(wanted);
        for (Assignment assignment : assignments) {
            roots.add(assignment.value());
        }
        return roots;
    }

    /// Whether the value at hand is the storage of a variable that this run changes.
    static boolean isLive(Tensor node, Set<Variable> changing) {
        return node.isLive() && changing.contains(node.variable());
    }

    Plan.Binding binding() {
        return new Plan.Binding(values, assigned);
    }

    int indexOf(Tensor node) {
        return walk.indexOf(node);
    }

    /// A growing array of ints.
    private static final class IntList {
        private int[] items = new int[256];
        private int size;

        void add(int item) {
            if (size == items.length) {
                items = Arrays.copyOf(items, 2 * size);
            }
            items[size++] = item;
        }

        int[] toArray() {
            return Arrays.copyOf(items, size);
        }
    }
}
