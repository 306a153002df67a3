package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;
import static dev.nudge.oracle.Agreement.drawn;

import dev.nudge.nn.Cell;
import dev.nudge.nn.GruCell;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.RnnCell;
import dev.nudge.nn.Sequences;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Recurrent layers agree with ONNX Runtime, whose sequences are `[time, batch, features]` and whose gates come in
/// orders of their own.
class RecurrentAgreementTest {
    private static final RandomKey KEY = RandomKey.of(4);
    private static final int BATCH = 3;
    private static final int TIME = 5;
    private static final int IN = 4;
    private static final int WIDTH = 6;

    /// The blocks of columns in another order, as rows.
    private static Tensor gates(Tensor weight, int... order) {
        Tensor rows = weight.shape().rank() == 2 ? weight.transpose() : weight;
        Tensor[] blocks = new Tensor[order.length];
        for (int i = 0; i < order.length; i++) {
            blocks[i] = rows.slice(0, order[i] * WIDTH, WIDTH);
        }
        return Tensor.concat(0, blocks);
    }

    /// What ONNX Runtime is given for one direction.
    private record Weights(String operator, Tensor input, Tensor recurrent, Tensor bias) {
        static Weights of(Cell cell) {
            return switch (cell) {
                case RnnCell rnn ->
                    new Weights(
                            "RNN",
                            gates(rnn.input().tensor(), 0),
                            gates(rnn.recurrent().tensor(), 0),
                            summed(gates(rnn.bias().tensor(), 0)));
                case LstmCell lstm -> // here: input, forget, candidate, output; there: input, output, forget, candidate
                    new Weights(
                            "LSTM",
                            gates(lstm.input().tensor(), 0, 3, 1, 2),
                            gates(lstm.recurrent().tensor(), 0, 3, 1, 2),
                            summed(gates(lstm.bias().tensor(), 0, 3, 1, 2)));
                case GruCell gru -> // here: reset, update, new; there: update, reset, new
                    new Weights(
                            "GRU",
                            gates(gru.input().tensor(), 1, 0, 2),
                            gates(gru.recurrent().tensor(), 1, 0, 2),
                            Tensor.concat(
                                    0,
                                    gates(gru.bias().tensor(), 1, 0, 2),
                                    gates(gru.recurrentBias().tensor(), 1, 0, 2)));
                default -> throw new IllegalArgumentException("no operator for " + cell);
            };
        }

        /// The bias beside that of the recurrent product, which is zero.
        private static Tensor summed(Tensor bias) {
            return Tensor.concat(0, bias, bias.constantLike(0));
        }
    }

    private record Result(Tensor sequence, List<Tensor> states) {}

    /// A level by ONNX Runtime; `x` is `[time, batch, in]`.
    ///
    /// @param start `[directions, batch, width]` each, or empty
    private static Result level(Recurrent.Level level, Tensor x, @Nullable Tensor lengths, List<Tensor> start) {
        List<Weights> weights = Stream.of(level.forward(), level.backward())
                .filter(cell -> cell != null)
                .map(Weights::of)
                .toList();
        Weights first = weights.getFirst();
        int directions = weights.size();
        Onnx onnx = Onnx.of(first.operator())
                .with("hidden_size", WIDTH)
                .with("direction", directions == 1 ? "forward" : "bidirectional");
        if (first.operator().equals("GRU")) {
            onnx = onnx.with("linear_before_reset", 1);
        }
        if (level.forward() instanceof RnnCell rnn && rnn.activation() instanceof Relu) {
            onnx = onnx.with("activations", directions == 1 ? List.of("Relu") : List.of("Relu", "Relu"));
        }
        boolean memory = first.operator().equals("LSTM");
        List<Tensor> found = onnx.run(
                memory ? List.of(DType.F32, DType.F32, DType.F32) : List.of(DType.F32, DType.F32),
                x,
                Tensor.stack(0, weights.stream().map(Weights::input).toArray(Tensor[]::new)),
                Tensor.stack(0, weights.stream().map(Weights::recurrent).toArray(Tensor[]::new)),
                Tensor.stack(0, weights.stream().map(Weights::bias).toArray(Tensor[]::new)),
                lengths,
                start.isEmpty() ? null : start.get(0),
                start.size() < 2 ? null : start.get(1));
        Tensor sequence = found.get(0).permute(0, 2, 1, 3).reshape(TIME, BATCH, directions * WIDTH);
        return new Result(sequence, found.subList(1, found.size()));
    }

    /// The layers: each kind of cell, in one direction and in both, of one level and of two.
    static List<Recurrent> layers() {
        Cell.Factory relu = (in, width, key) -> RnnCell.of(in, width, key).withActivation(new Relu());
        List<Recurrent> layers = new ArrayList<>();
        for (Cell.Factory cell : List.<Cell.Factory>of(RnnCell::of, relu, LstmCell::of, GruCell::of)) {
            for (int levels = 1; levels <= 2; levels++) {
                layers.add(drawn(Recurrent.of(cell, IN, WIDTH, levels, KEY), KEY.at(1)));
                layers.add(drawn(Recurrent.bidirectional(cell, IN, WIDTH, levels, KEY), KEY.at(2)));
            }
        }
        return layers;
    }

    private static void compare(Recurrent layer, int @Nullable [] lengths, boolean started) {
        Tensor x = Tensor.normal(KEY.at(3), BATCH, TIME, IN);
        Tensor expected = x.permute(1, 0, 2);
        List<Tensor> parts = new ArrayList<>();
        List<Tensor> ends = new ArrayList<>();
        for (Recurrent.Level level : layer.levels()) {
            List<Tensor> start = new ArrayList<>();
            int directions = level.width() / WIDTH;
            if (started) {
                for (int part = 0; part < level.forward().parts(); part++) {
                    start.add(Tensor.normal(KEY.at(4).at(parts.size() + part), directions, BATCH, WIDTH));
                }
                for (int direction = 0; direction < directions; direction++) {
                    for (Tensor part : start) {
                        parts.add(part.slice(0, direction, 1).squeeze(0));
                    }
                }
            }
            Result result = level(level, expected, lengths == null ? null : Tensor.of(lengths, BATCH), start);
            expected = result.sequence();
            for (int direction = 0; direction < directions; direction++) {
                for (Tensor state : result.states()) {
                    ends.add(state.slice(0, direction, 1).squeeze(0));
                }
            }
        }
        Recurrent.Output found = layer.run(
                x,
                lengths == null ? null : Sequences.mask(TIME, lengths),
                started ? new Recurrent.State(parts) : null,
                Pass.inference());
        assertAgree(layer + " sequence", expected.permute(1, 0, 2), found.sequence());
        for (int i = 0; i < ends.size(); i++) {
            assertAgree(
                    layer + " state " + i, ends.get(i), found.state().parts().get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void outputsAndLastStatesAgree(Recurrent layer) {
        compare(layer, null, false);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void sequencesOfDifferentLengthsAgree(Recurrent layer) {
        compare(layer, new int[] {3, 5, 1}, false);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aStateToStartWithIsCarriedOnAlike(Recurrent layer) {
        compare(layer, null, true);
        compare(layer, new int[] {2, 4, 5}, true);
    }
}
