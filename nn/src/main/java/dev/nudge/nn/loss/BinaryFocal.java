package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Binary cross-entropy from *logits* that counts what is already right less: with `p = sigmoid(logit)`, per element
/// `-(t α (1 - p)^γ ln p + (1 - t) (1 - α) p^γ ln(1 - p))`. With `γ = 0` and no `α` it is binary cross-entropy.
///
/// Shape: logits `[..]` and targets `[..]` in `[0, 1]`, the same; the mean is over all elements (the paper divides by
/// the number of objects instead). It is finite for every finite logit.
///
/// Source: Lin, Goyal, Girshick, He & Dollár 2017, arXiv:1708.02002, equation 5.
///
/// @param gamma     how strongly easy elements are played down, at least 0
/// @param alpha     weight of the targets 1, those of 0 have the rest, in `(0, 1)`; null to weigh both by 1
/// @param reduction how elements become one number
public record BinaryFocal(double gamma, @Nullable Double alpha, Reduction reduction) implements Loss {
    /// Checks the options.
    ///
    /// @throws IllegalArgumentException naming the option that is out of range
    public BinaryFocal {
        Checks.atLeast("binaryFocal", "gamma", 0, gamma);
        if (alpha != null && !(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("binaryFocal: alpha must be in (0, 1), found " + alpha);
        }
    }

    /// The setting that worked best in the paper: gamma 2, alpha 0.25; mean.
    public static BinaryFocal of() {
        return new BinaryFocal(2, 0.25, Reduction.MEAN);
    }

    /// @throws IllegalArgumentException if targets that are at hand lie outside `[0, 1]`
    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Checks.sameType("binaryFocal", logits, target);
        Checks.unitInterval("binaryFocal", target);
        Tensor minusLogYes = logits.negate().softplus(); // -ln p
        Tensor minusLogNo = logits.softplus(); // -ln (1 - p)
        Tensor yes = target.mul(minusLogNo.mul(-gamma).exp()).mul(minusLogYes);
        Tensor no = target.constantLike(1)
                .sub(target)
                .mul(minusLogYes.mul(-gamma).exp())
                .mul(minusLogNo);
        return reduction.apply(alpha == null ? yes.add(no) : yes.mul(alpha).add(no.mul(1 - alpha)));
    }
}
