package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a recurrent layer does at each time: from the input at that time and the state that it was left in, the next
/// state. [Recurrent] puts levels of cells on sequences.
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

    /// Runs along sequences. A time that is not there leaves the state as it was.
    ///
    /// @param projected what the gates get from the inputs, `[batch, time, gates · width]`
    /// @param mask      which times are there, `[batch, time]`, or null for all
    /// @param start     the parts of the state to start with
    /// @param reversed  whether to run from the last time to the first
    Run along(Tensor projected, @Nullable Tensor mask, List<Tensor> start, boolean reversed);

    /// What came out of a run.
    ///
    /// @param sequence the outputs, `[batch, time, width]`
    /// @param end      the parts of the state at the end
    record Run(Tensor sequence, List<Tensor> end) {}

    /// Makes a cell, such as `LstmCell::of`.
    @FunctionalInterface
    interface Factory {
        /// A cell with `in` inputs and `width` outputs.
        Cell of(int in, int width, RandomKey key);
    }
}
