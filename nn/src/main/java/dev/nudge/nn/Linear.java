package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import org.jspecify.annotations.Nullable;

/// A fully connected layer: `y = x W + b`.
///
/// Shape: `[.., in]` to `[.., out]`, with at least one axis of examples.
///
/// {@snippet class="LayerSnippets" region="linear"}
///
/// @param weight `W`, of shape `[in, out]`
/// @param bias   `b`, of shape `[out]`, or null for none
public record Linear(Parameter weight, @Nullable Parameter bias) implements Layer {
    /// Checks that weight and bias fit.
    ///
    /// @throws ShapeException if they do not
    public Linear {
        if (weight.shape().rank() != 2) {
            throw new ShapeException("linear: expected a weight [in, out], found " + weight.shape());
        }
        Shape out = weight.shape().range(1, 2);
        if (bias != null && !bias.type().equals(Type.of(weight.type().dtype(), out))) {
            throw new ShapeException("linear: expected a bias " + weight.type().dtype() + " " + out + " for a weight "
                    + weight.type() + ", found " + bias.type());
        }
    }

    /// A layer as a rectified linear unit behind it wants it: weights from [Initializers#heUniform()], biases zero.
    ///
    /// @throws IllegalArgumentException if a width is less than 1
    public static Linear of(int in, int out, RandomKey key) {
        return of(in, out, key, Initializers.heUniform());
    }

    /// A layer with weights from `initializer` and biases zero.
    ///
    /// @throws IllegalArgumentException if a width is less than 1
    public static Linear of(int in, int out, RandomKey key, Initializer initializer) {
        if (in < 1 || out < 1) {
            throw new IllegalArgumentException(
                    "linear: widths must be at least 1, found in = " + in + ", out = " + out);
        }
        Type type = Type.of(DType.F32, Shape.of(in, out));
        Value weight = initializer.values(key, type, in, out);
        return new Linear(Parameter.of(weight), Parameter.zeros(out));
    }

    /// The same layer without a bias.
    public Linear withoutBias() {
        return new Linear(weight, null);
    }

    /// Number of inputs.
    public int in() {
        return weight.shape().extent(0);
    }

    /// Number of outputs.
    public int out() {
        return weight.shape().extent(1);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (x.shape().rank() < 2 || x.shape().extent(-1) != in()) {
            throw new ShapeException("linear: expected [.., " + in() + "], found " + x.shape()
                    + (isFlatWidth(x.shape()) ? "; put a Flatten layer before" : ""));
        }
        Tensor product = x.matmul(weight.tensor());
        return bias == null ? product : product.add(bias.tensor());
    }

    private boolean isFlatWidth(Shape shape) {
        return shape.rank() > 2 && shape.product(1, shape.rank()) == in();
    }

    @Override
    public String toString() {
        return "Linear[" + in() + " -> " + out() + (bias == null ? ", no bias]" : "]");
    }
}
