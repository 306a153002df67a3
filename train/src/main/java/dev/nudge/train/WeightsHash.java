package dev.nudge.train;

import dev.nudge.nn.Model;
import dev.nudge.train.data.Fingerprint;
import java.nio.charset.StandardCharsets;

/// One text for all weights of a model: equal exactly when every bit is.
public final class WeightsHash {
    private WeightsHash() {}

    /// SHA-256, in hexadecimal digits, over the parameters and then the buffers, each in the order of the model: path,
    /// element type and shape, and the elements little-endian.
    public static String of(Model model) {
        Fingerprint fingerprint = Fingerprint.start();
        Weights.variables(model)
                .forEach((path, variable) ->
                        fingerprint.add(path.getBytes(StandardCharsets.UTF_8)).add(variable.storage()));
        return fingerprint.text();
    }
}
