package dev.nudge.nn;

import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// What a layer makes of its input, added to the input: `y = body(x) + x`, or `body(x) + projection(x)`.
///
/// Shape: that of the body, which is the shape of `x` unless there is a projection.
///
/// {@snippet class="LayerSnippets" region="residual"}
///
/// Source: He et al. 2016, arXiv:1512.03385, equations 1 and 2.
///
/// @param body       what is learnt beside the identity
/// @param projection brings `x` to the shape of the body's output where they differ, or null
public record Residual(Layer body, @Nullable Layer projection) implements Layer {
    /// The body beside the identity.
    public static Residual of(Layer body) {
        return new Residual(body, null);
    }

    /// The same body beside a projection instead of the identity.
    public Residual withProjection(Layer other) {
        return new Residual(body, other);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor change = LayerPath.within("body", () -> body.forward(x, pass.at(0)));
        Layer bridge = projection;
        Tensor base = bridge == null ? x : LayerPath.within("projection", () -> bridge.forward(x, pass.at(1)));
        if (!change.shape().equals(base.shape())) { // or it might broadcast
            throw new ShapeException("residual: the body makes " + change.shape() + " of " + x.shape() + ", which "
                    + (bridge == null
                            ? "cannot be added to its input; give a projection"
                            : "is not the " + base.shape() + " of the projection"));
        }
        return change.add(base);
    }
}
