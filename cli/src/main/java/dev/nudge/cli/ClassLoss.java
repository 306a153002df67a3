package dev.nudge.cli;

import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Tensor;

/// Mean squared error against classes: the target is 1 at the class and 0 elsewhere.
///
/// @param classes number of classes
record ClassLoss(int classes) implements Loss {
    @Override
    public Tensor of(Tensor prediction, Tensor target) {
        return Losses.meanSquaredError(prediction, target.oneHot(classes));
    }

    @Override
    public String toString() {
        return "mse of " + classes + " classes";
    }
}
