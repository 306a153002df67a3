package dev.nudge.train.metric;

import dev.nudge.tensor.Tensor;

/// Share of examples whose class was predicted.
///
/// The predicted class is the one with the largest output; with a single output, class 1 if it is above the threshold.
///
/// @param correct   number of examples predicted right
/// @param examples  number of examples
/// @param threshold of a single output
public record Accuracy(long correct, long examples, double threshold) implements Metric {
    /// Nothing counted yet; a single output is a logit, so class 1 is above 0.
    public static Accuracy ofLogits() {
        return new Accuracy(0, 0, 0);
    }

    /// Nothing counted yet; a single output is a probability, so class 1 is above one half.
    public static Accuracy ofProbabilities() {
        return new Accuracy(0, 0, 0.5);
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public Accuracy add(Tensor prediction, Tensor target) {
        int[] predicted = Classes.predicted(prediction, threshold);
        int[] actual = Classes.actual(target, predicted.length);
        int hits = 0;
        for (int i = 0; i < actual.length; i++) {
            hits += predicted[i] == actual[i] ? 1 : 0;
        }
        return new Accuracy(correct + hits, examples + actual.length, threshold);
    }

    @Override
    public Accuracy merge(Metric other) {
        if (other instanceof Accuracy that && that.threshold == threshold) {
            return new Accuracy(correct + that.correct, examples + that.examples, threshold);
        }
        throw cannotMerge(other);
    }

    @Override
    public double value() {
        return (double) correct / examples;
    }
}
