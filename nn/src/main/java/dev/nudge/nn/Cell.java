package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// What a recurrent layer does at one time: from the input at that time and the state that it was left in, the next
/// state. [Recurrent] runs it along sequences.
///
/// Weights stand as in [Linear], `[in, gates · width]` and `[width, gates · width]`: the transposes of PyTorch's
/// `weight_ih_l0` and `weight_hh_l0`, with the gates in the same order.
public sealed interface Cell extends Model permits RnnCell, LstmCell, GruCell {
    /// Number of input features.
    int in();

    /// Number of features of the output, which is the first part of the state.
    int width();

    /// Number of tensors `[batch, width]` that make the state.
    int parts();

    /// What the gates get from the inputs: `[.., in]` to `[.., gates · width]`. It does not depend on the state, so
    /// it is computed for all times in one product.
    Tensor project(Tensor x);

    /// The next state.
    ///
    /// @param projected what the gates get from the input at this time, `[batch, gates · width]`
    /// @param state     the parts of the state before
    List<Tensor> step(Tensor projected, List<Tensor> state);

    /// Makes a cell, such as `LstmCell::of`.
    @FunctionalInterface
    interface Factory {
        /// A cell with `in` inputs and `width` outputs.
        Cell of(int in, int width, RandomKey key);
    }
}
