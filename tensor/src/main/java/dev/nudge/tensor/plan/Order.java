package dev.nudge.tensor.plan;

import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Leaf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The order in which the nodes of a graph are computed, as far as loops do not change it.
///
/// Each node right before the first that needs it; but a node that is smaller than what it is computed
/// from as soon as that is there. So the gradient of a weight follows that of its layer's result, which
/// can then be forgotten together with what the layer was given.
final class Order {
    private final Graph graph;
    private final List<List<Integer>> users = new ArrayList<>(); // by node: those that are needed
    private final int[] missing; // by node: operands that are not yet computed
    private final boolean[] done;
    private final List<Integer> order = new ArrayList<>();

    private Order(Graph graph, List<Integer> roots) {
        this.graph = graph;
        int size = graph.nodes.size();
        this.missing = new int[size];
        this.done = new boolean[size];
        boolean[] needed = new boolean[size];
        roots.forEach(root -> needed[root] = true);
        for (int node = 0; node < size; node++) {
            users.add(new ArrayList<>());
        }
        for (int node = size - 1; node >= 0; node--) { // operands have smaller numbers
            if (needed[node]) {
                for (int operand : operands(node)) {
                    needed[operand] = true;
                    users.get(operand).add(node);
                    missing[node]++;
                }
            }
        }
    }

    /// The nodes that `roots` need and that are to be computed, operands before users.
    static List<Integer> of(Graph graph, List<Integer> roots) {
        Order order = new Order(graph, roots);
        roots.forEach(order::visit);
        return order.order;
    }

    /// Computes what `root` needs, then `root`, without recursion, so that depth is no limit.
    private void visit(int root) {
        Deque<Integer> stack = new ArrayDeque<>(List.of(root));
        while (!stack.isEmpty()) {
            int node = stack.peek();
            int before = operands(node).stream()
                    .filter(operand -> !done[operand])
                    .findFirst()
                    .orElse(-1);
            if (done[node] || graph.get(node).op() instanceof Leaf) {
                stack.pop();
            } else if (before >= 0) {
                stack.push(before);
            } else {
                compute(stack.pop());
            }
        }
    }

    /// Computes a node, and those that are smaller than what they then have.
    private void compute(int first) {
        Deque<Integer> ready = new ArrayDeque<>(List.of(first));
        while (!ready.isEmpty()) {
            int node = ready.pop();
            if (!done[node]) {
                done[node] = true;
                order.add(node);
                for (int user : users.get(node)) {
                    if (--missing[user] == 0 && saves(user)) {
                        ready.add(user);
                    }
                }
            }
        }
    }

    /// Whether having a node takes less memory than having what it is computed from. Where an
    /// element-wise node is computed, its loop decides.
    private boolean saves(int node) {
        if (Graph.isAlias(graph.get(node).op())) {
            return true;
        }
        long bytes = 0;
        for (int operand : operands(node)) {
            bytes += graph.get(operand).type().bytes();
        }
        return !(graph.get(node).op() instanceof Elementwise)
                && graph.get(node).type().bytes() < bytes;
    }

    /// What has to be computed before a node. Of one that only passes its first operand on, that one.
    private List<Integer> operands(int node) {
        List<Integer> inputs = graph.get(node).inputs();
        List<Integer> used = Graph.isAlias(graph.get(node).op()) ? inputs.subList(0, 1) : inputs;
        return used.stream()
                .filter(operand -> !(graph.get(operand).op() instanceof Leaf))
                .toList();
    }
}
