package dev.nudge.tensor.plan;

import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Flops;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.MemoryBudgetException;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.ReferenceKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Makes a [Plan] from a [Trace]: which kernels run in which order on which memory.
///
/// An array may be reused once its last reader has run. A variable is written in place when no later step reads its old
/// value; otherwise its new value waits in memory of its own until the end of the run.
final class Planner {
    /// The memory of segments falls with their number, that of what leads from one to the next grows.
    private static final int MOST_SEGMENTS = 16;

    private final Trace trace;
    private final Backend backend;
    final Graph graph;
    final Schedule schedule;
    private final List<Integer> outputs; // node of each output
    private final List<Integer> assigned; // node of each new value
    private final int[] readBy; // last step that reads the array of a node; MAX_VALUE when it must outlive the run
    private final int[] array; // by node: index in the table of arrays, -1 where there is none
    private final Map<Integer, Integer> assignedRead = new HashMap<>(); // leaf to the array of its variable
    private final List<List<Integer>> results = new ArrayList<>(); // by step: the nodes that leave it
    private final Slots slots = new Slots();
    private final List<Value> constants = new ArrayList<>();

    /// Keeps all values.
    Planner(Trace trace, Backend backend) {
        this.trace = trace;
        this.backend = backend;
        this.graph = new Graph(trace, backend);
        this.outputs =
                trace.outputs.stream().map(o -> graph.ofTrace[trace.indexOf(o)]).toList();
        this.assigned = new ArrayList<>();
        for (int value : trace.assignedValues) {
            assigned.add(copyIfLeaf(graph.ofTrace[value]));
        }
        List<Integer> roots = roots();
        this.schedule = new Schedule(graph, Order.of(graph, roots), roots);
        this.readBy = readBy();
        this.array = new int[graph.nodes.size()];
        lay();
    }

    /// The same work done in another way.
    private Planner(Planner original, Recompute.Variant variant) {
        this.trace = original.trace;
        this.backend = original.backend;
        this.graph = variant.graph();
        this.outputs = original.outputs;
        this.assigned = original.assigned;
        this.schedule = new Schedule(graph, variant.order(), roots());
        this.readBy = readBy();
        this.array = new int[graph.nodes.size()];
        lay();
    }

    private List<Integer> roots() {
        List<Integer> roots = new ArrayList<>(outputs);
        roots.addAll(assigned);
        return roots;
    }

    private int[] readBy() {
        int[] readBy = new int[graph.nodes.size()];
        Arrays.fill(readBy, -1);
        for (int node = 0; node < readBy.length; node++) {
            if (schedule.stepOf[node] >= 0) {
                for (Schedule.Operand operand : schedule.operands(node)) {
                    readBy[operand.root()] = Math.max(readBy[operand.root()], schedule.stepOf[node]);
                }
            }
        }
        roots().forEach(root -> readBy[graph.root(root)] = Integer.MAX_VALUE);
        return readBy;
    }

    /// A plan within the budget. Where keeping all values would take more, or if as little memory as possible is
    /// wanted, some are computed again.
    ///
    /// @param least whether as little memory as possible is wanted
    /// @throws MemoryBudgetException if that takes too much too
    static Plan plan(Trace trace, Backend backend, MemoryBudget budget, boolean least) {
        Planner keeping = new Planner(trace, backend);
        long kept = keeping.slots.bytes();
        Planner planner = least || kept > budget.bytes() ? keeping.recomputing(least ? 0 : budget.bytes()) : keeping;
        if (planner.slots.bytes() > budget.bytes()) {
            throw planner.tooLarge(budget, kept);
        }
        return planner.build(kept);
    }

    /// The first way to compute values again that takes at most `bytes`, else the one that takes the least.
    Planner recomputing(long bytes) {
        Recompute recompute = new Recompute(graph, schedule, readBy);
        Planner best = this;
        int segments = 1;
        while (best.slots.bytes() > bytes && segments <= Math.min(MOST_SEGMENTS, recompute.candidates())) {
            Recompute.Variant variant = segments == 1 ? recompute.cheap() : recompute.segments(segments);
            Planner other = new Planner(this, variant);
            if (other.slots.bytes() < best.slots.bytes()) {
                best = other;
            }
            segments++;
        }
        return best;
    }

