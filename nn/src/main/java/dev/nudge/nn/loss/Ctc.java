package dev.nudge.nn.loss;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.Arrays;

/// Connectionist temporal classification: how unlikely a sequence of labels is, given scores per time step, when
/// nobody knows which label stands where. `-ln Σ_a Π_t p_t(a_t)` per sequence, over all alignments `a` (one class for
/// each time step) that become the labels once repetitions are merged and blanks dropped.
///
/// Shape: logits `[batch, time, classes]`; labels `[batch, labels]` (`I32` or `I64`), where negative numbers after the
/// last label are padding; numbers of time steps `[batch]` (`I32`), or all of them. Classes include the blank.
///
/// Computed by the forward recursion in logarithms, as graph; so the gradient follows. Equal neighbours need a blank
/// between them: labels with `r` such repetitions need at least `labels + r` time steps. With fewer there is no
/// alignment, and the loss is infinite, or 0 without gradient if `zeroInfinity` (PyTorch has the same option). The
/// mean is over sequences (PyTorch first divides each by its number of labels).
///
/// {@snippet class="LossSnippets" region="ctc"}
/// Source: Graves, Fernández, Gomez & Schmidhuber 2006, ICML, section 4.1.
///
/// @param blank        class that stands for no label
/// @param zeroInfinity whether sequences without an alignment count 0
/// @param reduction    how sequences become one number
public record Ctc(int blank, boolean zeroInfinity, Reduction reduction) implements Loss {
    private static final double NEVER = -1e30; // ln 0 that may be subtracted from itself

    /// Blank class 0, impossible labels are infinite, mean.
    public static Ctc of() {
        return new Ctc(0, false, Reduction.MEAN);
    }

    /// The same with another blank class.
    public Ctc withBlank(int other) {
        return new Ctc(other, zeroInfinity, reduction);
    }

    /// The same, where sequences without an alignment count 0.
    public Ctc withZeroInfinity() {
        return new Ctc(blank, true, reduction);
    }

    /// The loss where all time steps count.
    @Override
    public Tensor of(Tensor logits, Tensor labels) {
        checkLogits(logits);
        int[] steps = new int[logits.shape().extent(0)];
        Arrays.fill(steps, logits.shape().extent(1));
        return of(logits, labels, Tensor.of(steps, steps.length));
    }

    /// The loss where the first `steps` time steps of each sequence count.
    ///
    /// @throws ShapeException           if the shapes do not fit
    /// @throws IllegalArgumentException if labels or steps that are at hand are out of range
    public Tensor of(Tensor logits, Tensor labels, Tensor steps) {
        checkLogits(logits);
        Shape shape = logits.shape();
        int batch = shape.extent(0);
        if (!labels.dtype().isInteger()
                || labels.shape().rank() != 2
                || labels.shape().extent(0) != batch) {
            throw new ShapeException("ctc: logits " + shape + " want labels [" + batch
                    + ", labels] (I32 or I64), found " + labels.type());
        }
        if (!steps.dtype().isInteger() || !steps.shape().equals(Shape.of(batch))) {
            throw new ShapeException("ctc: logits " + shape + " want numbers of time steps [" + batch
                    + "] (I32), found " + steps.type());
        }
        checkLabels(labels, shape.extent(2));
        checkSteps(steps, shape.extent(1));
        return reduction.apply(losses(logits.logSoftmax(), labels.cast(DType.I32), steps.cast(DType.I32)));
    }

    private Tensor losses(Tensor logProbabilities, Tensor labels, Tensor steps) {
        int time = logProbabilities.shape().extent(1);
        Tensor real = labels.greaterOrEqual(labels.constantLike(0));
        Tensor known = real.where(labels, labels.constantLike(blank));
        Tensor states = states(known); // [batch, 2 labels + 1]: blank, label, blank, .., blank
        Tensor skips = states.notEqualTo(states.constantLike(blank)).and(states.notEqualTo(shifted(states, 2, blank)));
        Tensor scores = scores(logProbabilities, states);
        Tensor none = scores.slice(1, 0, 1).squeeze(1).constantLike(NEVER);
        Tensor first = positions(states.shape()).less(states.constantLike(2));
        Tensor forward = first.where(scores.slice(1, 0, 1).squeeze(1), none);
        for (int t = 1; t < time; t++) {
            Tensor stay = forward;
            Tensor next = shifted(forward, 1, NEVER);
            Tensor skip = skips.where(shifted(forward, 2, NEVER), none);
            Tensor reached = Tensor.stack(2, stay, next, skip).logSumExp();
            Tensor advanced = reached.add(scores.slice(1, t, 1).squeeze(1));
            Tensor counts = steps.greater(steps.constantLike(t)).unsqueeze(1);
            forward = counts.where(advanced, forward);
        }
        Tensor count = count(real);
        Tensor last = count.add(count).unsqueeze(1).broadcastTo(states.shape());
        Tensor place = positions(states.shape());
        Tensor ends = place.equalTo(last).or(place.equalTo(last.sub(1)));
        Tensor loss = ends.where(forward, none).logSumExp().negate();
        Tensor needed = count.add(repetitions(labels, real));
        Tensor possible = needed.lessOrEqual(steps).and(steps.greater(steps.constantLike(0)));
        return possible.where(loss, loss.constantLike(zeroInfinity ? 0 : Double.POSITIVE_INFINITY));
    }

