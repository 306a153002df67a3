package dev.nudge.tensor.plan;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Loop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The order in which a graph is computed, with element-wise chains gathered into loops. Pure data.
///
/// Nodes are placed from the last to the first, each as late as its users allow: an element-wise node joins the loop of
/// the earliest step that uses it when every such use there is element by element, so values that only a chain needs
/// never reach memory; failing that, a loop that reads the same operand. Nodes that nothing needs are left out.
final class Schedule {
    private static final int LONGEST_LOOP = 48;

    /// Elements up to which a loop costs less than the step it saves, so that loops with nothing but a number in common
    /// are put together.
    private static final int SHORT = 4096;

    /// A step: either one operation on whole arrays or the members of a loop, in order.
    record Step(boolean isLoop, List<Integer> nodes) {}

    /// How a node reads an operand: the node that holds the array, the array's type, and the shape it is read as.
    record Operand(int root, Type source, Shape space) {
        Loop.Input input() {
            return new Loop.Input(source, space);
        }
    }

    final List<Step> steps = new ArrayList<>();
    final int[] stepOf; // by node; -1 for nodes that no step computes
    private final Graph graph;
    private final int[] linked; // by node: another of its chain, or itself

    /// @param order the nodes, operands before users
    Schedule(Graph graph, List<Integer> order, List<Integer> roots) {
        this.graph = graph;
        int size = graph.nodes.size();
        this.linked = new int[size];
        linkChains();
        boolean[] needed = new boolean[size];
        roots.forEach(root -> needed[graph.root(root)] = true);
        int[] latestUse = new int[size]; // counted from the end: the earliest step that uses the node
        int[] latestWhole = new int[size]; // the same over uses that are not element by element
        Arrays.fill(latestUse, -1);
        Arrays.fill(latestWhole, -1);
        stepOf = new int[size];
        Arrays.fill(stepOf, -1);
        List<Step> reversed = new ArrayList<>();
        for (int node : order.reversed()) {
            if (!needed[node] || graph.get(node).op() instanceof Leaf) {
                continue;
            }
            boolean loop = graph.get(node).op() instanceof Elementwise;
            int step = loop ? loopFor(node, reversed, latestUse[node], latestWhole[node]) : -1;
            if (step >= 0) {
                reversed.get(step).nodes().add(node);
            } else {
                step = reversed.size();
                reversed.add(new Step(loop, new ArrayList<>(List.of(node))));
            }
            stepOf[node] = step;
            for (Operand operand : operands(node)) {
                needed[operand.root()] = true;
                latestUse[operand.root()] = Math.max(latestUse[operand.root()], step);
                if (!loop || !operand.input().isFull()) {
                    latestWhole[operand.root()] = Math.max(latestWhole[operand.root()], step);
                }
            }
        }
        for (Step step : reversed.reversed()) {
            Collections.reverse(step.nodes());
            step.nodes().forEach(node -> stepOf[node] = steps.size());
            steps.add(step);
        }
    }

    /// The loop that an element-wise node joins, counted from the end: that of its earliest user, else the earliest one
    /// that reads one of its operands, as the updates of a parameter and of its optimizer state do; -1 for none.
    private int loopFor(int node, List<Step> reversed, int latestUse, int latestWhole) {
        if (latestUse >= 0 && latestWhole < latestUse && fits(reversed.get(latestUse), node)) {
            return latestUse;
        }
        for (int step = reversed.size() - 1; step > latestUse; step--) {
            if (fits(reversed.get(step), node) && sharesOperand(reversed.get(step), node)) {
                return step;
            }
        }
        return -1;
    }

    /// Whether it reads what the step reads too.
    ///
    /// Of a long loop only arrays count, and numbers where the node belongs to the chains of the step:
    /// the more arrays a loop goes over, the worse the processor foresees what it needs, and a number
    /// that is read once more costs nothing.
    private boolean sharesOperand(Step step, int node) {
        boolean isShort = graph.get(node).type().shape().elements() <= SHORT;
        boolean numbersCount = isShort || step.nodes().stream().anyMatch(member -> chain(member) == chain(node));
        List<Integer> roots = operands(node).stream()
                .filter(operand -> numbersCount || operand.input().isFull())
                .map(Operand::root)
                .toList();
        return step.nodes().stream()
                .flatMap(member -> operands(member).stream())
                .anyMatch(operand -> roots.contains(operand.root()));
    }

    /// Links element-wise nodes of one size that are computed from one another.
    private void linkChains() {
        Arrays.setAll(linked, node -> node);
        for (int node = 0; node < linked.length; node++) {
            if (graph.get(node).op() instanceof Elementwise) {
                for (Operand operand : operands(node)) {
                    if (operand.input().isFull() && graph.get(operand.root()).op() instanceof Elementwise) {
                        linked[chain(node)] = chain(operand.root());
                    }
                }
            }
        }
    }

    /// The node that stands for all that are linked with `node`.
    private int chain(int node) {
        while (linked[node] != node) {
            linked[node] = linked[linked[node]];
            node = linked[node];
        }
        return node;
    }

    private boolean fits(Step step, int node) {
        return step.isLoop()
                && step.nodes().size() < LONGEST_LOOP
                && graph.get(step.nodes().getFirst()).type().shape().elements()
                        == graph.get(node).type().shape().elements()
                && numbers(node) != null
                && numbers(node) == numbers(step.nodes().getFirst());
    }

    /// The one element type of a node and its operands, truth values aside; null where there are several.
    ///
    /// A loop keeps to one: a backend may have kernels for one type and not for another, and the bits of a value
    /// must not depend on what is computed beside it.
    private @Nullable DType numbers(int node) {
        DType numbers = graph.get(node).type().dtype();
        for (Operand operand : operands(node)) {
            DType dtype = operand.source().dtype();
            if (numbers == DType.BOOL) {
                numbers = dtype;
            } else if (dtype != DType.BOOL && dtype != numbers) {
                return null;
            }
        }
        return numbers;
    }

    /// The operands of a node. Loops read through broadcasts; other operations need whole arrays.
    List<Operand> operands(int index) {
        Graph.Node node = graph.get(index);
        List<Operand> operands = new ArrayList<>();
        for (int input : node.inputs()) {
            Graph.Node operand = graph.get(input);
            if (node.op() instanceof Elementwise && operand.op() instanceof Movement.Broadcast) {
                int source = operand.inputs().getFirst();
                operands.add(new Operand(
                        graph.root(source),
                        graph.get(source).type(),
                        operand.type().shape()));
            } else {
                operands.add(new Operand(
                        graph.root(input), operand.type(), operand.type().shape()));
            }
        }
        return operands;
    }
}
