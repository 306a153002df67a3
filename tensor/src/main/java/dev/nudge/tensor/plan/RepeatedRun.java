package dev.nudge.tensor.plan;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A run whose graph is known but for what its base is computed from.
///
/// It holds no plan, which may be given up meanwhile and made anew, and no node.
final class RepeatedRun {
    private final Trace.Key key;
    private final Recipe base;
    private final List<Variable> assigned;
    private final Set<Variable> changing;
    private final List<@Nullable Value> values; // by node; those of the base and of feeds only while it runs
    private final List<@Nullable Variable> reads; // by node: the variable that it reads outside the base
    private final int[] feeds; // nodes, -1 for what nothing depends on
    private final List<Type> types; // of the feeds
    private final int[] stored; // for each output the node of the base that gets it, or -1
    private final int[] asked; // outputs

    private RepeatedRun(PlannedExecution.Found found, Recipe base, List<Tensor> feeds, int[] asked) {
        this.key = found.plan().key;
        this.base = base;
        this.assigned = found.binding().assigned();
        this.changing = new HashSet<>(assigned); // variables are equal only to themselves
        this.values = new ArrayList<>(found.binding().values());
        this.reads = new ArrayList<>();
        for (Tensor node : found.nodes()) {
            reads.add(node.isLive() ? node.variable() : null);
        }
        this.feeds =
                feeds.stream().mapToInt(feed -> indexOf(found.nodes(), feed)).toArray();
        this.types = feeds.stream().map(Tensor::type).toList();
        this.stored = found.outputs().stream()
                .mapToInt(output -> indexOf(found.nodes(), output))
                .map(node -> Arrays.stream(base.outputs()).anyMatch(own -> own == node) ? node : -1)
                .toArray();
        this.asked = asked;
        for (int node : base.members()) {
            reads.set(node, null);
        }
        clear();
    }

    /// The run of `found` for repetition, if the graph of `base` is to be computed from its leaves
    /// on: what follows from it may read nodes behind one whose value is at hand.
    ///
    /// @param outputs whose values a repetition gives
    /// @param feeds   whose values it takes
    static Optional<RepeatedRun> of(
            PlannedExecution.Found found, List<Tensor> outputs, Tensor base, List<Tensor> feeds) {
        int root = indexOf(found.nodes(), base);
        int[] asked = outputs.stream()
                .mapToInt(output -> indexOf(found.outputs(), output))
                .toArray();
        if (root < 0 || Arrays.stream(asked).anyMatch(index -> index < 0)) {
            return Optional.empty();
        }
        Recipe recipe = found.plan().recipe.of(root);
        return isPending(recipe, found.nodes())
                ? Optional.of(new RepeatedRun(found, recipe, feeds, asked))
                : Optional.empty();
    }

    private static int indexOf(List<Tensor> nodes, Tensor node) {
        return nodes.indexOf(node); // nodes are equal only to themselves
    }

    private static boolean isPending(Recipe recipe, List<Tensor> nodes) {
        return Arrays.stream(recipe.members())
                .mapToObj(nodes::get)
                .allMatch(node -> node.inputs().isEmpty() || node.bound() == null);
    }

    /// Names the plan.
    Trace.Key key() {
        return key;
    }

    /// Runs `plan`, which is that of the key; see [Execution.Repetition#run].
    Optional<List<Value>> again(Plan plan, Tensor now, List<Value> numbers, boolean timed) {
        Execution.check(types, numbers.toArray(Value[]::new));
        Optional<List<Tensor>> found =
                base.match(List.of(now), assigned, changing).map(Arrays::asList);
        if (found.filter(nodes -> isPending(base, nodes)).isEmpty()) {
            return Optional.empty();
        }
        try {
            bind(found.get(), numbers);
            List<Value> results = plan.run(new Plan.Binding(values, assigned), timed);
            for (int i = 0; i < stored.length; i++) {
                if (stored[i] >= 0) {
                    found.get().get(stored[i]).store(results.get(i));
                }
            }
            return Optional.of(Arrays.stream(asked).mapToObj(results::get).toList());
        } finally {
            clear();
        }
    }

    private void bind(List<Tensor> nodes, List<Value> numbers) {
        for (int node : base.members()) {
            values.set(node, nodes.get(node).bound());
        }
        for (int node = 0; node < reads.size(); node++) {
            Variable variable = reads.get(node);
            if (variable != null) {
                values.set(node, variable.storage());
            }
        }
        for (int i = 0; i < feeds.length; i++) {
            if (feeds[i] >= 0) {
                values.set(feeds[i], numbers.get(i));
            }
        }
    }

    /// Holds on to nobody's inputs between runs.
    private void clear() {
        for (int node : base.members()) {
            values.set(node, null);
        }
    }
}
