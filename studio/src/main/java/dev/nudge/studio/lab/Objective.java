package dev.nudge.studio.lab;

import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// What a session makes small: the loss on the data plus penalties on the weights.
///
/// @param squared whether the loss is the squared error of the probability, else cross-entropy
/// @param outputs outputs of the network
/// @param l1      strength of `l1 Σ |w|`
/// @param l2      strength of `l2/2 Σ w²`
record Objective(boolean squared, int outputs, double l1, double l2) {
    static Objective of(Specification specification) {
        return new Objective(
                specification.loss().equals(Specification.MSE),
                specification.outputs(),
                specification.l1(),
                specification.l2());
    }

    /// The mean loss over a batch.
    Tensor data(Tensor logits, Tensor targets) {
        if (outputs > 1) {
            return Losses.crossEntropy(logits, targets);
        }
        Tensor same = targets.cast(logits.dtype());
        return squared
                ? Losses.meanSquaredError(logits.sigmoid(), same)
                : Losses.binaryCrossEntropy().of(logits, same);
    }

    /// The loss with the penalties; biases are left alone.
    ///
    /// @param parameters weight and bias of each layer in turn
    Tensor total(Tensor data, List<Tensor> parameters) {
        Tensor total = data;
        for (int i = 0; i < parameters.size(); i += 2) {
            Tensor weight = parameters.get(i);
            if (l2 > 0) {
                total = total.add(weight.square().sum().mul(l2 / 2));
            }
            if (l1 > 0) {
                total = total.add(weight.abs().sum().mul(l1));
            }
        }
        return total;
    }

    /// Probabilities: of class 1 with one output, else of each class.
    Tensor probabilities(Tensor logits) {
        return outputs > 1 ? logits.softmax() : logits.sigmoid();
    }

    /// The loss of whoever knows the shares of the classes and nothing else.
    double knowNothing(double[] shares) {
        double loss = 0;
        for (double share : shares) {
            loss += squared ? share * (1 - share) / 2 : share > 0 ? -share * Math.log(share) : 0;
        }
        return loss;
    }
}
