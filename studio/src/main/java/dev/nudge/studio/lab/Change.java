package dev.nudge.studio.lab;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import java.util.List;

/// Something that was changed by hand in a session.
sealed interface Change {
    /// Steps done then.
    long step();

    JsonObject toJson();

    /// From the next step on, this learning rate.
    record Rate(long step, double value) implements Change {
        @Override
        public JsonObject toJson() {
            return JsonObject.EMPTY
                    .with("step", step)
                    .with("change", "learningRate")
                    .with("value", value);
        }
    }

    /// One number of a parameter.
    ///
    /// @param parameter its path
    /// @param index     its place, by axis
    record Weight(long step, String parameter, List<Integer> index, double value) implements Change {
        @Override
        public JsonObject toJson() {
            return JsonObject.EMPTY
                    .with("step", step)
                    .with("change", "weight")
                    .with("parameter", parameter)
                    .with(
                            "index",
                            JsonArray.of(
                                    index.stream().mapToLong(Integer::longValue).toArray()))
                    .with("value", value);
        }
    }
}