    /// A value to assign must be computed: a leaf is copied, since leaves may be overwritten during the run.
    private int copyIfLeaf(int node) {
        int root = graph.root(node);
        if (!(graph.get(root).op() instanceof Leaf)) {
            return node;
        }
        Type type = graph.get(root).type();
        List<Integer> starts =
                IntStream.range(0, type.shape().rank()).mapToObj(i -> 0).toList();
        List<Integer> lengths = Arrays.stream(type.shape().toArray()).boxed().toList();
        graph.nodes.add(new Graph.Node(new Movement.Slice(starts, lengths), List.of(root), type, "", -1));
        return graph.nodes.size() - 1;
    }

    /// Numbers of the table of arrays: slots from 0, then the constants, the feeds and the assigned variables.
    private void lay() {
        Arrays.fill(array, -1);
        Map<Integer, Integer> inPlace = inPlace(); // node to the assigned variable that holds it
        List<int[]> released = releases();
        for (int s = 0; s < schedule.steps.size(); s++) {
            Schedule.Step step = schedule.steps.get(s);
            for (int node : step.nodes()) {
                schedule.operands(node).forEach(operand -> bindLeaf(operand.root()));
            }
            List<Integer> results = step.isLoop() ? leaving(step, s) : step.nodes();
            Map<Integer, Integer> overwritten = step.isLoop() ? overwritable(step, s, results, inPlace) : Map.of();
            for (int result : results) {
                Integer variable = inPlace.get(result);
                Integer dying = overwritten.get(result);
                array[result] = variable != null
                        ? Plan.VARIABLES + variable
                        : dying != null
                                ? array[dying]
                                : slots.take(graph.get(result).type());
            }
            this.results.add(results);
            for (int node : released.get(s)) {
                if (array[node] >= 0 && array[node] < Plan.CONSTANTS && !overwritten.containsValue(node)) {
                    slots.release(array[node]);
                }
            }
        }
        outputs.forEach(output -> bindLeaf(graph.root(output)));
    }

    /// @param kept bytes that keeping all values would take
    Plan build(long kept) {
        List<Plan.Step> steps = new ArrayList<>();
        for (int s = 0; s < schedule.steps.size(); s++) {
            Schedule.Step step = schedule.steps.get(s);
            steps.add(
                    step.isLoop()
                            ? loop(step, results.get(s))
                            : call(step.nodes().getFirst()));
        }
        Preparations.share(steps);
        int[] commits = new int[assigned.size()]; // array to copy into each variable at the end, or -1
        for (int i = 0; i < commits.length; i++) {
            int from = array[graph.root(assigned.get(i))];
            commits[i] = from == Plan.VARIABLES + i ? -1 : from;
        }
        int[] results = outputs.stream().mapToInt(o -> array[graph.root(o)]).toArray();
        return new Plan(
                trace,
                Epilogues.join(steps),
                slots.allocate(),
                constants.stream().map(Value::array).toArray(),
                results,
                commits,
                slots.bytes(),
                kept);
    }

    private void bindLeaf(int node) {
        if (array[node] < 0 && graph.get(node).op() instanceof Leaf leaf) {
            if (leaf instanceof Leaf.Constant constant) {
                Value value = Value.zeros(constant.type());
                constant.reference(List.of(), value);
                constants.add(value);
                array[node] = Plan.CONSTANTS + constants.size() - 1;
            } else {
                array[node] = Plan.FEEDS + graph.get(node).feed();
            }
        }
    }

