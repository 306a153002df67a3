package dev.nudge.studio.lab;

import dev.nudge.nn.Activation;
import dev.nudge.nn.Elu;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.LeakyRelu;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sigmoid;
import dev.nudge.nn.Tanh;
import dev.nudge.train.io.NudgeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The activations of hidden layers, by name.
final class Bend {
    static final String LINEAR = "linear";
    static final List<String> NAMES = List.of("relu", "tanh", "sigmoid", "leaky-relu", "elu", "gelu", LINEAR);

    private Bend() {}

    /// The activation of this name; null for `linear`, which leaves its input as it is.
    static @Nullable Activation of(String name) {
        return switch (name) {
            case "relu" -> new Relu();
            case "tanh" -> new Tanh();
            case "sigmoid" -> new Sigmoid();
            case "leaky-relu" -> LeakyRelu.of();
            case "elu" -> Elu.of();
            case "gelu" -> new Gelu();
            case LINEAR -> null;
            default -> throw new NudgeException("E611", "activation", "unknown: " + NudgeException.quote(name) + ".");
        };
    }
}
