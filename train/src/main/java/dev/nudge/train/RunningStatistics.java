package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Batch;
import java.util.List;

/// Collects the running statistics of a model anew, as batch normalization needs when its weights have become others
/// in one stroke, such as an average.
public final class RunningStatistics {
    private static final Pass PASS = Pass.training(RandomKey.of(0));

    private RunningStatistics() {}

    /// Gives every buffer that the model updates in training the plain mean of what it would have taken from each of
    /// `batches`; a model without such buffers is left alone.
    ///
    /// A layer moves a statistic as `next = keep · old + (1 - keep) · batch`. What it takes from the batch is found
    /// from `next` and its slope `keep` in `old`, so that any layer whose update is such a mean is served; the mean
    /// of the first `k` batches is then `old + (batch - old) / k`.
    ///
    /// Source: Izmailov et al. 2018, arXiv:1803.05407, section 3.2.
    public static void recompute(Layer model, Iterable<Batch> batches) {
        int count = 0;
        for (Batch batch : batches) {
            if (count == 0) { // from zero, so that no rounding depends on what was there
                updates(model, batch)
                        .forEach(update -> update.variable()
                                .assign(Value.zeros(update.variable().type())));
            }
            count++;
            List<Assignment> updates = updates(model, batch);
            if (updates.isEmpty()) {
                return;
            }
            Tensor share = Tensor.data(new Value(Type.of(DType.F64, Shape.SCALAR), new double[] {1.0 / count}));
            List<Assignment> means =
                    updates.stream().map(update -> mean(update, share)).toList();
            Execution.current().run(means, List.of());
        }
    }

    private static List<Assignment> updates(Layer model, Batch batch) {
        return model.forward(batch.inputs(), PASS).sum().backward(List.of()).updates();
    }

    private static Assignment mean(Assignment update, Tensor share) {
        Tensor old = update.variable().tensor();
        Tensor next = update.value();
        Tensor keep = Gradients.of(next.sum(), List.of(old)).getFirst();
        Tensor ahead = next.sub(old).div(keep.negate().add(1)); // batch - old
        return new Assignment(update.variable(), old.add(ahead.mul(share.cast(old.dtype()))));
    }
}