    private Tensor states(Tensor labels) {
        int batch = labels.shape().extent(0);
        Tensor pairs = Tensor.stack(2, labels.constantLike(blank), labels)
                .reshape(batch, 2 * labels.shape().extent(1));
        return Tensor.concat(1, pairs, Tensor.constant(DType.I32, blank).broadcastTo(Shape.of(batch, 1)));
    }

    /// `x_s` becomes `x_(s - by)`, with `fill` before the first.
    private static Tensor shifted(Tensor x, int by, double fill) {
        int batch = x.shape().extent(0);
        int width = x.shape().extent(1);
        int kept = Math.max(0, width - by);
        Tensor before = Tensor.constant(x.dtype(), fill).broadcastTo(Shape.of(batch, width - kept));
        return kept == 0 ? before : Tensor.concat(1, before, x.slice(1, 0, kept));
    }

    /// `ln p_t(state)`: `[batch, time, classes]` by states `[batch, states]` to `[batch, time, states]`.
    private static Tensor scores(Tensor logProbabilities, Tensor states) {
        Shape shape = logProbabilities.shape();
        int batch = shape.extent(0);
        int time = shape.extent(1);
        Value rows = Value.zeros(Type.of(DType.I32, Shape.of(batch, time, 1)));
        for (int row = 0; row < batch * time; row++) {
            rows.set(row, row * shape.extent(2));
        }
        Tensor index = Tensor.data(rows).add(states.unsqueeze(1));
        return logProbabilities.reshape(shape.elements()).gather(index);
    }

    private static Tensor positions(Shape states) {
        int[] numbers = new int[states.extent(1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        return Tensor.of(numbers, 1, numbers.length).broadcastTo(states);
    }

    /// How many hold in each row; whole numbers below 2^24, so single precision is exact.
    private static Tensor count(Tensor truths) {
        return truths.cast(DType.F32).sum(1).cast(DType.I32);
    }

    private static Tensor repetitions(Tensor labels, Tensor real) {
        int width = labels.shape().extent(1);
        if (width < 2) {
            return Tensor.constant(DType.I32, 0)
                    .broadcastTo(Shape.of(labels.shape().extent(0)));
        }
        Tensor same = labels.slice(1, 1, width - 1).equalTo(labels.slice(1, 0, width - 1));
        return count(same.and(real.slice(1, 1, width - 1)));
    }

    private void checkLogits(Tensor logits) {
        if (!logits.dtype().isFloating()
                || logits.shape().rank() != 3
                || logits.shape().elements() == 0) {
            throw new ShapeException("ctc: expected logits [batch, time, classes], found " + logits.type());
        }
        if (blank < 0 || blank >= logits.shape().extent(2)) {
            throw new ShapeException("ctc: blank " + blank + " is none of the classes 0.."
                    + (logits.shape().extent(2) - 1) + " of logits " + logits.type());
        }
    }

    private void checkLabels(Tensor labels, int classes) {
        Value value = Checks.fed(labels);
        int width = labels.shape().extent(1);
        for (int i = 0; value != null && i < value.elements(); i++) {
            long label = value.longAt(i);
            if (label >= classes || label == blank) {
                throw new IllegalArgumentException("ctc: label " + label + " at " + Checks.place(labels.shape(), i)
                        + (label == blank ? " is the blank" : " is outside 0.." + (classes - 1)));
            }
            if (label >= 0 && i % width > 0 && value.longAt(i - 1) < 0) {
                throw new IllegalArgumentException("ctc: label " + label + " at " + Checks.place(labels.shape(), i)
                        + " follows padding; negative numbers go after the last label");
            }
        }
    }

    private static void checkSteps(Tensor steps, int time) {
        Value value = Checks.fed(steps);
        for (int i = 0; value != null && i < value.elements(); i++) {
            if (value.longAt(i) < 0 || value.longAt(i) > time) {
                throw new IllegalArgumentException("ctc: expected between 0 and " + time + " time steps, found "
                        + value.longAt(i) + " at row " + i);
            }
        }
    }
}
