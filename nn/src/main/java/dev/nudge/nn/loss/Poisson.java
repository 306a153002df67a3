package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;

/// For counts: how unlikely a Poisson distribution of rate `λ` makes the target `t`, without the part that does not
/// depend on the rate: `λ - t ln λ` per element. With `fromLog` the prediction is `ln λ`, so `e^x - t x`, which keeps
/// the rate positive whatever the model says.
///
/// Shape: `[..]` and `[..]`, the same; the mean is over all elements. Targets are at least 0, and need not be whole.
/// Without `fromLog`, a rate below 0 gives NaN and a rate of 0 is right only for a target of 0 (else infinite; PyTorch
/// adds 1e-8 to the rate instead). The smallest value is `t - t ln t`, not 0.
///
/// @param fromLog   whether the prediction is the logarithm of the rate
/// @param reduction how elements become one number
public record Poisson(boolean fromLog, Reduction reduction) implements Loss {
    /// @throws IllegalArgumentException if targets that are at hand are below 0
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Checks.sameType("poisson", prediction, target);
        checkCounts(target);
        if (fromLog) {
            return reduction.apply(prediction.exp().sub(target.mul(prediction)));
        }
        Tensor zero = prediction.constantLike(0);
        Tensor takesLog = target.greater(zero).or(prediction.less(zero)); // 0 ln 0 = 0
        Tensor log = takesLog.where(prediction, prediction.constantLike(1)).log();
        return reduction.apply(prediction.sub(target.mul(log)));
    }

    private static void checkCounts(Tensor target) {
        Value value = Checks.fed(target);
        for (int i = 0; value != null && i < value.elements(); i++) {
            if (!(value.at(i) >= 0)) {
                throw new IllegalArgumentException("poisson: targets must be at least 0, found " + value.at(i) + " at "
                        + Checks.place(value.type().shape(), i));
            }
        }
    }
}
