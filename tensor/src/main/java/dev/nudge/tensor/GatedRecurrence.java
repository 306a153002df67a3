package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gated recurrent unit along whole sequences as one operation.
///
/// Source: Cho et al. 2014, arXiv:1406.1078, section 2.3, but for the place of the reset gate, which
/// acts behind the product as in cuDNN.
public final class GatedRecurrence {
    private static final int GATES = 3;
    private static final int PARTS = 5;

    private GatedRecurrence() {}

    /// From what the gates get from the inputs, all that happens at each time: with
    /// `[r' z' m] = h U + d`, `r = σ(p₁ + r')`, `z = σ(p₂ + z')`, `n = tanh(p₃ + r m)`, it is
    /// `h' = n + z (h - n)`.
    ///
    /// Inputs: `p` `[batch, time, 3 width]`, `U` `[width, 3 width]`, `d` `[3 width]`, `h` at the start
    /// `[batch, width]` and, if not all times are there, a mask `[batch, time]` of truth values.
    /// Result: `[h' r z n m]` of each time, `[batch, time, 5 width]`. At a time that is not there the
    /// state stays as it was and the other parts are zero.
    ///
    /// @param reversed whether times are run through from the last to the first
    public record Gru(boolean reversed) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Times.Extents extents = Times.extents("gru", "projected inputs", GATES, inputs, 4);
            int width = extents.width();
            Times.expect("gru", "a recurrent weight", extents.of(width, GATES * width), inputs.get(1));
            Times.expect("gru", "a recurrent bias", extents.of(GATES * width), inputs.get(2));
            Times.expect("gru", "a state to start with", extents.of(extents.batch(), width), inputs.get(3));
            Times.expectMask("gru", extents, inputs, 4);
            return extents.of(extents.batch(), extents.time(), PARTS * width);
        }

        @Override
        public Tensor definition(List<Tensor> inputs) {
            Tensor projected = inputs.get(0);
            Tensor state = inputs.get(3);
            Tensor mask = Times.mask(inputs, 4);
            int width = state.shape().extent(1);
            int time = projected.shape().extent(1);
            Tensor[] results = new Tensor[time];
            for (int i = 0; i < time; i++) {
                int t = Times.order(i, time, reversed);
                Tensor given = Times.at(projected, t);
                Tensor own = state.matmul(inputs.get(1)).add(inputs.get(2));
                Tensor reset = part(given, own, 0, width).sigmoid();
                Tensor keep = part(given, own, 1, width).sigmoid();
                Tensor shown = Times.part(own, 2, width);
                Tensor fresh = Times.part(given, 2, width).add(reset.mul(shown)).tanh();
                Tensor next = fresh.add(keep.mul(state.sub(fresh)));
                Tensor nothing = Times.partOrZero(state, 1, width);
                Tensor all = Times.chosen(
                        mask,
                        t,
                        Tensor.concat(-1, next, reset, keep, fresh, shown),
                        Tensor.concat(-1, state, nothing, nothing, nothing, nothing));
                state = Times.part(all, 0, width);
                results[t] = all.unsqueeze(1);
            }
            return Tensor.concat(1, results);
        }

        private static Tensor part(Tensor given, Tensor own, int index, int width) {
            return Times.part(given, index, width).add(Times.part(own, index, width));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor state = y.input(3);
            int width = state.shape().extent(1);
            Tensor[] operands = Times.gradientOperands(y, dy, width);
            Tensor gates = Tensor.apply(new GruGradient(reversed, false), operands);
            Tensor own = Tensor.concat(-1, gates.slice(-1, 0, 2 * width), Times.part(gates, 3, width));
            Tensor before = Times.before(Times.part(y, 0, width), state, reversed);
            List<@Nullable Tensor> gradients = new ArrayList<>(List.of(
                    gates.slice(-1, 0, GATES * width),
                    Times.weightGradient(before, own),
                    own.sumTo(y.input(2).shape()),
                    Tensor.apply(new GruGradient(reversed, true), operands)));
            if (y.inputs().size() > 4) {
                gradients.add(null);
            }
            return gradients;
        }
    }

    /// Backpropagation through time of [Gru]: from the gradient of its result that of its inputs.
    ///
    /// Inputs: the result `y` of [Gru], `U`, the state at the start, the gradient `dy` with respect to
    /// `y` and, if there is one, the mask. Of `dy` the last parts may be left out; they then count as
    /// zero.
    ///
    /// Results: the gradients with respect to `p₁ + r'`, `p₂ + z'`, `p₃` and `m`, `[batch, time, 4
    /// width]`; or that with respect to the state at the start, `[batch, width]`.
    ///
    /// @param reversed as of the forward operation
    /// @param ofStart  which of the two results
    public record GruGradient(boolean reversed, boolean ofStart) implements Fused {
        @Override
        public Type type(List<Type> inputs) {
            Times.Extents extents = Times.gradientExtents("gruGradient", GATES, PARTS, "a state to start with", inputs);
            int batch = extents.batch();
            int width = extents.width();
            return ofStart ? extents.of(batch, width) : extents.of(batch, extents.time(), 4 * width);
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
            Tensor ofState = start.constantLike(0);
            for (int i = time - 1; i >= 0; i--) {
                int t = Times.order(i, time, reversed);
                Tensor now = Times.at(y, t);
                Tensor upstream = Times.at(inputs.get(3), t);
                Tensor before = i == 0 ? start : Times.part(Times.at(y, Times.order(i - 1, time, reversed)), 0, width);
                Tensor reset = Times.part(now, 1, width);
                Tensor keep = Times.part(now, 2, width);
                Tensor fresh = Times.part(now, 3, width);
                Tensor shown = Times.part(now, 4, width);
                Tensor dh = ofState.add(Times.partOrZero(upstream, 0, width));
                Tensor ofKeep = dh.mul(before.sub(fresh))
                        .add(Times.partOrZero(upstream, 2, width))
                        .mul(Times.slope(keep));
                Tensor ofFresh = dh.sub(dh.mul(keep))
                        .add(Times.partOrZero(upstream, 3, width))
                        .mul(Times.inverseOfSquare(fresh));
                Tensor ofReset = ofFresh.mul(shown)
                        .add(Times.partOrZero(upstream, 1, width))
                        .mul(Times.slope(reset));
                Tensor ofShown = ofFresh.mul(reset).add(Times.partOrZero(upstream, 4, width));
                Tensor through = Tensor.concat(-1, ofReset, ofKeep, ofShown).matmul(back);
                ofState = Times.chosen(mask, t, dh.mul(keep).add(through), dh);
                Tensor gates = Tensor.concat(-1, ofReset, ofKeep, ofFresh, ofShown);
                results[t] = Times.chosen(mask, t, gates, gates.constantLike(0)).unsqueeze(1);
            }
            return ofStart ? ofState : Tensor.concat(1, results);
        }
    }
}
