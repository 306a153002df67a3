package dev.nudge.tensor;

import java.util.List;

/// Fused activations.
public final class Activation {
    private Activation() {}

    /// Gaussian error linear unit, `y = x Φ(x) = x/2 (1 + erf(x/√2))`.
    ///
    /// The exact form, not the tanh approximation. Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
    public record Gelu() implements Fused {
        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            return x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1));
        }
    }

    /// Dropout: `y = x mask / (1 - probability)` where the mask of zeros and ones comes from a random key.
    ///
    /// Inputs `x` and key (`I64 [2]`). The division keeps the expected value (inverted dropout).
    /// Source: Srivastava et al. 2014, JMLR 15, section 10.
    ///
    /// @param probability with which an element is set to zero, in `[0, 1)`
    public record Dropout(double probability) implements Fused {
        /// Checks the probability.
        public Dropout {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException("dropout: probability must be in [0, 1), found " + probability);
            }
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor x = inputs.getFirst();
            Tensor mask = Tensor.apply(new RandomOp.Bernoulli(x.type(), 1 - probability), inputs.get(1));
            return x.mul(mask).mul(1 / (1 - probability));
        }
    }
}
