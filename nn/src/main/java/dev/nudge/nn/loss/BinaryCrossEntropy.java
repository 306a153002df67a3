package dev.nudge.nn.loss;

import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;

/// Cross-entropy of a yes-or-no question from *logits*: `-(t ln p + (1 - t) ln(1 - p))` with `p = sigmoid(logit)`,
/// per element, computed without ever forming `p`, so that it is finite for every finite logit.
///
/// Shape: logits `[..]` and targets `[..]` in `[0, 1]`, the same; the mean is over all elements.
///
/// @param reduction how elements become one number
public record BinaryCrossEntropy(Reduction reduction) implements Loss {
    /// @throws IllegalArgumentException if targets that are at hand lie outside `[0, 1]`
    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Checks.sameType("binaryCrossEntropy", logits, target);
        Checks.unitInterval("binaryCrossEntropy", target);
        return reduction.apply(Tensor.apply(new Softmaxes.BinaryCrossEntropy(), logits, target));
    }
}
