package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// Sets random elements to zero while training and divides the others by `1 - probability`, so that the expected
/// value stays; the identity when the model is used.
///
/// Shape: `[..]` to `[..]`.
///
/// Source: Srivastava et al. 2014, JMLR 15, section 10 (the scaling while training).
///
/// @param probability with which an element is set to zero, in `[0, 1)`
public record Dropout(double probability) implements Layer {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is outside `[0, 1)`
    public Dropout {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: probability must be in [0, 1), found " + probability);
        }
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return switch (pass) {
            case Pass.Inference _ -> x;
            case Pass.Training(var key) ->
                probability == 0
                        ? x
                        : Tensor.apply(new dev.nudge.tensor.Activation.Dropout(probability), x, key.tensor());
        };
    }
}
