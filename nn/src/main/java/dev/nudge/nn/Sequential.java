package dev.nudge.nn;

import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// Layers one after the other.
///
/// {@snippet class="LayerSnippets" region="sequential"}
///
/// @param layers first to last
public record Sequential(List<Layer> layers) implements Layer {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if there is no layer
    public Sequential {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("error[E616] sequential: the model has no layers; give it at least one");
        }
    }

    /// The given layers, first to last.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Sequential of(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return run(layers, x, pass);
    }

    static Tensor run(List<Layer> layers, Tensor x, Pass pass) {
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Tensor input = y;
            Pass part = pass.at(i);
            y = LayerPath.within("layers." + i, () -> layer.forward(input, part));
        }
        return y;
    }
}
