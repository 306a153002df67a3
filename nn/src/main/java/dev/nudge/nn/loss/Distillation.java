package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Teaches a small model by a large one: `T² D(softmax(teacher / T) || softmax(student / T))` per row, where `D` is the
/// Kullback-Leibler divergence and `T` the temperature.
///
/// A temperature above 1 shows what the teacher thinks of the wrong classes. It makes gradients smaller by about
/// `1 / T²`; the factor `T²` undoes that, so that the share of this loss beside one of true labels does not change
/// with `T`. For large `T` it becomes half the squared distance of the centred logits, divided by the classes.
///
/// Shape: logits of student and teacher `[.., classes]`, the same; labels `[..]` class indices. No gradient goes to
/// the teacher. The mean is over rows.
///
/// Source: Hinton, Vinyals & Dean 2015, arXiv:1503.02531, section 2.
///
/// @param temperature divides both logits, above 0
/// @param softShare   weight of the teacher beside true labels, in `[0, 1]`; the labels have the rest
/// @param reduction   how rows become one number
public record Distillation(double temperature, double softShare, Reduction reduction) implements Loss {
    /// Checks the options.
    ///
    /// @throws IllegalArgumentException naming the option that is out of range
    public Distillation {
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "distillation: temperature must be positive and finite, found " + temperature);
        }
        if (!(softShare >= 0 && softShare <= 1)) {
            throw new IllegalArgumentException("distillation: softShare must be in [0, 1], found " + softShare);
        }
    }

    /// Teacher and labels at equal shares, mean.
    public static Distillation of(double temperature) {
        return new Distillation(temperature, 0.5, Reduction.MEAN);
    }

    /// The loss against the teacher alone.
    @Override
    public Tensor of(Tensor student, Tensor teacher) {
        Checks.sameType("distillation", student, teacher);
        Tensor soft = teacher.detach().div(temperature).softmax();
        return new KullbackLeibler(reduction).of(student.div(temperature), soft).mul(temperature * temperature);
    }

    /// The loss against teacher and true labels, by their shares.
    ///
    /// @throws IllegalArgumentException if labels that are at hand are no classes
    public Tensor of(Tensor student, Tensor teacher, Tensor labels) {
        Tensor hard = CrossEntropy.of().withReduction(reduction).of(student, labels);
        return of(student, teacher).mul(softShare).add(hard.mul(1 - softShare));
    }
}
