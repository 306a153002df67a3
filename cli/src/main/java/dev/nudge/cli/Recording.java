package dev.nudge.cli;

import dev.nudge.studio.record.Recorder;
import dev.nudge.train.Trainer;
import dev.nudge.train.TrainingEvent;
import java.io.IOException;
import java.nio.file.Path;

/// Keeps what happens in a run beside its settings, for the studio and for TensorBoard.
final class Recording {
    private Recording() {}

    /// The trainer, recorded in the folder of its run; a run that cannot be recorded goes on all the same.
    static Trainer of(Trainer trainer, Path folder, Console console) {
        Recorder recorder;
        try {
            recorder = Recorder.in(folder, trainer.model());
        } catch (IOException e) {
            console.warn("warning: the run is not recorded (" + e.getMessage() + ").");
            return trainer;
        }
        return trainer.withSteering(recorder).withListener(event -> {
            recorder.accept(event);
            if (event instanceof TrainingEvent.Stopped && recorder.failure() != null) {
                console.warn("warning: " + recorder.failure() + ".");
            }
        });
    }
}
