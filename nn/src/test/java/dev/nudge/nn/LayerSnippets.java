package dev.nudge.nn;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;

/// The examples of the documentation, compiled and run.
final class LayerSnippets {
    private LayerSnippets() {}

    // @start region=own
    /// Adds what a layer makes of its input to the input.
    record Residual(Linear inner) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor change = LayerPath.within("inner", () -> inner.forward(x, pass.at(0)));
            return x.add(change.relu());
        }
    }

    // @end

    static Tensor linear() {
        // @start region=linear
        Linear linear = Linear.of(3, 2, RandomKey.of(1), Initializers.glorotUniform());
        Tensor y = linear.forward(Tensor.of(new float[] {1, 2, 3}, 1, 3)); // [1, 3] to [1, 2]
        // @end
        return y;
    }

    static Layer sequential() {
        // @start region=sequential
        RandomKey key = RandomKey.of(42);
        Layer model = Sequential.of(
                new Flatten(),
                Linear.of(784, 128, key.at(1)),
                new Relu(),
                new Dropout(0.2),
                Linear.of(128, 10, key.at(2)));
        // @end
        return model;
    }

    static Layer mlp() {
        // @start region=mlp
        Layer model = Mlp.of(784, new int[] {128, 64}, 10, new Relu(), RandomKey.of(42));
        // @end
        return model;
    }

    static String summary() {
        // @start region=summary
        Layer model = Mlp.of(784, new int[] {128}, 10, new Relu(), RandomKey.of(42));
        String table = Summary.of(model, Shape.of(32, 784)).toString();
        // @end
        return table;
    }
}
