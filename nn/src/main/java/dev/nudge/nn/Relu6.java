package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Rectified linear unit that ends at 6, `y = min(max(x, 0), 6)`.
///
/// Source: Howard et al. 2017, arXiv:1704.04861 (MobileNet).
public record Relu6() implements Activation {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return x.relu().min(x.constantLike(6));
    }
}
