package dev.nudge.nn;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import java.util.SequencedMap;

/// What can be trained and saved: something with parameters.
///
/// A model of one tensor is a [Layer]. One with several inputs or outputs is best a record too, with a `forward` method
/// of its own: its components are found by themselves, and their names become the paths of its parameters, such as
/// `encoder.layers.0.weight`.
///
/// {@snippet class="LayerSnippets" region="model"}
///
/// Such a model is trained by a loop of one's own; the losses of several outputs are added up:
///
/// {@snippet class="LayerSnippets" region="severalOutputs"}
public interface Model {
    /// The trainable tensors by path, in the order of the record components; one that is shared appears once, under
    /// its first path.
    ///
    /// @throws IllegalArgumentException if this is not a record whose components can be read; override this then
    default SequencedMap<String, Parameter> parameters() {
        return Components.of(this, Parameter.class, Model::parameters);
    }

    /// The tensors that the model carries but does not train, by path.
    ///
    /// @throws IllegalArgumentException as for [#parameters()]
    default SequencedMap<String, Buffer> buffers() {
        return Components.of(this, Buffer.class, Model::buffers);
    }
}
