package dev.nudge.train;

import dev.nudge.train.io.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something that happened in a training run.
///
/// Progress bar, log, recorder and stopping rules all live on this one stream; see [Trainer#withListener].
public sealed interface TrainingEvent {
    /// The run begins, or goes on.
    ///
    /// @param parameters    trainable numbers of the model
    /// @param examples      examples in the training data
    /// @param batchSize     examples of one step
    /// @param stepsPerEpoch steps of one epoch
    /// @param totalSteps    steps that the budget allows, time left out
    /// @param epoch         epoch of the next step
    /// @param step          steps already done
    record Started(
            long parameters, int examples, int batchSize, int stepsPerEpoch, long totalSteps, int epoch, long step)
            implements TrainingEvent {}

    /// A checkpoint was loaded; the run goes on after its step.
    ///
    /// @param epoch epoch of the next step
    /// @param step  steps already done
    record Resumed(int epoch, long step) implements TrainingEvent {}

    /// Something that a person should know: a damaged checkpoint was passed over (W4..), or a layer no longer learns
    /// because all its rectified linear units have died (W705, once for each layer).
    record Warned(Warning warning) implements TrainingEvent {}

    /// The weights were nudged.
    ///
    /// @param epoch             epoch, counted from 1
    /// @param step              step, counted from 1 over all epochs
    /// @param loss              mean loss of the batch, before the update
    /// @param learningRate      rate of the update
    /// @param gradientNorm      Euclidean norm of all gradients together
    /// @param gradientNorms     that of the gradient of each trained parameter, by path
    /// @param examplesPerSecond throughput since the run began or went on, validation and checkpoints left out
    record StepDone(
            int epoch,
            long step,
            double loss,
            double learningRate,
            double gradientNorm,
            SequencedMap<String, Double> gradientNorms,
            double examplesPerSecond)
            implements TrainingEvent {}

    /// Somebody has set the learning rate in the place of the schedule; see [Steering].
    ///
    /// @param step         steps done
    /// @param learningRate rate of the steps from the next on
    record RateSet(long step, double learningRate) implements TrainingEvent {}

    /// All examples have been looked at once more.
    ///
    /// @param epoch        epoch, counted from 1
    /// @param step         steps done
    /// @param trainingLoss mean over the epoch of the loss of each batch, as it was at its step
    /// @param validation   loss and metrics on the validation data; null without such data
    /// @param best         whether early stopping counts this epoch as the best so far
    /// @param seconds      time of the run so far
    record EpochDone(
            int epoch,
            long step,
            double trainingLoss,
            @Nullable Scores validation,
            boolean best,
            double seconds) implements TrainingEvent {}

    /// A checkpoint is safely on disk.
    ///
    /// @param step steps done
    record CheckpointSaved(long step) implements TrainingEvent {}

    /// The run has ended; nothing follows.
    ///
    /// @param epoch  epoch of the last step
    /// @param step   steps done
    /// @param reason kind of end
    /// @param why    the end in words
    record Stopped(int epoch, long step, StopReason reason, String why) implements TrainingEvent {}

    /// Keeps events in a list.
    final class Recorder implements Consumer<TrainingEvent> {
        private final List<TrainingEvent> events = new ArrayList<>();

        /// An empty recorder.
        public Recorder() {}

        @Override
        public void accept(TrainingEvent event) {
            events.add(event);
        }

        /// The events so far.
        public List<TrainingEvent> events() {
            return List.copyOf(events);
        }
    }
}
