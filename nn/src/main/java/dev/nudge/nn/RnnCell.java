package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The simple recurrent cell: `h' = f(x W + h U + b)`.
///
/// PyTorch has two biases, which are added: `b` is their sum.
///
/// Source: Elman 1990, *Finding structure in time*, Cognitive Science 14.
///
/// @param input      `W`, of shape `[in, width]`
/// @param recurrent  `U`, of shape `[width, width]`
/// @param bias       `b`, of shape `[width]`
/// @param activation `f`
public record RnnCell(Parameter input, Parameter recurrent, Parameter bias, Activation activation) implements Cell {
    /// Checks that the weights fit.
    ///
    /// @throws dev.nudge.tensor.ShapeException if they do not
    public RnnCell {
        CellWeights.check("rnn", 1, input, recurrent, bias);
    }

    /// A cell with [Tanh], uniform input weights, orthogonal recurrent weights and bias zero.
    ///
    /// @throws IllegalArgumentException if a width is less than 1
    public static RnnCell of(int in, int width, RandomKey key) {
        return new RnnCell(
                CellWeights.input("rnn", in, width, 1, key.at(0)),
                CellWeights.recurrent(width, 1, key.at(1)),
                Parameter.zeros(width),
                new Tanh());
    }

    /// The same cell with another activation, such as [Relu].
    public RnnCell withActivation(Activation other) {
        return new RnnCell(input, recurrent, bias, other);
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

    /// As nodes of the graph for each time, because the activation may be any.
    @Override
    public Run along(Tensor projected, @Nullable Tensor mask, List<Tensor> start, boolean reversed) {
        int time = projected.shape().extent(1);
        Tensor[] outputs = new Tensor[time];
        Tensor state = start.getFirst();
        for (int i = 0; i < time; i++) {
            int t = reversed ? time - 1 - i : i;
            Tensor given = projected.slice(1, t, 1).squeeze(1);
            Tensor next = activation.forward(given.add(state.matmul(recurrent.tensor())));
            state = mask == null ? next : mask.slice(1, t, 1).where(next, state);
            outputs[t] = state.unsqueeze(1);
        }
        return new Run(Tensor.concat(1, outputs), List.of(state));
    }
}
