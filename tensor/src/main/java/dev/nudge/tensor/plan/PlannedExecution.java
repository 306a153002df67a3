package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Computation;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.MemoryBudgetException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Computes graphs through plans: made once per structure, kept, and run in reused memory.
///
/// A structure is what [dev.nudge.tensor.Op] records and their connections say; elements of feeds are not part of it.
/// So the second step of a training loop compiles nothing; [#plans()] shows how many plans were made.
public final class PlannedExecution implements Execution {
    private static final int MOST_PLANS = 64;
    private static final int WARN_AFTER = 32;
    private static final int LATEST = 4; // plans that a graph is compared with before it is traced

    private final Backend backend;
    private final MemoryBudget budget;
    private final boolean timed;
    private final boolean least;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Trace.Key, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
    private long made;

    /// An execution on the backend that is installed; for the service loader, which needs a public constructor on the
    /// class path.
    public PlannedExecution() {
        this(Backend.load(), MemoryBudget.ofHeap(), false, false);
    }

    private PlannedExecution(Backend backend, MemoryBudget budget, boolean timed, boolean least) {
        this.backend = backend;
        this.budget = budget;
        this.timed = timed;
        this.least = least;
    }

    /// An execution on the given backend, with the memory that the heap has to give.
    public static PlannedExecution of(Backend backend) {
        return new PlannedExecution(backend, MemoryBudget.ofHeap(), false, false);
    }

    /// The same backend with another memory budget and no plans yet.
    ///
    /// Where a plan would take more, values are computed again instead of kept, as far as it takes: the same bits,
    /// later. A plan that takes more even so is refused, after those of other graphs have been given up for it.
    public PlannedExecution withBudget(MemoryBudget other) {
        return new PlannedExecution(backend, other, timed, least);
    }

    /// The same backend and budget, no plans yet, and plans that take as little memory as computing values again
    /// can bring: the same bits, later.
    public PlannedExecution withRecompute() {
        return new PlannedExecution(backend, budget, timed, true);
    }

    /// The same backend and budget, no plans yet, and a clock beside every step; see [#steps()].
    public PlannedExecution withTiming() {
        return new PlannedExecution(backend, budget, true, least);
    }

