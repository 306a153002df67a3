package dev.nudge.tensor.plan;

import dev.nudge.tensor.Flops;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Graphs that compute the same in less memory: values that wait over the step at which most memory is
/// held are forgotten there, and computed again right before the first later step that reads them.
///
/// In a step of training that is the turn from the forward to the backward pass, and what waits are
/// activations. Copies of a node have its operation and operands of equal bits, so they have its bits;
/// random numbers too, which are functions of their key.
///
/// Two ways to choose what is kept:
/// - [#cheap()] forgets what can be computed at the speed of memory from what is kept (Korthikanti et
///   al. 2022, section 5: selective recomputation).
/// - [#segments(int)] keeps what leads from segment to segment of the forward pass, and the last segment
///   (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost", section 4.1).
final class Recompute {
    /// Floating-point operations for each byte read or written, up to which an operation waits for memory.
    private static final int CHEAP = 4;

    /// Most operations that are done again, one after the other, for a value that counts as cheap.
    private static final int LONGEST_CHAIN = 16;

    /// A graph and an order to compute it in. Its first nodes are those of the original, by number.
    record Variant(Graph graph, List<Integer> order) {}

    private final Graph graph;
    private final Schedule schedule;
    private final int[] readBy;
    private final int turn; // the step at which most bytes are held
    private final int[] readBefore; // by node: the last step up to the turn that reads it, or -1
    private final List<Integer> waiting = new ArrayList<>(); // nodes that are held over the turn, in the order of steps

    /// @param readBy by node: the last step that reads it; `MAX_VALUE` when it must outlive the run
    Recompute(Graph graph, Schedule schedule, int[] readBy) {
        this.graph = graph;
        this.schedule = schedule;
        this.readBy = readBy;
        this.turn = turn();
        this.readBefore = new int[readBy.length];
        Arrays.fill(readBefore, -1);
        for (int s = 0; s <= turn; s++) {
            for (int node : schedule.steps.get(s).nodes()) {
                for (Schedule.Operand operand : schedule.operands(node)) {
                    readBefore[operand.root()] = s;
                }
                if (isStored(node) && readBy[node] > turn && readBy[node] < Integer.MAX_VALUE) {
                    waiting.add(node);
                }
            }
        }
    }

    private boolean isStored(int node) {
        return schedule.stepOf[node] >= 0 && readBy[node] > schedule.stepOf[node];
    }

    private long bytes(int node) {
        return graph.get(node).type().bytes();
    }

    private int turn() {
        long[] change = new long[schedule.steps.size() + 1];
        for (int node = 0; node < readBy.length; node++) {
            if (isStored(node)) {
                change[schedule.stepOf[node]] += bytes(node);
                change[Math.min(readBy[node], schedule.steps.size() - 1) + 1] -= bytes(node);
            }
        }
        int turn = -1; // where there is no step
        long held = 0;
        long most = -1;
        for (int s = 0; s < schedule.steps.size(); s++) {
            held += change[s];
            if (held > most) {
                most = held;
                turn = s;
            }
        }
        return turn;
    }

    /// Number of values that could be forgotten.
    int candidates() {
        return waiting.size();
    }

    /// The graph in which only what is cheap is computed again.
    Variant cheap() {
        boolean[] kept = outliving();
        waiting.forEach(node -> kept[node] = true);
        boolean[] forgotten = new boolean[kept.length];
        for (int node : waiting) {
            if (isCheap(node, kept, forgotten, LONGEST_CHAIN)) {
                kept[node] = false;
                forgotten[node] = true;
            }
        }
        return variant(kept);
    }

    /// Whether a node and all that it is computed from, back to what is kept, are cheap. Not from what is
    /// forgotten itself, or the whole network would be computed again for one value.
    private boolean isCheap(int node, boolean[] kept, boolean[] forgotten, int longest) {
        List<Type> inputs = graph.types(graph.get(node).inputs());
        Type output = graph.get(node).type();
        long moved = output.bytes() + inputs.stream().mapToLong(Type::bytes).sum();
        if (longest == 0 || Flops.of(graph.get(node).op(), inputs, output) > CHEAP * moved) {
            return false;
        }
        for (Schedule.Operand operand : schedule.operands(node)) {
            int root = operand.root();
            boolean there = kept[root] || graph.get(root).op() instanceof Leaf;
            if (!there && (forgotten[root] || !isCheap(root, kept, forgotten, longest - 1))) {
                return false;
            }
        }
        return true;
    }

