package dev.nudge.studio.record;

import dev.nudge.nn.Layer;
import dev.nudge.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/// The examples of the documentation, compiled and run.
final class RecorderSnippets {
    private RecorderSnippets() {}

    static Trainer record(Trainer trainer, Layer model, Path folder) throws IOException {
        // @start region=record
        Trainer recorded = trainer.withListener(Recorder.in(folder, model));
        // @end
        return recorded;
    }
}