    /// Number of plans made so far.
    public long plans() {
        lock.lock();
        try {
            return made;
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that the plans hold for intermediate values.
    public long bytes() {
        lock.lock();
        try {
            return plans.values().stream().mapToLong(Plan::bytes).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that the plans would hold if they kept all values instead of computing some again.
    public long bytesKeepingAll() {
        lock.lock();
        try {
            return plans.values().stream().mapToLong(Plan::bytesKeepingAll).sum();
        } finally {
            lock.unlock();
        }
    }

    /// The backend that the kernels come from.
    public Backend backend() {
        return backend;
    }

    /// The steps that computing `outputs` takes; for looking, nothing is computed.
    public List<PlanStep> explain(List<Assignment> assignments, List<Tensor> outputs) {
        return Planner.plan(new Trace(assignments, outputs), backend, budget, least)
                .report();
    }

    /// The steps of each plan in the order they run, with the time they took where this execution measures it.
    public List<List<PlanStep>> steps() {
        lock.lock();
        try {
            return plans.values().stream().map(Plan::report).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run(List<Assignment> assignments, List<Tensor> outputs) {
        lock.lock();
        try {
            run(find(assignments, outputs));
        } finally {
            lock.unlock();
        }
    }

    /// Finds the nodes that `base` is computed from again, instead of all nodes, and binds the rest as it was.
    @Override
    public Optional<Repetition> runRepeatably(
            List<Assignment> assignments, List<Tensor> outputs, Tensor base, List<Tensor> feeds) {
        lock.lock();
        try {
            Found found = find(assignments, outputs);
            Optional<RepeatedRun> repeated = RepeatedRun.of(found, outputs, base, feeds); // before values change
            run(found);
            return repeated.map(run -> (now, values) -> repeat(run, now, values));
        } finally {
            lock.unlock();
        }
    }

    private Optional<List<Value>> repeat(RepeatedRun run, Tensor base, List<Value> feeds) {
        lock.lock();
        try {
            Plan plan = plans.get(run.key()); // which makes it the latest
            return plan == null ? Optional.empty() : run.again(plan, base, feeds, timed);
        } finally {
            lock.unlock();
        }
    }

    /// A plan for a graph.
    ///
    /// @param nodes   the nodes of the graph, by number
    /// @param outputs those whose values are stored
    record Found(Plan plan, List<Tensor> nodes, List<Tensor> outputs, Plan.Binding binding) {}

    private Found find(List<Assignment> assignments, List<Tensor> outputs) {
        Set<Variable> changing = Evaluation.assigned(assignments);
        List<Tensor> roots = Trace.roots(assignments, outputs);
        List<Variable> assigned = Plan.Binding.variables(assignments);
        Iterator<Plan> latest = plans.sequencedValues().reversed().iterator();
        for (int i = 0; i < LATEST && latest.hasNext(); i++) {
            Plan plan = latest.next();
            Optional<Tensor[]> match = plan.recipe.match(roots, assigned, changing);
            if (match.isPresent()) {
                plans.get(plan.key); // which makes it the latest
                List<Tensor> nodes = List.of(match.get());
                List<Tensor> stored = new ArrayList<>();
                for (int output : plan.recipe.outputs()) {
                    stored.add(nodes.get(output));
                }
                return new Found(plan, nodes, stored, Plan.Binding.of(nodes, assigned));
            }
        }
        Trace trace = new Trace(assignments, outputs, changing);
        return new Found(plan(trace), trace.nodes, trace.outputs, trace.binding());
    }

    private void run(Found found) {
        List<Value> results = found.plan.run(found.binding, timed);
        for (int i = 0; i < results.size(); i++) {
            found.outputs.get(i).store(results.get(i));
        }
    }

    /// Writes and plans the graph here, once; a run allocates little more than the output.
    @Override
    public Computation prepare(List<Type> inputs, Function<List<Tensor>, Tensor> graph) {
        List<Tensor> feeds =
                inputs.stream().map(type -> Tensor.data(Value.zeros(type))).toList();
        Tensor output = graph.apply(feeds);
        if (output.bound() != null) { // nothing to compute: an input or a variable as it is
            return Execution.super.prepare(inputs, graph);
        }
        lock.lock();
        try {
            Trace trace = new Trace(List.of(), List.of(output));
            Plan plan = plan(trace);
            Plan.Binding binding = trace.binding();
            int[] numbers = feeds.stream().mapToInt(trace::indexOf).toArray();
            int result = trace.outputs.indexOf(output);
            return values -> {
                Execution.check(inputs, values);
                lock.lock();
                try {
                    feed(binding, numbers, values);
                    return plan.run(binding, timed).get(result);
                } finally {
                    feed(binding, numbers, new Value[numbers.length]); // hold on to nobody's inputs
                    lock.unlock();
                }
            };
        } finally {
            lock.unlock();
        }
    }

    private Plan plan(Trace trace) {
        Plan plan = plans.get(trace.key);
        if (plan == null) {
            plan = make(trace);
            plans.put(trace.key, plan);
            count();
        }
        return plan;
    }

    private Plan make(Trace trace) {
        long held = held();
        try {
            return Planner.plan(trace, backend, new MemoryBudget(Math.max(1, budget.bytes() - held)), least);
        } catch (MemoryBudgetException beside) {
            if (held == 0) {
                throw beside;
            }
            plans.clear(); // better made again than this one not at all
            return Planner.plan(trace, backend, budget, least);
        }
    }

    private static void feed(Plan.Binding binding, int[] numbers, @Nullable Value[] values) {
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] >= 0) { // else the output does not depend on it
                binding.values().set(numbers[i], values[i]);
            }
        }
    }

    private long held() {
        return plans.values().stream().mapToLong(Plan::bytes).sum();
    }

    private void count() {
        made++;
        if (plans.size() > MOST_PLANS) {
            plans.remove(plans.keySet().iterator().next());
        }
        if (made == WARN_AFTER) {
            System.getLogger(PlannedExecution.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "{0} plans were made: a constant or a shape changes from step to step. Feed what changes"
                                    + " with Tensor.of, and keep the batch size.",
                            made);
        }
    }
}
