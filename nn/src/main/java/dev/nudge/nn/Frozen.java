package dev.nudge.nn;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/// A layer that is used but not trained, for training others on top of what it has learnt.
///
/// It runs as in [Pass#inference()] even while the model is trained: nothing is dropped, and batch normalization keeps
/// and uses its running statistics. An [dev.nudge.nn.optim.Optimizer] of the model leaves its parameters alone: no
/// gradient, no state, no weight decay. Paths stay what they are without it, so that weights saved with and without
/// fit each other. A parameter that is also used elsewhere is frozen there too.
///
/// {@snippet class="LayerSnippets" region="frozen"}
///
/// @param layer what is frozen
public record Frozen(Layer layer) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return layer.forward(x, Pass.inference());
    }

    @Override
    public SequencedMap<String, Parameter> parameters() {
        return layer.parameters();
    }

    @Override
    public SequencedMap<String, Buffer> buffers() {
        return layer.buffers();
    }

    /// The parameters of `model` that are to be trained, by path: all that no frozen layer holds.
    ///
    /// Frozen layers are found in the components of records; a layer that is no record, or that lists its
    /// parameters itself, may hide its parts.
    public static SequencedMap<String, Parameter> trained(Model model) {
        Set<Parameter> frozen = Collections.newSetFromMap(new IdentityHashMap<>());
        Components.visit("", model, (_, layer) -> {
            if (layer instanceof Frozen) {
                frozen.addAll(layer.parameters().values());
            }
        });
        SequencedMap<String, Parameter> trained = new LinkedHashMap<>(model.parameters());
        trained.values().removeAll(frozen);
        return trained;
    }
}
