package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// The examples of the documentation, compiled and run.
final class LossSnippets {
    private LossSnippets() {}

    static double crossEntropy() {
        // @start region=crossEntropy
        Tensor logits = Tensor.of(new float[] {3, 1, 0, 0, 0, 0}, 2, 3);
        Tensor classes = Tensor.of(new int[] {0, 2}, 2);
        Tensor loss = Losses.crossEntropy().withLabelSmoothing(0.1).of(logits, classes);
        // @end
        return loss.item();
    }

    static double triplet() {
        // @start region=triplet
        Tensor anchor = Tensor.of(new float[] {0, 0}, 1, 2);
        Tensor positive = Tensor.of(new float[] {3, 4}, 1, 2);
        Tensor negative = Tensor.of(new float[] {0, 5.5f}, 1, 2);
        Tensor loss = Losses.triplet().of(anchor, positive, negative);
        // @end
        return loss.item();
    }

    static double masked() {
        // @start region=masked
        Tensor prediction = Tensor.of(new float[] {1, 2, 9, 4}, 2, 2);
        Tensor target = Tensor.of(new float[] {0, 2, Float.NaN, 8}, 2, 2);
        Tensor loss = Masked.of(new MeanSquaredError(Reduction.NONE)).of(prediction, target);
        // @end
        return loss.item();
    }

    static double ctc() {
        // @start region=ctc
        Tensor logits = Tensor.of(new float[9], 1, 3, 3); // three time steps, any class as likely
        Tensor labels = Tensor.of(new int[] {1, 2}, 1, 2);
        Tensor loss = Losses.ctc().of(logits, labels);
        // @end
        return loss.item();
    }
}
