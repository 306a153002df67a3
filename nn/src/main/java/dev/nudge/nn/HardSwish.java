package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// [Silu] of straight lines, `y = x min(max(x + 3, 0), 6) / 6`.
///
/// Source: Howard et al. 2019, arXiv:1905.02244, section 5.2.
public record HardSwish() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.mul(new HardSigmoid().forward(x, pass));
    }
}
