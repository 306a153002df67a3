package dev.nudge.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.ShapeException;
import java.util.List;
import java.util.function.Supplier;

/// Something that must be refused where it is written.
///
/// @param op       kind of the operation
/// @param mistake  what is wrong
/// @param write    writes it
/// @param mentions what the message must contain
record ErrorSample(Class<?> op, String mistake, Supplier<?> write, List<String> mentions) {
    static ErrorSample of(Class<?> op, String mistake, Supplier<?> write, String... mentions) {
        return new ErrorSample(op, mistake, write, List.of(mentions));
    }

    String name() {
        return op.getSimpleName() + ": " + mistake;
    }

    void assertRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> LayerPath.within("layers.3", write::get), () -> name());
        String message = String.valueOf(refused.getMessage());
        mentions.forEach(part ->
                assertTrue(message.contains(part), () -> "expected \"" + part + "\" in the message: " + message));
        if (refused instanceof ShapeException) {
            assertTrue(message.contains("layers.3"), () -> "expected the path of the layer in the message: " + message);
        }
    }
}
