package dev.nudge.nn;

import dev.nudge.tensor.GatedRecurrence;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gated recurrent unit: its state is a mixture of the one before and a new one.
///
/// `[r z n] = x W + b` and `[r' z' n'] = h U + d`, then
/// `h' = s h + (1 - s) tanh(n + σ(r + r') n')` with `s = σ(z + z')`.
/// The gates for reset, update and new state stand in this order, `width` columns each.
///
/// This is the form of cuDNN and PyTorch, where the reset gate acts behind the product with `U` and `n'` has a bias of
/// its own; the paper has the reset gate before the product, and some libraries exchange `s` and `1 - s`.
///
/// Source: Cho et al. 2014, arXiv:1406.1078, section 2.3, but for the place of the reset gate.
///
/// @param input         `W`, of shape `[in, 3 width]`
/// @param recurrent     `U`, of shape `[width, 3 width]`
/// @param bias          `b`, of shape `[3 width]`
/// @param recurrentBias `d`, of shape `[3 width]`
public record GruCell(Parameter input, Parameter recurrent, Parameter bias, Parameter recurrentBias) implements Cell {
    /// Checks that the weights fit.
    ///
    /// @throws dev.nudge.tensor.ShapeException if they do not
    public GruCell {
        CellWeights.check("gru", 3, input, recurrent, bias, recurrentBias);
    }

    /// A cell with uniform input weights, orthogonal recurrent weights and biases zero.
    ///
    /// @throws IllegalArgumentException if a width is less than 1
    public static GruCell of(int in, int width, RandomKey key) {
        return new GruCell(
                CellWeights.input("gru", in, width, 3, key.at(0)),
                CellWeights.recurrent(width, 3, key.at(1)),
                Parameter.zeros(3 * width),
                Parameter.zeros(3 * width));
    }

    @Override
    public int in() {
        return input.shape().extent(0);
    }

    @Override
    public int width() {
        return recurrent.shape().extent(0);
    }

    @Override
    public int parts() {
        return 1;
    }

    @Override
    public Tensor project(Tensor x) {
        return x.matmul(input.tensor()).add(bias.tensor());
    }

    @Override
    public Run along(Tensor projected, @Nullable Tensor mask, List<Tensor> start, boolean reversed) {
        Op op = new GatedRecurrence.Gru(reversed);
        Tensor state = start.getFirst();
        Tensor all = mask == null
                ? Tensor.apply(op, projected, recurrent.tensor(), recurrentBias.tensor(), state)
                : Tensor.apply(op, projected, recurrent.tensor(), recurrentBias.tensor(), state, mask);
        Tensor outputs = all.slice(-1, 0, width());
        int end = reversed ? 0 : projected.shape().extent(1) - 1;
        Tensor output = outputs.slice(1, end, 1).squeeze(1);
        return new Run(outputs.beside(output), List.of(output));
    }
}
