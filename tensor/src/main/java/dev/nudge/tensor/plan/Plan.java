package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A graph made ready to run: kernels in order over arrays that were laid out once.
///
/// Arrays are numbered: memory slots from 0, then constants, feeds (leaves of the trace) and assigned variables from
/// the offsets below. What changes from run to run is bound by number; nothing is allocated but the outputs.
final class Plan {
    static final int CONSTANTS = 1 << 24;
    static final int FEEDS = 2 << 24;
    static final int VARIABLES = 3 << 24;
    private static final int NUMBER = (1 << 24) - 1;

    /// What one run of a plan reads and writes.
    ///
    /// @param values   of the nodes, by number, where they are at hand, else null
    /// @param assigned the variables that get new values
    record Binding(List<@Nullable Value> values, List<Variable> assigned) {
        static Binding of(List<Tensor> nodes, List<Variable> assigned) {
            List<@Nullable Value> values = new ArrayList<>(nodes.size());
            for (Tensor node : nodes) {
                values.add(node.bound());
            }
            return new Binding(values, assigned);
        }

        static List<Variable> variables(List<Assignment> assignments) {
            List<Variable> variables = new ArrayList<>(assignments.size());
            for (Assignment assignment : assignments) {
                variables.add(assignment.variable());
            }
            return variables;
        }
    }

    /// A kernel with the numbers of its arrays.
    static final class Step {
        final PlanStep about; // before any run
        final Kernel kernel;
        final @Nullable Loop loop; // that the kernel runs, or null where it runs something else
        final int[] inputs;
        final int[] outputs;
        final Object[] inputArrays;
        final Object[] outputArrays;
        long nanoseconds;

        Step(PlanStep about, Kernel kernel, @Nullable Loop loop, int[] inputs, int[] outputs) {
            this.about = about;
            this.kernel = kernel;
            this.loop = loop;
            this.inputs = inputs;
            this.outputs = outputs;
            this.inputArrays = new Object[inputs.length];
            this.outputArrays = new Object[outputs.length];
        }
    }

    final Trace.Key key;
    final Recipe recipe;
    final List<Step> steps;
    private final Object[] slots;
    private final Object[] constants;
    private final List<Type> types; // of the outputs
    final int[] outputs;
    final int[] commits;
    private final long bytes;
    private final long kept;
    private long runs;

    Plan(
            Trace trace,
            List<Step> steps,
            Object[] slots,
            Object[] constants,
            int[] outputs,
            int[] commits,
            long bytes,
            long kept) {
        this.key = trace.key;
        this.recipe = new Recipe(trace);
        this.steps = steps;
        this.slots = slots;
        this.constants = constants;
        this.types = trace.outputs.stream().map(Tensor::type).toList();
        this.outputs = outputs;
        this.commits = commits;
        this.bytes = bytes;
        this.kept = kept;
    }

    /// Bytes held for intermediate values.
    long bytes() {
        return bytes;
    }

    /// Bytes that would be held if nothing were computed again.
    long bytesKeepingAll() {
        return kept;
    }

    /// What each step does and, where runs were timed, how long it took, over all runs.
    List<PlanStep> report() {
        return steps.stream()
                .map(step -> step.about.after(runs, step.nanoseconds, step.kernel.supplier()))
                .toList();
    }

    /// Computes everything; stores the new values in their variables and gives those of the outputs.
    ///
    /// @param timed whether to measure each step
    List<Value> run(Binding binding, boolean timed) {
        @Nullable Value[] early = new Value[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            if (outputs[i] >= CONSTANTS && outputs[i] < VARIABLES) { // a leaf: read it before a variable changes
                early[i] = output(binding, i);
            }
        }
        for (Step step : steps) {
            bind(binding, step.inputs, step.inputArrays);
            bind(binding, step.outputs, step.outputArrays);
            long start = timed ? System.nanoTime() : 0;
            step.kernel.run(step.inputArrays, step.outputArrays);
            if (timed) {
                step.nanoseconds += System.nanoTime() - start;
            }
        }
        runs++;
        List<Value> results = new ArrayList<>(outputs.length);
        for (int i = 0; i < outputs.length; i++) {
            Value done = early[i];
            results.add(done == null ? output(binding, i) : done);
        }
        for (int i = 0; i < commits.length; i++) {
            if (commits[i] >= 0) {
                Value storage = binding.assigned().get(i).storage();
                System.arraycopy(array(binding, commits[i]), 0, storage.array(), 0, storage.elements());
            }
            binding.assigned().get(i).assigned();
        }
        for (Step step : steps) { // hold on to nobody's feeds between runs
            Arrays.fill(step.inputArrays, null);
            Arrays.fill(step.outputArrays, null);
        }
        return results;
    }

    private Value output(Binding binding, int index) {
        return new Value(types.get(index), array(binding, outputs[index])).copy();
    }

    private void bind(Binding binding, int[] numbers, Object[] arrays) {
        for (int i = 0; i < numbers.length; i++) {
            arrays[i] = array(binding, numbers[i]);
        }
    }

    private Object array(Binding binding, int number) {
        int index = number & NUMBER;
        if (number < CONSTANTS) {
            return slots[index];
        }
        if (number < FEEDS) {
            return constants[index];
        }
        if (number < VARIABLES) {
            Value value = binding.values().get(index);
            if (value == null) {
                throw new IllegalStateException("plan: node " + index + " has no value");
            }
            return value.array();
        }
        return binding.assigned().get(index).storage().array();
    }
}
