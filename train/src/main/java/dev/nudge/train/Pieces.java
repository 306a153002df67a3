package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Gradients;
import dev.nudge.train.data.Batch;
import java.util.List;
import java.util.function.Consumer;

/// The steps that need gradients more than once: of the parts of a batch, or at two places.
///
/// @param parts of each batch
record Pieces(Layer model, Loss loss, Optimizer optimizer, int parts) {
    /// Whether the steps of this run are such.
    boolean areNeeded() {
        return parts > 1 || optimizer.sam().isPresent();
    }

    /// @param begins hears of each part before it is computed
    Optimizer.Result step(Batch batch, Pass pass, Consumer<Batch> begins) {
        if (parts == 1) {
            return optimizer.step(() -> gradients(batch, pass));
        }
        List<Batch> all = batch.parts(parts);
        try {
            for (int i = 0; i < all.size(); i++) {
                begins.accept(all.get(i));
                optimizer.accumulate(
                        gradients(all.get(i), pass.at(i)),
                        loss.weight(all.get(i).targets()));
            }
            return optimizer.step();
        } catch (RuntimeException | Error e) {
            optimizer.discard();
            throw e;
        }
    }

    private Gradients gradients(Batch batch, Pass pass) {
        return loss.of(model.forward(batch.inputs(), pass), batch.targets())
                .backward(optimizer.parameters().values());
    }
}
