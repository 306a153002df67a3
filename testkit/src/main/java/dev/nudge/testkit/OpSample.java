package dev.nudge.testkit;

import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An operation with inputs on which it can be tried.
///
/// @param op             the operation
/// @param inputs         values inside the domain of the operation, away from kinks and ties where `differentiable`
/// @param differentiable which inputs a gradient flows to
/// @param smooth         whether second derivatives exist at the inputs
public record OpSample(Op op, List<Value> inputs, List<Integer> differentiable, boolean smooth) {
    /// A sample to which no gradient flows.
    public static OpSample of(Op op, Value... inputs) {
        return new OpSample(op, List.of(inputs), List.of(), false);
    }

    /// A sample with a gradient to every floating-point input.
    public static OpSample smooth(Op op, Value... inputs) {
        return new OpSample(op, List.of(inputs), floating(inputs), true);
    }

    /// A sample with a gradient to every floating-point input that has kinks elsewhere.
    public static OpSample kinked(Op op, Value... inputs) {
        return new OpSample(op, List.of(inputs), floating(inputs), false);
    }

    private static List<Integer> floating(Value... inputs) {
        return IntStream.range(0, inputs.length)
                .filter(i -> inputs[i].type().dtype().isFloating())
                .boxed()
                .toList();
    }

    /// Types of the inputs.
    public List<Type> types() {
        return inputs.stream().map(Value::type).toList();
    }

    /// A new node of the operation over new leaves with the inputs.
    public Tensor node() {
        return node(inputs.stream().map(Tensor::data).toList());
    }

    /// A new node of the operation over `operands`.
    public Tensor node(List<Tensor> operands) {
        return Tensor.apply(op, operands.toArray(Tensor[]::new));
    }

    /// The node of the operation as a function of the differentiable inputs alone; the others are fixed.
    public Function<List<Tensor>, Tensor> function() {
        return points -> {
            Tensor[] operands = inputs.stream().map(Tensor::data).toArray(Tensor[]::new);
            for (int i = 0; i < points.size(); i++) {
                operands[differentiable.get(i)] = points.get(i);
            }
            return Tensor.apply(op, operands);
        };
    }

    /// Values of the differentiable inputs.
    public List<Value> points() {
        return differentiable.stream().map(inputs::get).toList();
    }

    /// Number of elements of all inputs.
    public int elements() {
        return inputs.stream().mapToInt(Value::elements).sum();
    }

    @Override
    public String toString() {
        return op + types().stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
