package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A multi-layer perceptron: linear layers with an activation between each two.
///
/// Shape: `[batch, in]` to `[batch, out]`; the output is not bent, so it serves as logits or as a number.
///
/// {@snippet class="LayerSnippets" region="mlp"}
///
/// @param layers       first to last
/// @param initializers of the linear layers, first to last: the record of how the weights began
public record Mlp(List<Layer> layers, List<Initializer> initializers) implements Layer {
    /// Copies the lists.
    public Mlp {
        layers = List.copyOf(layers);
        initializers = List.copyOf(initializers);
    }

    /// A perceptron whose hidden layers begin as [Activation#initializer()] says and whose output layer begins with
    /// [Initializers#glorotUniform()].
    ///
    /// @param hidden widths of the hidden layers; none makes a linear model
    /// @throws IllegalArgumentException if a width is less than 1
    public static Mlp of(int in, int[] hidden, int out, Activation activation, RandomKey key) {
        return of(in, hidden, out, activation, 0, key);
    }

    /// As [#of(int, int[], int, Activation, RandomKey)], with [Dropout] behind each hidden activation.
    ///
    /// @throws IllegalArgumentException if a width is less than 1 or the probability outside `[0, 1)`
    public static Mlp of(int in, int[] hidden, int out, Activation activation, double dropout, RandomKey key) {
        List<Layer> layers = new ArrayList<>();
        List<Initializer> initializers = new ArrayList<>();
        int width = in;
        for (int i = 0; i < hidden.length; i++) {
            initializers.add(activation.initializer());
            layers.add(Linear.of(width, hidden[i], key.at(i), activation.initializer()));
            layers.add(activation);
            if (dropout != 0) {
                layers.add(new Dropout(dropout));
            }
            width = hidden[i];
        }
        initializers.add(Initializers.glorotUniform());
        layers.add(Linear.of(width, out, key.at(hidden.length), Initializers.glorotUniform()));
        return new Mlp(layers, initializers);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return Sequential.run(layers, x, pass);
    }
}
