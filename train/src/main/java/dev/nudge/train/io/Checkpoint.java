package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonObject;
import java.util.Map;

/// Everything a run needs to go on after a step as if it had never stopped.
///
/// @param runId the run that it belongs to; parts of different runs are never mixed
/// @param step the number of updates done
/// @param parameters what the model has learned: parameters and buffers by name
/// @param optimizer what the optimizer remembers, by name
/// @param state the rest: where in the data, random keys, schedule, early stopping
public record Checkpoint(
        String runId,
        long step,
        Map<String, TensorData> parameters,
        Map<String, TensorData> optimizer,
        JsonObject state) {
    /// Keeps copies of the maps, not of the arrays.
    public Checkpoint {
        if (step < 0) {
            throw new IllegalArgumentException("step must not be negative, found " + step);
        }
        parameters = Map.copyOf(parameters);
        optimizer = Map.copyOf(optimizer);
    }
}