    /// The nodes whose arrays are free after each step.
    private List<int[]> releases() {
        List<List<Integer>> lists = new ArrayList<>();
        schedule.steps.forEach(step -> lists.add(new ArrayList<>()));
        for (int node = 0; node < readBy.length; node++) {
            if (schedule.stepOf[node] >= 0 && readBy[node] < Integer.MAX_VALUE && readBy[node] >= 0) {
                lists.get(readBy[node]).add(node);
            }
        }
        return lists.stream()
                .map(list -> list.stream().mapToInt(i -> i).toArray())
                .toList();
    }

    /// Members of a loop that are read after it.
    private List<Integer> leaving(Schedule.Step step, int s) {
        return step.nodes().stream().filter(node -> readBy[node] > s).toList();
    }

    /// New values that can be written straight into their variable.
    private Map<Integer, Integer> inPlace() {
        Map<Integer, Integer> inPlace = new LinkedHashMap<>();
        int lastFallible = lastFallible();
        for (int i = 0; i < assigned.size(); i++) {
            int value = graph.root(assigned.get(i));
            int step = schedule.stepOf[value];
            int read = trace.indexOf(trace.assigned.get(i).tensor());
            if (read >= 0) {
                assignedRead.put(graph.ofTrace[read], Plan.VARIABLES + i);
            }
            if (step > lastFallible
                    && !inPlace.containsKey(value)
                    && (read < 0 || readableUntil(graph.ofTrace[read], step))) {
                inPlace.put(value, i);
            }
        }
        return inPlace;
    }

    /// The last step that may find an index outside its table. Variables must not change before: a run that fails
    /// assigns nothing.
    private int lastFallible() {
        int last = -1;
        for (int node = 0; node < readBy.length; node++) {
            Op op = graph.get(node).op();
            if (op instanceof Indexing || op instanceof Fused) {
                last = Math.max(last, schedule.stepOf[node]);
            }
        }
        return last;
    }

    /// Whether the array of `leaf` may be overwritten element by element in `step`.
    private boolean readableUntil(int leaf, int step) {
        if (readBy[leaf] > step) {
            return false;
        }
        if (readBy[leaf] < step) {
            return true;
        }
        return schedule.steps.get(step).isLoop() && onlyFullReads(leaf, step);
    }

    private boolean onlyFullReads(int root, int step) {
        return schedule.steps.get(step).nodes().stream()
                .flatMap(node -> schedule.operands(node).stream())
                .filter(operand -> operand.root() == root)
                .allMatch(operand -> operand.input().isFull());
    }

    /// Results of a loop that can take over the array of an operand that nothing reads afterwards: of the one
    /// computed last, which a cache may still hold, and whose step the loop may be joined to ([Epilogues]).
    private Map<Integer, Integer> overwritable(
            Schedule.Step step, int s, List<Integer> results, Map<Integer, Integer> inPlace) {
        List<Integer> dying = step.nodes().stream()
                .flatMap(node -> schedule.operands(node).stream())
                .map(Schedule.Operand::root)
                .distinct()
                .filter(root -> readBy[root] == s
                        && schedule.stepOf[root] != s
                        && array[root] >= 0
                        && array[root] < Plan.CONSTANTS
                        && onlyFullReads(root, s))
                .sorted(Comparator.comparingInt((Integer root) -> schedule.stepOf[root])
                        .reversed())
                .collect(Collectors.toCollection(ArrayList::new));
        Map<Integer, Integer> overwritten = new LinkedHashMap<>();
        for (int result : results) {
            if (inPlace.containsKey(result)) {
                continue;
            }
            for (int root : dying) {
                if (graph.get(root).type().dtype() == graph.get(result).type().dtype()) {
                    overwritten.put(result, root);
                    dying.remove((Integer) root);
                    break;
                }
            }
        }
        return overwritten;
    }

    private Plan.Step call(int index) {
        Graph.Node node = graph.get(index);
        List<Type> types = graph.types(node.inputs());
        Kernel kernel = backend.kernel(node.op(), types, node.type())
                .orElseGet(() -> ReferenceKernels.of(node.op(), types, node.type()));
        int[] inputs = schedule.operands(index).stream()
                .mapToInt(operand -> array[operand.root()])
                .toArray();
        PlanStep about = PlanStep.of(
                name(node.op().name(), graph.isCopy(index)),
                node.path(),
                types,
                List.of(node.type()),
                Flops.of(node.op(), types, node.type()));
        return new Plan.Step(about, kernel, null, inputs, new int[] {array[index]});
    }

