package dev.nudge.nn;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Gated linear unit: the first half of the last axis, let through by an activation of the second half,
/// `y = a f(b)` where `x = [a, b]`.
///
/// Shape: `[.., 2 features]` to `[.., features]`. Put a [Linear] layer of twice the width before it. Papers differ in
/// which half is the gate; here it is the second one, as in PyTorch.
///
/// {@snippet class="LayerSnippets" region="glu"}
///
/// Sources: Dauphin et al. 2017, arXiv:1612.08083, equation 1; Shazeer 2020, arXiv:2002.05202, section 2.
///
/// @param gate the activation `f`
public record Glu(Activation gate) implements Layer {
    /// The unit of Dauphin et al., gated by a [Sigmoid].
    public static Glu of() {
        return new Glu(new Sigmoid());
    }

    /// SwiGLU, gated by [Silu].
    public static Glu swiGlu() {
        return new Glu(new Silu());
    }

    /// GeGLU, gated by [Gelu].
    public static Glu geGlu() {
        return new Glu(new Gelu());
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        int rank = x.shape().rank();
        if (rank == 0 || x.shape().extent(-1) % 2 != 0) {
            throw new ShapeException("glu: expected a last axis of even length, found " + x.shape());
        }
        int features = x.shape().extent(-1) / 2;
        return x.slice(-1, 0, features).mul(gate.forward(x.slice(-1, features, features), pass));
    }
}
