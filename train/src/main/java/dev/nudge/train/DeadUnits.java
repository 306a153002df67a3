package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Variable;
import dev.nudge.train.data.Batch;
import dev.nudge.train.io.Warning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds layers whose rectified linear units have all died: they put out 0 for every example, so no gradient comes
/// through them, and what lies before them no longer learns.
///
/// The norms of the gradients, which every step computes anyway, raise the suspicion: a parameter without any
/// gradient for [#STEPS] steps in a row. Only then are the activations looked at, once, because a parameter may as
/// well be unused. A loss of 0 leaves nothing to learn and does not count.
final class DeadUnits {
    private static final int STEPS = 100;

    private final Layer model;
    private final Map<String, Integer> idle = new HashMap<>(); // steps in a row, by path of the parameter
    private final Set<String> named = new HashSet<>();

    DeadUnits(Layer model) {
        this.model = model;
    }

    /// The layers that are found dead by the step that did `result` with `batch`, each once.
    List<Warning> after(Optimizer.Result result, Batch batch) {
        boolean suspicious = false;
        for (Map.Entry<String, Double> norm : result.gradientNorms().entrySet()) {
            if (norm.getValue() == 0 && result.loss() != 0) {
                suspicious |= idle.merge(norm.getKey(), 1, Integer::sum) == STEPS;
            } else {
                idle.remove(norm.getKey());
            }
        }
        return suspicious ? look(batch) : List.of();
    }

    private List<Warning> look(Batch batch) {
        Map<Variable, String> paths = new IdentityHashMap<>();
        model.parameters().forEach((path, parameter) -> paths.put(parameter, path));
        List<Tensor> units = new ArrayList<>();
        List<Tensor> sums = new ArrayList<>(); // 0 exactly where all of a layer's activations are
        for (Tensor node : Evaluation.topological(List.of(model.forward(batch.inputs(), Pass.inference())))) {
            if (node.op() instanceof Unary.Relu && isBehindIdle(node, paths)) {
                units.add(node);
                sums.add(node.sum().keep());
            }
        }
        Execution.current().run(List.of(), sums);
        Set<String> dead = new TreeSet<>();
        Set<String> alive = new HashSet<>(); // a layer may run several times
        for (int i = 0; i < units.size(); i++) {
            (sums.get(i).item() == 0 ? dead : alive).add(units.get(i).path());
        }
        dead.removeAll(alive);
        return dead.stream().filter(named::add).map(DeadUnits::warning).toList();
    }

    /// Whether a parameter that has long had no gradient comes before `node`.
    private boolean isBehindIdle(Tensor node, Map<Variable, String> paths) {
        return Evaluation.topological(List.of(node)).stream()
                .map(before -> paths.get(before.variable()))
                .anyMatch(path -> path != null && idle.getOrDefault(path, 0) >= STEPS);
    }

    private static Warning warning(String path) {
        return new Warning(
                "W705",
                path.isEmpty() ? "the model" : "layer " + path,
                "100 % zero activations, no gradient for " + STEPS + " steps: these rectified linear units are dead and"
                        + " what lies before them no longer learns. Lower the learning rate and start again, or use"
                        + " LeakyRelu");
    }
}