    private Plan.Step loop(Schedule.Step step, List<Integer> results) {
        Map<Schedule.Operand, Integer> inputs = new LinkedHashMap<>();
        Map<Integer, Integer> member = new LinkedHashMap<>();
        for (int node : step.nodes()) {
            member.put(node, member.size());
            for (Schedule.Operand operand : schedule.operands(node)) {
                if (!member.containsKey(operand.root())) {
                    inputs.putIfAbsent(operand, inputs.size());
                }
            }
        }
        List<Loop.Step> steps = new ArrayList<>();
        for (int node : step.nodes()) {
            List<Integer> arguments = new ArrayList<>();
            for (Schedule.Operand operand : schedule.operands(node)) {
                Integer inside = member.get(operand.root());
                arguments.add(
                        inside == null ? inputs.getOrDefault(operand, -1) : Integer.valueOf(inputs.size() + inside));
            }
            steps.add(new Loop.Step(
                    (Elementwise) graph.get(node).op(),
                    arguments,
                    graph.get(node).type().dtype()));
        }
        int[] from = inputs.keySet().stream()
                .mapToInt(operand -> array[operand.root()])
                .toArray();
        List<Loop.Output> outputs = new ArrayList<>();
        for (int result : results) {
            int overwrites = -1;
            for (Map.Entry<Schedule.Operand, Integer> input : inputs.entrySet()) {
                if (sameArray(input.getKey().root(), result)) {
                    overwrites = input.getValue();
                }
            }
            outputs.add(new Loop.Output(member.getOrDefault(result, -1), overwrites));
        }
        Graph.Node last = graph.get(step.nodes().getLast());
        Loop loop = new Loop(
                last.type().shape().elements(),
                inputs.keySet().stream().map(Schedule.Operand::input).toList(),
                steps,
                outputs);
        Kernel kernel = backend.loop(loop).orElseGet(() -> ReferenceKernels.of(loop));
        String name = steps.stream().map(s -> s.op().name()).collect(Collectors.joining("+"));
        PlanStep about = PlanStep.of(
                name(name, step.nodes().stream().anyMatch(graph::isCopy)),
                last.path(),
                inputs.keySet().stream().map(Schedule.Operand::source).toList(),
                graph.types(results),
                (long) loop.elements() * steps.size());
        return new Plan.Step(
                about,
                kernel,
                loop,
                from,
                results.stream().mapToInt(r -> array[r]).toArray());
    }

    private static String name(String operation, boolean isCopy) {
        return isCopy ? PlanStep.AGAIN + operation : operation;
    }

    private boolean sameArray(int operand, int result) {
        return array[operand] == array[result] || assignedRead.getOrDefault(operand, -1) == array[result];
    }

    private MemoryBudgetException tooLarge(MemoryBudget budget, long kept) {
        String largest = IntStream.range(0, graph.nodes.size())
                .filter(node -> schedule.stepOf[node] >= 0)
                .boxed()
                .map(graph::get)
                .sorted(Comparator.comparingLong(
                        (Graph.Node node) -> -node.type().bytes()))
                .limit(5)
                .map(node -> node.op().name() + " " + node.type() + (node.path().isEmpty() ? "" : " in " + node.path())
                        + " (" + node.type().bytes() + " bytes)")
                .collect(Collectors.joining(", "));
        return new MemoryBudgetException("error[E614] plan: needs " + kept + " bytes of memory"
                + (slots.bytes() < kept ? ", " + slots.bytes() + " where activations are computed again" : "")
                + ", the budget is " + budget.bytes() + ". Largest: " + largest
                + ". Use a smaller batch or layer, or a larger heap (-Xmx).");
    }
}
