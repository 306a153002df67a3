package dev.nudge.nn.loss;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;

/// A loss over the positions that count: sequences of different lengths in one batch, missing targets. The mean is
/// `Σ m_i L_i / Σ m_i`, so a long sequence weighs more than a short one, and padding weighs nothing.
///
/// Which positions count is said by a mask, or by the target: positions whose target is `ignore` do not. What stands
/// in a position that does not count, NaN included, changes neither loss nor gradient.
///
/// Shape: what `each` takes; its losses `[..]`, one per position, are the shape of the mask. [CrossEntropy] knows
/// `ignoreIndex` itself.
///
/// {@snippet class="LossSnippets" region="masked"}
///
/// @param each      the loss of single positions; its own reduction must be [Reduction#NONE]
/// @param ignore    target of positions that do not count; NaN for missing targets
/// @param reduction how positions become one number; with [Reduction#NONE] others are 0
public record Masked(Loss each, double ignore, Reduction reduction) implements Loss {
    /// The mean over positions whose target is not NaN, or under an explicit mask.
    public static Masked of(Loss each) {
        return new Masked(each, Double.NaN, Reduction.MEAN);
    }

    /// The same, where positions with the target `value` do not count.
    public Masked withIgnore(double value) {
        return new Masked(each, value, reduction);
    }

    /// The loss over positions whose target is not `ignore`.
    ///
    /// @throws IllegalArgumentException if no target of a mean, at hand, counts
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        Tensor counts = Double.isNaN(ignore)
                ? target.equalTo(target) // NaN alone differs from itself
                : target.notEqualTo(target.constantLike(ignore));
        Value value = Checks.fed(target);
        if (value != null && reduction == Reduction.MEAN) {
            requireAny(counted(value) > 0, value.elements());
        }
        return under(counts, prediction, target);
    }

    /// The number of positions whose target is not `ignore`.
    @Override
    public double weight(Tensor target) {
        return reduction == Reduction.MEAN ? counted(target.value()) : Loss.super.weight(target);
    }

    private int counted(Value target) {
        int count = 0;
        for (int i = 0; i < target.elements(); i++) {
            double element = target.at(i);
            count += (Double.isNaN(ignore) ? !Double.isNaN(element) : element != ignore) ? 1 : 0;
        }
        return count;
    }

    /// The loss over positions where `mask` (`BOOL`, or a number that is not 0) holds.
    ///
    /// @throws ShapeException           if the mask has not one element for each position
    /// @throws IllegalArgumentException if a mask of a mean, at hand, lets nothing count
    public Tensor of(Tensor prediction, Tensor target, Tensor mask) {
        Value value = Checks.fed(mask);
        if (value != null && reduction == Reduction.MEAN) {
            boolean any = false;
            for (int i = 0; i < value.elements() && !any; i++) {
                any = value.at(i) != 0;
            }
            requireAny(any, value.elements());
        }
        Tensor counts = mask.dtype() == DType.BOOL ? mask : mask.notEqualTo(mask.constantLike(0));
        return under(counts, prediction, target);
    }

    private static void requireAny(boolean any, int positions) {
        if (!any) {
            throw new IllegalArgumentException("error[E704] masked: none of the " + positions
                    + " positions counts, so their mean does not exist. Use larger batches or leave such rows out");
        }
    }

    private Tensor under(Tensor counts, Tensor prediction, Tensor target) {
        Tensor losses = each.of(blank(counts, prediction), blank(counts, target));
        if (!losses.shape().equals(counts.shape())) {
            throw new ShapeException("masked: expected one loss for each position " + counts.shape() + ", found "
                    + losses.shape()
                    + (losses.shape().rank() == 0 ? "; give the inner loss the reduction NONE" : ""));
        }
        Tensor kept = counts.where(losses, losses.constantLike(0));
        return switch (reduction) {
            case NONE -> kept;
            case SUM -> kept.sum();
            case MEAN -> kept.sum().div(counts.cast(losses.dtype()).sum());
        };
    }

    /// `x` with 0 in positions that do not count; `x` may have axes beyond those of the mask.
    private static Tensor blank(Tensor counts, Tensor x) {
        Shape mask = counts.shape();
        if (x.shape().rank() < mask.rank() || !x.shape().range(0, mask.rank()).equals(mask)) {
            throw new ShapeException(
                    "masked: mask " + mask + " does not fit " + x.type() + "; expected one element for each position");
        }
        Tensor wide = counts;
        while (wide.shape().rank() < x.shape().rank()) {
            wide = wide.unsqueeze(wide.shape().rank());
        }
        return wide.where(x, x.constantLike(0));
    }
}
