package dev.nudge.nn;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.SequencedMap;

/// A part of a network: a function of a tensor with parameters that training changes.
///
/// A layer is best a record: its components are found by themselves, and their names become the paths of its
/// parameters, such as `layers.0.weight`. A layer that runs several parts wraps each in
/// [dev.nudge.tensor.LayerPath#within] with the name of the component, so that errors and listings can name the
/// part.
///
/// {@snippet class="LayerSnippets" region="own"}
public interface Layer {
    /// The output for `x`.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the shape of `x` does not fit
    Tensor forward(Tensor x, Pass pass);

    /// The output for `x` when the model is used, not trained.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the shape of `x` does not fit
    default Tensor forward(Tensor x) {
        return forward(x, Pass.inference());
    }

    /// The trainable tensors by path, in the order of the record components; one that is shared appears once, under
    /// its first path.
    ///
    /// @throws IllegalArgumentException if this is not a record whose components can be read; override this then
    default SequencedMap<String, Parameter> parameters() {
        return Components.of(this, Parameter.class, Layer::parameters);
    }

    /// The tensors that the layer carries but does not train, by path.
    ///
    /// @throws IllegalArgumentException as for [#parameters()]
    default SequencedMap<String, Buffer> buffers() {
        return Components.of(this, Buffer.class, Layer::buffers);
    }
}
