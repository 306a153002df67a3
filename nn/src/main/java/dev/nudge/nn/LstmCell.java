package dev.nudge.nn;

import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Long short-term memory: beside its output `h` it carries a memory `c` that it adds to and forgets from.
///
/// `[i f g o] = x W + h U + b`, `c' = σ(f) c + σ(i) tanh(g)`, `h' = σ(o) tanh(c')`, with the gates for input,
/// forgetting, candidate and output in this order, `width` columns each. There are no peepholes.
///
/// PyTorch has two biases, which are added: `b` is their sum.
///
/// Source: Hochreiter and Schmidhuber 1997; the forget gate is that of Gers, Schmidhuber and Cummins 2000.
///
/// @param input     `W`, of shape `[in, 4 width]`
/// @param recurrent `U`, of shape `[width, 4 width]`
/// @param bias      `b`, of shape `[4 width]`
public record LstmCell(Parameter input, Parameter recurrent, Parameter bias) implements Cell {
    /// Checks that the weights fit.
    ///
    /// @throws dev.nudge.tensor.ShapeException if they do not
    public LstmCell {
        CellWeights.check("lstm", 4, input, recurrent, bias);
    }

    /// A cell that starts out remembering: the bias of the forget gate is 1 (Jozefowicz, Zaremba and Sutskever
    /// 2015), the others are zero; input weights are uniform, recurrent weights orthogonal.
    ///
    /// @throws IllegalArgumentException if a width is less than 1
    public static LstmCell of(int in, int width, RandomKey key) {
        Parameter input = CellWeights.input("lstm", in, width, 4, key.at(0));
        float[] bias = new float[4 * width];
        Arrays.fill(bias, width, 2 * width, 1);
        return new LstmCell(input, CellWeights.recurrent(width, 4, key.at(1)), Parameter.of(bias, bias.length));
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
        return 2;
    }

    @Override
    public Tensor project(Tensor x) {
        return x.matmul(input.tensor()).add(bias.tensor());
    }

    @Override
    public Run along(Tensor projected, @Nullable Tensor mask, List<Tensor> start, boolean reversed) {
        Op op = new LongShortTermMemory.Lstm(reversed);
        Tensor all = mask == null
                ? Tensor.apply(op, projected, recurrent.tensor(), start.get(0), start.get(1))
                : Tensor.apply(op, projected, recurrent.tensor(), start.get(0), start.get(1), mask);
        int width = width();
        int end = reversed ? 0 : projected.shape().extent(1) - 1;
        Tensor memory = all.slice(1, end, 1).squeeze(1).slice(-1, width, width);
        Tensor outputs = all.slice(-1, 0, width).beside(memory);
        Tensor output = outputs.slice(1, end, 1).squeeze(1);
        return new Run(outputs.beside(output), List.of(output, memory));
    }
}
