package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Long short-term memory along whole sequences as one operation.
///
/// Source: Hochreiter and Schmidhuber 1997; the forget gate is that of Gers, Schmidhuber and Cummins
/// 2000.
public final class LongShortTermMemory {
    private static final int GATES = 4;
    private static final int PARTS = 6;

    private LongShortTermMemory() {}

    /// From what the gates get from the inputs, all that happens at each time:
    /// `[i f g o] = [σ σ tanh σ](p + h U)`, `c' = f c + i g`, `h' = o tanh(c')`.
    ///
    /// Inputs: `p` `[batch, time, 4 width]`, `U` `[width, 4 width]`, `h` and `c` at the start `[batch,
    /// width]` and, if not all times are there, a mask `[batch, time]` of truth values. Result: `[h' c'
    /// i f g o]` of each time, `[batch, time, 6 width]`. At a time that is not there the state stays as
    /// it was and the gates are zero.
    ///
    /// The gates are part of the result because the gradient needs them: they cost less to write and
    /// read than to compute again.
    ///
    /// @param reversed whether times are run through from the last to the first
    public record Lstm(boolean reversed) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Times.Extents extents = Times.extents("lstm", "projected inputs", GATES, inputs, 4);
            int width = extents.width();
            Times.expect("lstm", "a recurrent weight", extents.of(width, GATES * width), inputs.get(1));
            Times.expect("lstm", "an output to start with", extents.of(extents.batch(), width), inputs.get(2));
            Times.expect("lstm", "a memory to start with", extents.of(extents.batch(), width), inputs.get(3));
            Times.expectMask("lstm", extents, inputs, 4);
            return extents.of(extents.batch(), extents.time(), PARTS * width);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor projected = inputs.get(0);
            Tensor recurrent = inputs.get(1);
            Tensor output = inputs.get(2);
            Tensor memory = inputs.get(3);
            Tensor mask = Times.mask(inputs, 4);
            int width = output.shape().extent(1);
            int time = projected.shape().extent(1);
            Tensor[] results = new Tensor[time];
            for (int i = 0; i < time; i++) {
                int t = Times.order(i, time, reversed);
                Tensor gates = Times.at(projected, t).add(output.matmul(recurrent));
                Tensor in = Times.part(gates, 0, width).sigmoid();
                Tensor keep = Times.part(gates, 1, width).sigmoid();
                Tensor candidate = Times.part(gates, 2, width).tanh();
                Tensor out = Times.part(gates, 3, width).sigmoid();
                Tensor next = keep.mul(memory).add(in.mul(candidate));
                Tensor all = Tensor.concat(-1, out.mul(next.tanh()), next, in, keep, candidate, out);
                Tensor nothing = Times.partOrZero(output, 1, width);
                all = Times.chosen(mask, t, all, Tensor.concat(-1, output, memory, nothing, nothing, nothing, nothing));
                output = Times.part(all, 0, width);
                memory = Times.part(all, 1, width);
                results[t] = all.unsqueeze(1);
            }
            return Tensor.concat(1, results);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor output = y.input(2);
            int width = output.shape().extent(1);
            Tensor[] operands = Times.gradientOperands(y, dy, width);
            Tensor gates = Tensor.apply(new LstmGradient(reversed, false), operands);
            Tensor start = Tensor.apply(new LstmGradient(reversed, true), operands);
            Tensor before = Times.before(Times.part(y, 0, width), output, reversed);
            List<@Nullable Tensor> gradients = new ArrayList<>(List.of(
                    gates,
                    Times.weightGradient(before, gates),
                    Times.part(start, 0, width),
                    Times.part(start, 1, width)));
            if (y.inputs().size() > 4) {
                gradients.add(null);
            }
            return gradients;
        }
    }

    /// Backpropagation through time of [Lstm]: from the gradient of its result that of its inputs.
    ///
    /// Inputs: the result `y` of [Lstm], `U`, the memory at the start, the gradient `dy` with respect
    /// to `y` and, if there is one, the mask. Of `dy` the last parts may be left out; they then count
    /// as zero.
    ///
    /// Results: the gradient with respect to the projected inputs, `[batch, time, 4 width]`; or that
    /// with respect to output and memory at the start, `[batch, 2 width]`.
    ///
    /// @param reversed as of the forward operation
    /// @param ofStart  which of the two results
    public record LstmGradient(boolean reversed, boolean ofStart) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Times.Extents extents =
                    Times.gradientExtents("lstmGradient", GATES, PARTS, "a memory to start with", inputs);
            int batch = extents.batch();
            int width = extents.width();
            return ofStart ? extents.of(batch, 2 * width) : extents.of(batch, extents.time(), GATES * width);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor y = inputs.get(0);
            Tensor back = inputs.get(1).transpose();
            Tensor start = inputs.get(2);
            Tensor mask = Times.mask(inputs, 4);
            int width = start.shape().extent(1);
            int time = y.shape().extent(1);
            Tensor[] results = new Tensor[time];
            Tensor ofOutput = start.constantLike(0);
            Tensor ofMemory = ofOutput;
            for (int i = time - 1; i >= 0; i--) {
                int t = Times.order(i, time, reversed);
                Tensor now = Times.at(y, t);
                Tensor upstream = Times.at(inputs.get(3), t);
                Tensor before = i == 0 ? start : Times.part(Times.at(y, Times.order(i - 1, time, reversed)), 1, width);
                Tensor squashed = Times.part(now, 1, width).tanh();
                Tensor in = Times.part(now, 2, width);
                Tensor keep = Times.part(now, 3, width);
                Tensor candidate = Times.part(now, 4, width);
                Tensor out = Times.part(now, 5, width);
                Tensor dh = ofOutput.add(Times.partOrZero(upstream, 0, width));
                Tensor dc = ofMemory.add(Times.partOrZero(upstream, 1, width));
                Tensor inside = dc.add(dh.mul(out).mul(Times.inverseOfSquare(squashed)));
                Tensor gates = Tensor.concat(
                        -1,
                        inside.mul(candidate)
                                .add(Times.partOrZero(upstream, 2, width))
                                .mul(Times.slope(in)),
                        inside.mul(before)
                                .add(Times.partOrZero(upstream, 3, width))
                                .mul(Times.slope(keep)),
                        inside.mul(in).add(Times.partOrZero(upstream, 4, width)).mul(Times.inverseOfSquare(candidate)),
                        dh.mul(squashed)
                                .add(Times.partOrZero(upstream, 5, width))
                                .mul(Times.slope(out)));
                ofOutput = Times.chosen(mask, t, gates.matmul(back), dh);
                ofMemory = Times.chosen(mask, t, inside.mul(keep), dc);
                results[t] = Times.chosen(mask, t, gates, gates.constantLike(0)).unsqueeze(1);
            }
            return ofStart ? Tensor.concat(-1, ofOutput, ofMemory) : Tensor.concat(1, results);
        }
    }
}
