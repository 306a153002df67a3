package dev.nudge.nn.loss;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cross-entropy of one class among many from *logits*: `-Σ_k w_k q_k ln softmax(logits / temperature)_k` per row,
/// where `q` is the target distribution and `w` the class weights.
///
/// Shape: logits `[.., classes]`; target class indices `[..]` (`I32` or `I64`) or distributions `[.., classes]`.
///
/// Label smoothing `s` mixes the target with the uniform one, `(1 - s) q + s / classes`. Temperature divides the
/// logits; the loss is not multiplied back by its square. Where the field disagrees this follows PyTorch: with class
/// indices the mean is weighted, `Σ loss / Σ w_target` over the rows that count; with distributions it is the plain
/// mean over rows.
///
/// {@snippet class="LossSnippets" region="crossEntropy"}
///
/// @param labelSmoothing in `[0, 1)`
/// @param classWeights   one per class, or null for equal ones
/// @param ignoreIndex    target of rows that do not count, or null for none
/// @param temperature    divides the logits
/// @param reduction      how rows become one number
public record CrossEntropy(
        double labelSmoothing,
        @Nullable List<Double> classWeights,
        @Nullable Integer ignoreIndex,
        double temperature,
        Reduction reduction)
        implements Loss {
    /// Checks the options.
    ///
    /// @throws IllegalArgumentException naming the option that is out of range
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException(
                    "crossEntropy: labelSmoothing must be in [0, 1), found " + labelSmoothing);
        }
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "crossEntropy: temperature must be positive and finite, found " + temperature);
        }
        if (classWeights != null) {
            classWeights = List.copyOf(classWeights);
            double total = 0;
            for (double weight : classWeights) {
                if (!(weight >= 0) || Double.isInfinite(weight)) {
                    throw new IllegalArgumentException(
                            "crossEntropy: class weights must be at least 0 and finite, found " + weight);
                }
                total += weight;
            }
            if (total == 0) {
                throw new IllegalArgumentException(
                        "crossEntropy: at least one class weight must be above 0, found " + classWeights);
            }
        }
    }

    /// Plain cross-entropy: no smoothing, equal weights, every row counts, temperature 1, mean.
    public static CrossEntropy of() {
        return new CrossEntropy(0, null, null, 1, Reduction.MEAN);
    }

    /// The same with label smoothing.
    public CrossEntropy withLabelSmoothing(double smoothing) {
        return new CrossEntropy(smoothing, classWeights, ignoreIndex, temperature, reduction);
    }

    /// The same with one weight per class.
    public CrossEntropy withClassWeights(double... weights) {
        List<Double> list = Arrays.stream(weights).boxed().toList();
        return new CrossEntropy(labelSmoothing, list, ignoreIndex, temperature, reduction);
    }

    /// The same, where rows with the target `index` do not count.
    public CrossEntropy withIgnoreIndex(int index) {
        return new CrossEntropy(labelSmoothing, classWeights, index, temperature, reduction);
    }

    /// The same at another temperature.
    public CrossEntropy withTemperature(double value) {
        return new CrossEntropy(labelSmoothing, classWeights, ignoreIndex, value, reduction);
    }

    /// The same with another reduction.
    public CrossEntropy withReduction(Reduction other) {
        return new CrossEntropy(labelSmoothing, classWeights, ignoreIndex, temperature, other);
    }

    /// @throws IllegalArgumentException if targets that are at hand are no classes or no distributions, or if no
    /// row of a mean counts
    @Override
    public Tensor of(Tensor logits, Tensor target) {
        if (!logits.dtype().isFloating() || logits.shape().rank() == 0) {
            throw new ShapeException("crossEntropy: expected logits [.., classes], found " + logits.type());
        }
        int classes = logits.shape().extent(-1);
        if (classWeights != null && classWeights.size() != classes) {
            throw new ShapeException("crossEntropy: expected one weight for each of " + classes + " classes, found "
                    + classWeights.size() + " weights");
        }
        Tensor scaled = temperature == 1 ? logits : logits.div(temperature);
        return target.dtype().isInteger() ? ofIndices(scaled, target, classes) : ofDistributions(scaled, target);
    }

    private Tensor ofIndices(Tensor logits, Tensor target, int classes) {
        Shape rows = logits.shape().range(0, logits.shape().rank() - 1);
        if (!target.shape().equals(rows)) {
            throw new ShapeException("crossEntropy: logits " + logits.shape() + " want class indices " + rows
                    + ", found " + target.shape() + "; a loss does not broadcast"
                    + (target.shape().elements() == rows.elements() ? ". Reshape the target to " + rows : ""));
        }
        checkIndices(target, classes);
        Tensor kept = ignoreIndex == null ? null : target.notEqualTo(target.constantLike(ignoreIndex));
        Tensor safe = kept == null ? target : kept.where(target, target.constantLike(0));
        Tensor losses = Tensor.apply(new Softmaxes.SoftmaxCrossEntropy(), logits, safe);
        Tensor weights = classWeights == null ? null : weights(logits.dtype()).gather(safe);
        if (weights != null) {
            losses = losses.mul(weights);
        }
        if (labelSmoothing > 0) {
            Tensor uniform = weighted(logits.logSoftmax()).sum(-1).negate();
            losses = losses.mul(1 - labelSmoothing).add(uniform.mul(labelSmoothing / classes));
        }
        if (kept != null) {
            losses = kept.where(losses, losses.constantLike(0));
        }
        if (reduction != Reduction.MEAN || (kept == null && weights == null)) {
            return reduction.apply(losses);
        }
        Tensor counted = weights == null ? losses.constantLike(1) : weights;
        Tensor total = kept == null ? counted : kept.where(counted, counted.constantLike(0));
        return losses.sum().div(total.sum());
    }

    private Tensor ofDistributions(Tensor logits, Tensor target) {
        Checks.sameType("crossEntropy", logits, target);
        if (ignoreIndex != null) {
            throw new IllegalArgumentException("crossEntropy: ignoreIndex " + ignoreIndex
                    + " needs class indices as targets, found distributions " + target.type());
        }
        Checks.distributions("crossEntropy", target);
        int classes = logits.shape().extent(-1);
        Tensor mixed =
                labelSmoothing == 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
        return reduction.apply(mixed.mul(weighted(logits.logSoftmax())).sum(-1).negate());
    }

    private Tensor weighted(Tensor logProbabilities) {
        return classWeights == null ? logProbabilities : logProbabilities.mul(weights(logProbabilities.dtype()));
    }

    private Tensor weights(DType dtype) {
        List<Double> list = classWeights == null ? List.of() : classWeights;
        Value value = Value.zeros(Type.of(dtype, Shape.of(list.size())));
        for (int i = 0; i < list.size(); i++) {
            value.set(i, list.get(i));
        }
        return Tensor.data(value);
    }

    /// The sum of the weights of the rows that count, if there are class weights or rows may not count.
    @Override
    public double weight(Tensor target) {
        boolean plain = classWeights == null && ignoreIndex == null;
        if (plain || reduction != Reduction.MEAN || !target.dtype().isInteger()) {
            return Loss.super.weight(target);
        }
        return total(target.value(), classWeights == null ? Integer.MAX_VALUE : classWeights.size());
    }

    /// The sum of the weights of the rows that count.
    private double total(Value target, int classes) {
        double total = 0;
        for (int i = 0; i < target.elements(); i++) {
            long index = target.longAt(i);
            if (ignoreIndex != null && index == ignoreIndex) {
                continue;
            }
            if (index < 0 || index >= classes) {
                throw new IllegalArgumentException("crossEntropy: target class " + index + " at "
                        + Checks.place(target.type().shape(), i) + " is outside 0.." + (classes - 1));
            }
            total += classWeights == null ? 1 : classWeights.get((int) index);
        }
        return total;
    }

    private void checkIndices(Tensor target, int classes) {
        Value value = Checks.fed(target);
        if (value == null) {
            return;
        }
        double total = total(value, classes);
        if (reduction == Reduction.MEAN && total == 0 && (classWeights != null || ignoreIndex != null)) {
            throw new IllegalArgumentException("error[E704] crossEntropy: the total weight of the " + value.elements()
                    + " rows is 0, so their mean does not exist - every row is ignored or has a class of weight 0."
                    + " Use larger batches or leave such rows out");
        }
    }
}
