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
}
