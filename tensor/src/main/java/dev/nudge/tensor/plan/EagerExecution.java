package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.ReferenceKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Computes graphs node after node and keeps every value, for looking inside. Same kernels, same bits as planned.
public final class EagerExecution implements Execution {
    private final Backend backend;

    private EagerExecution(Backend backend) {
        this.backend = backend;
    }

    /// An execution on the given backend.
    public static EagerExecution of(Backend backend) {
        return new EagerExecution(backend);
    }

    @Override
    public void run(List<Assignment> assignments, List<Tensor> outputs) {
        Set<Variable> changing = Evaluation.assigned(assignments);
        List<Tensor> roots = new ArrayList<>(outputs);
        assignments.forEach(assignment -> roots.add(assignment.value()));
        List<Tensor> lasting =
                Evaluation.pending(roots).nodes().stream() // what is to be read later must not follow its variable
                        .filter(node -> node.isLive() && changing.contains(node.variable()))
                        .filter(node -> node.isKept() || outputs.contains(node))
                        .toList();
        evaluate(roots);
        List<Value> fresh = new ArrayList<>();
        for (Assignment assignment : assignments) {
            fresh.add(assignment.value().value().copy());
        }
        lasting.forEach(node -> node.store(node.value().copy()));
        for (int i = 0; i < fresh.size(); i++) {
            assignments.get(i).variable().assign(fresh.get(i));
        }
    }

    private void evaluate(List<Tensor> roots) {
        for (Tensor node : Evaluation.pending(roots).nodes()) {
            if (node.bound() == null) {
                node.store(compute(node.op(), node.inputs(), node.type()));
            }
        }
    }

    private Value compute(Op op, List<Tensor> inputs, Type type) {
        List<Value> values = inputs.stream().map(EagerExecution::valueOf).toList();
        if (Graph.isAlias(op)) {
            boolean live = inputs.getFirst().variable() != null; // the variable may change, this value may not
            return (live ? values.getFirst().copy() : values.getFirst()).withShape(type.shape());
        }
        List<Type> types = inputs.stream().map(Tensor::type).toList();
        Kernel kernel = op instanceof Elementwise elementwise
                ? loop(elementwise, types, type)
                : backend.kernel(op, types, type).orElse(null);
        if (kernel == null && op instanceof Fused fused) {
            Tensor definition =
                    fused.definition(values.stream().map(Tensor::data).toList());
            evaluate(List.of(definition));
            return valueOf(definition);
        }
        if (kernel == null) {
            kernel = ReferenceKernels.of(op, types, type);
        }
        Value out = Value.zeros(type);
        kernel.run(values.stream().map(Value::array).toArray(), new Object[] {out.array()});
        return out;
    }

    private static Value valueOf(Tensor tensor) {
        @Nullable Value value = tensor.bound();
        if (value == null) {
            throw new IllegalStateException("eager: " + tensor + " was needed before it was computed");
        }
        return value;
    }

    private Kernel loop(Elementwise op, List<Type> types, Type type) {
        Shape shape = type.shape();
        Loop loop = new Loop(
                shape.elements(),
                types.stream()
                        .map(input -> new Loop.Input(input, input.shape()))
                        .toList(),
                List.of(new Loop.Step(
                        op, IntStream.range(0, types.size()).boxed().toList(), type.dtype())),
                List.of(new Loop.Output(0, -1)));
        return backend.loop(loop).orElseGet(() -> ReferenceKernels.of(loop));
    }
}
