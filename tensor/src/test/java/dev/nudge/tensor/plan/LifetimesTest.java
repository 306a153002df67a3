package dev.nudge.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Follows which value lies in which array through the steps of a plan: every operand must still lie where it was put.
///
/// Knows the graph and the order of the steps, but not how the planner shares memory.
class LifetimesTest {
    private static final int GRAPHS = 300;

    @Test
    void noTwoLiveValuesShareAnArray() {
        int shared = 0;
        for (int i = 0; i < GRAPHS; i++) {
            shared += new Simulation(RandomKey.of(77).at(i), false).run();
        }
        assertTrue(shared > GRAPHS, "hardly any memory was reused: " + shared);
    }

    @Test
    void norDoTheyWhereSomeAreComputedAgain() {
        int again = 0;
        for (int i = 0; i < GRAPHS; i++) {
            Simulation simulation = new Simulation(RandomKey.of(78).at(i), true);
            simulation.run();
            again += simulation.plan.report().stream().anyMatch(PlanStep::isAgain) ? 1 : 0;
        }
        assertTrue(again > GRAPHS / 10, "hardly anything was computed again: " + again);
    }

    /// One random graph, its plan, and the value that each array holds.
    private static final class Simulation {
        private final RandomKey key;
        private final Trace trace;
        private final Graph graph;
        private final Schedule schedule;
        private final Plan plan;
        private final List<Integer> roots = new ArrayList<>();
        private final Map<Integer, Integer> holds = new HashMap<>(); // array number to node
        private int overwritten;

        Simulation(RandomKey key, boolean least) {
            this.key = key;
            Backend backend = new Backend.Reference();
            List<Tensor> outputs = new ArrayList<>();
            this.trace = new Trace(draw(outputs), outputs);
            Planner keeping = new Planner(trace, backend);
            Planner planner = least ? keeping.recomputing(0) : keeping;
            this.graph = planner.graph;
            trace.outputs.forEach(output -> roots.add(graph.ofTrace[trace.indexOf(output)]));
            for (int value : trace.assignedValues) {
                roots.add(graph.ofTrace[value]);
            }
            this.schedule = planner.schedule;
            this.plan = planner.build(0);
        }

        private List<Assignment> draw(List<Tensor> outputs) {
            List<Tensor> pool = new ArrayList<>();
            List<Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                parameters.add(Parameter.zeros(i == 0 ? new int[] {4, 4} : new int[] {4}));
                pool.add(parameters.get(i).tensor());
            }
            for (int i = 0; i < 30; i++) {
                RandomKey draw = key.at(i);
                Tensor a = pool.get(draw.below(0, pool.size()));
                Tensor b = pool.get(pool.size() - 1 - draw.below(1, Math.min(pool.size(), 4)));
                boolean matrix = a.shape().rank() == 2;
                pool.add(
                        switch (draw.below(2, 9)) {
                            case 0 -> a.tanh();
                            case 1 -> matrix ? a.matmul(a) : a.mul(a);
                            case 2 -> matrix ? a.sum(0) : a.flip(0);
                            case 3 -> matrix ? a.transpose() : a.reshape(4);
                            case 4 -> a.sub(0.5);
                            case 5 -> matrix ? a.reshape(16).reshape(4, 4) : a.detach();
                            case 6 -> a.softmax();
                            default -> a.add(b);
                        });
            }
            outputs.add(pool.getLast());
            outputs.add(pool.get(10 + key.below(50, 20)));
            List<Assignment> assignments = new ArrayList<>();
            for (Parameter parameter : parameters) {
                List<Tensor> fitting = pool.stream()
                        .filter(t -> t.type().equals(parameter.type()))
                        .filter(t -> !(root(t).op() instanceof Leaf))
                        .toList();
                if (!fitting.isEmpty()) {
                    assignments.add(new Assignment(parameter, fitting.get(key.below(60, fitting.size()))));
                }
            }
            return assignments;
        }

        private static Tensor root(Tensor tensor) {
            Tensor root = tensor;
            while (Graph.isAlias(root.op())) {
                root = root.input(0);
            }
            return root;
        }

        /// The number of times an array was given another value.
        int run() {
            assertEquals(schedule.steps.size(), plan.steps.size());
            for (int s = 0; s < plan.steps.size(); s++) {
                check(s, schedule.steps.get(s), plan.steps.get(s));
            }
            for (int i = 0; i < trace.outputs.size(); i++) {
                assertHolds(plan.outputs[i], graph.root(roots.get(i)), plan.steps.size());
            }
            for (int i = 0; i < plan.commits.length; i++) {
                int array = plan.commits[i] >= 0 ? plan.commits[i] : Plan.VARIABLES + i;
                assertHolds(array, graph.root(roots.get(trace.outputs.size() + i)), plan.steps.size());
            }
            return overwritten;
        }

        private void check(int s, Schedule.Step step, Plan.Step planned) {
            List<Schedule.Operand> operands = new ArrayList<>();
            for (int node : step.nodes()) {
                for (Schedule.Operand operand : schedule.operands(node)) {
                    boolean inside = step.isLoop() && step.nodes().contains(operand.root());
                    if (!inside && (!step.isLoop() || !operands.contains(operand))) {
                        operands.add(operand);
                    }
                }
            }
            assertEquals(operands.size(), planned.inputs.length);
            Set<Integer> readWhole = new HashSet<>();
            for (int i = 0; i < operands.size(); i++) {
                assertHolds(planned.inputs[i], operands.get(i).root(), s);
                if (!step.isLoop() || !operands.get(i).input().isFull()) {
                    readWhole.add(storage(planned.inputs[i]));
                }
            }
            List<Integer> results = step.nodes().stream()
                    .filter(node -> !step.isLoop() || isReadAfter(node, s))
                    .toList();
            assertEquals(results.size(), planned.outputs.length);
            Set<Integer> written = new HashSet<>();
            for (int i = 0; i < results.size(); i++) {
                int array = planned.outputs[i];
                assertTrue(written.add(array), () -> "step " + s + " writes two values to array " + array);
                assertFalse(
                        readWhole.contains(array), () -> "step " + s + " writes array " + array + " while reading it");
                overwritten += holds.put(array, results.get(i)) == null ? 0 : 1;
            }
        }

        private boolean isReadAfter(int node, int s) {
            for (int reader = 0; reader < graph.nodes.size(); reader++) {
                if (schedule.stepOf[reader] > s
                        && schedule.operands(reader).stream().anyMatch(operand -> operand.root() == node)) {
                    return true;
                }
            }
            return roots.stream().anyMatch(root -> graph.root(root) == node);
        }

        private void assertHolds(int array, int node, int s) {
            if (graph.get(node).op() instanceof Leaf) {
                assertFalse(
                        holds.containsKey(storage(array)),
                        () -> "step " + s + " reads the old value of a variable that was overwritten");
            } else {
                assertEquals(node, holds.get(array), () -> "step " + s + " finds another value in array " + array);
            }
        }

        /// The array of a variable, whether it is reached as a leaf or to be assigned.
        private int storage(int array) {
            if (array >= Plan.FEEDS && array < Plan.VARIABLES) {
                Tensor leaf = trace.nodes.get(array - Plan.FEEDS);
                int assigned = leaf.variable() == null ? -1 : trace.assigned.indexOf(leaf.variable());
                return assigned < 0 ? array : Plan.VARIABLES + assigned;
            }
            return array;
        }
    }
}
