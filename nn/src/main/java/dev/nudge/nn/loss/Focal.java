package dev.nudge.nn.loss;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cross-entropy of one class among many from *logits* that counts what is already right less:
/// `-α_t (1 - p_t)^γ ln p_t` per row, where `p_t` is the softmax at the true class `t`. With `γ = 0` and no `α` it is
/// cross-entropy.
///
/// Shape: logits `[.., classes]` of at least two classes; class indices `[..]` (`I32` or `I64`). The mean is over
/// rows, not divided by the weights. `1 - p_t` is taken from the other classes, so neither it nor its slope is lost
/// to rounding.
///
/// Source: Lin, Goyal, Girshick, He & Dollár 2017, arXiv:1708.02002; there for two classes, see [BinaryFocal].
///
/// @param gamma     how strongly easy rows are played down, at least 0
/// @param alpha     one weight per class, or null for equal ones
/// @param reduction how rows become one number
public record Focal(double gamma, @Nullable List<Double> alpha, Reduction reduction) implements Loss {
    /// Checks the options.
    ///
    /// @throws IllegalArgumentException naming the option that is out of range
    public Focal {
        Checks.atLeast("focal", "gamma", 0, gamma);
        if (alpha != null) {
            alpha = List.copyOf(alpha);
            alpha.forEach(weight -> Checks.atLeast("focal", "alpha", 0, weight));
        }
    }

    /// Gamma 2, equal weights, mean.
    public static Focal of() {
        return new Focal(2, null, Reduction.MEAN);
    }

    /// The same with another gamma.
    public Focal withGamma(double other) {
        return new Focal(other, alpha, reduction);
    }

    /// The same with one weight per class.
    public Focal withAlpha(double... weights) {
        return new Focal(gamma, Arrays.stream(weights).boxed().toList(), reduction);
    }

    /// @throws IllegalArgumentException if indices that are at hand are no classes
    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Checks.classes("focal", logits, target);
        int classes = logits.shape().extent(-1);
        if (classes < 2) {
            throw new ShapeException("focal: expected logits of at least 2 classes, found " + logits.type());
        }
        if (alpha != null && alpha.size() != classes) {
            throw new ShapeException(
                    "focal: expected one alpha for each of " + classes + " classes, found " + alpha.size() + " values");
        }
        Tensor losses = Tensor.apply(new Softmaxes.SoftmaxCrossEntropy(), logits, target);
        if (gamma > 0) {
            Tensor truth = target.oneHot(classes).greater(0);
            Tensor others = truth.where(logits.constantLike(Double.NEGATIVE_INFINITY), logits);
            Tensor logWrong = others.logSumExp().sub(logits.logSumExp());
            losses = losses.mul(logWrong.mul(gamma).exp());
        }
        if (alpha != null) {
            Value weights = Value.zeros(Type.of(logits.dtype(), Shape.of(classes)));
            for (int i = 0; i < classes; i++) {
                weights.set(i, alpha.get(i));
            }
            losses = losses.mul(Tensor.data(weights).gather(target));
        }
        return reduction.apply(losses);
    }
}
