package dev.nudge.nn;

import dev.nudge.tensor.Tensor;

/// A part of a network: a function of a tensor with parameters that training changes.
///
/// A layer is best a record: its components are found by themselves, and their names become the paths of its
/// parameters, such as `layers.0.weight`. A layer that runs several parts wraps each in
/// [dev.nudge.tensor.LayerPath#within] with the name of the component, so that errors and listings can name the
/// part.
///
/// {@snippet class="LayerSnippets" region="own"}
public interface Layer extends Model {
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
}
