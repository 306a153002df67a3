package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Cross-entropy of a yes-or-no question from *probabilities*: `-(t ln p + (1 - t) ln(1 - p))`, per element.
///
/// Probabilities are moved into `[epsilon, 1 - epsilon]` first, so that a confident mistake costs much but not
/// infinitely much (Keras does the same; PyTorch bounds the logarithm at -100 instead). What is outside `[0, 1]` is
/// no probability and gives NaN. Prefer [BinaryCrossEntropy], which needs no bound.
///
/// Shape: probabilities `[..]` and targets `[..]` in `[0, 1]`, the same; the mean is over all elements.
///
/// @param epsilon   distance from 0 and 1 that is kept
/// @param reduction how elements become one number
public record BinaryCrossEntropyOfProbabilities(double epsilon, Reduction reduction) implements Loss {
    /// Checks epsilon.
    ///
    /// @throws IllegalArgumentException if it is not in `(0, 0.5)`
    public BinaryCrossEntropyOfProbabilities {
        if (!(epsilon > 0 && epsilon < 0.5)) {
            throw new IllegalArgumentException(
                    "binaryCrossEntropyOfProbabilities: epsilon must be in (0, 0.5), found " + epsilon);
        }
    }

    /// @throws IllegalArgumentException if targets that are at hand lie outside `[0, 1]`
    @Override
    public Tensor of(Tensor probabilities, Tensor target) {
        Checks.sameType("binaryCrossEntropyOfProbabilities", probabilities, target);
        Checks.unitInterval("binaryCrossEntropyOfProbabilities", target);
        Tensor zero = probabilities.constantLike(0);
        Tensor one = probabilities.constantLike(1);
        Tensor inside = probabilities.greaterOrEqual(zero).and(probabilities.lessOrEqual(one));
        Tensor bounded = probabilities.max(zero.add(epsilon)).min(zero.add(1 - epsilon));
        Tensor p = inside.where(bounded, probabilities); // the logarithm then shows what is no probability
        Tensor yes = target.mul(p.log());
        Tensor no = one.sub(target).mul(one.sub(p).log());
        return reduction.apply(yes.add(no).negate());
    }
}