    /// The graph in which the forward pass is cut into `count` segments that hold about the same, where as
    /// little as possible leads over the cut.
    Variant segments(int count) {
        int[] cuts = cuts(count);
        boolean[] kept = outliving();
        for (int node = 0; node < kept.length; node++) {
            int step = schedule.stepOf[node];
            if (step >= 0 && step <= turn) {
                int read = readBefore[node];
                kept[node] |=
                        step > cuts[cuts.length - 1] || Arrays.stream(cuts).anyMatch(cut -> step <= cut && cut < read);
            }
        }
        return variant(kept);
    }

    private boolean[] outliving() {
        boolean[] kept = new boolean[readBy.length];
        for (int node = 0; node < kept.length; node++) {
            kept[node] = readBy[node] == Integer.MAX_VALUE;
        }
        return kept;
    }

    /// The last step of each segment but the last.
    private int[] cuts(int count) {
        long[] held = new long[turn + 1]; // by step: bytes that wait from it or one before
        long[] across = new long[turn + 2]; // by step: bytes that the forward pass reads after it
        waiting.forEach(node -> held[schedule.stepOf[node]] += bytes(node));
        for (int node = 0; node < readBefore.length; node++) {
            int step = schedule.stepOf[node];
            if (step >= 0 && step < readBefore[node]) {
                across[step] += bytes(node);
                across[readBefore[node]] -= bytes(node);
            }
        }
        for (int s = 1; s <= turn; s++) {
            held[s] += held[s - 1];
            across[s] += across[s - 1];
        }
        int[] cuts = new int[count - 1];
        for (int i = 0; i < cuts.length; i++) {
            double low = held[turn] * (i + 0.5) / count;
            double high = held[turn] * (i + 1.5) / count;
            cuts[i] = i == 0 ? 0 : cuts[i - 1];
            long least = Long.MAX_VALUE;
            for (int s = cuts[i]; s <= turn; s++) {
                if (held[s] >= low && held[s] < high && across[s] < least) {
                    least = across[s];
                    cuts[i] = s;
                }
            }
        }
        return cuts;
    }

    private Variant variant(boolean[] kept) {
        return new Rewriting(kept).variant();
    }

    /// The graph with copies of what is not kept, for the steps after the turn.
    private final class Rewriting {
        private final boolean[] kept;
        private final Graph result = graph.copy();
        private final List<Integer> order = new ArrayList<>();
        private final Map<Integer, Integer> copies = new HashMap<>();

        Rewriting(boolean[] kept) {
            this.kept = kept;
        }

        Variant variant() {
            for (int s = 0; s < schedule.steps.size(); s++) {
                for (int node : schedule.steps.get(s).nodes()) {
                    if (s > turn) {
                        Graph.Node old = graph.get(node);
                        old.inputs().forEach(this::prepare);
                        result.nodes.set(node, old.withInputs(copied(old)));
                    }
                    order.add(node);
                }
            }
            return new Variant(result, order);
        }

        /// Copies what has to be computed again to have `wanted`, without recursion, so that depth is no limit.
        private void prepare(int wanted) {
            Deque<Integer> stack = new ArrayDeque<>(List.of(wanted));
            while (!stack.isEmpty()) {
                int node = stack.peek();
                if (isThere(node)) {
                    stack.pop();
                    continue;
                }
                List<Integer> missing = graph.get(node).inputs().stream()
                        .filter(input -> !isThere(input))
                        .toList();
                missing.forEach(stack::push);
                if (missing.isEmpty()) {
                    copy(stack.pop());
                }
            }
        }

        private boolean isThere(int node) {
            return kept[node]
                    || copies.containsKey(node)
                    || schedule.stepOf[node] > turn
                    || graph.get(node).op() instanceof Leaf;
        }

        private void copy(int node) {
            Graph.Node old = graph.get(node);
            List<Integer> inputs = copied(old);
            if (schedule.stepOf[node] < 0 && inputs.equals(old.inputs())) { // moves nothing that changed
                copies.put(node, node);
                return;
            }
            result.nodes.add(old.withInputs(inputs));
            int copy = result.nodes.size() - 1;
            copies.put(node, copy);
            order.add(copy);
        }

        private List<Integer> copied(Graph.Node node) {
            return node.inputs().stream()
                    .map(input -> copies.getOrDefault(input, input))
                    .toList();
        }
    }
}
