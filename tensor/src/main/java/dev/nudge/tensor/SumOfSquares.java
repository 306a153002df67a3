package dev.nudge.tensor;

import java.util.List;

/// Sum of the squares of all elements, `y = Σ x²`. Shape `[...]` to `[]`.
public record SumOfSquares() implements Fused {
    @Override
    public Tensor definition(List<Tensor> inputs) {
        return inputs.getFirst().square().sum();
    }
}
