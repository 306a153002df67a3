package dev.nudge.tensor;

import java.util.List;

/// Sum of the squares of all elements, `y = Σ x²`. Shape `[...]` to `[]`.
public record SumOfSquares() implements Fused {
    @Override
    public Type type(List<Type> inputs) { // known without writing the definition, in every step
        Type input = inputs.getFirst();
        return input.dtype().isFloating() ? input.withShape(Shape.SCALAR) : Fused.super.type(inputs);
    }

    @Override
    public Tensor definition(List<Tensor> inputs) {
        return inputs.getFirst().square().sum();
    }
}
