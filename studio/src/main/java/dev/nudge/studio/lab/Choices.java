package dev.nudge.studio.lab;

import dev.nudge.nn.Activation;
import dev.nudge.nn.Elu;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.LeakyRelu;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sigmoid;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.optim.Adagrad;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.RmsProp;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.UpdateRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a specification can choose by name: features of a point, activations, update rules.
final class Choices {
    static final List<String> FEATURES = List.of("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)");
    static final String LINEAR = "linear";
    static final List<String> ACTIVATIONS = List.of("relu", "tanh", "sigmoid", "leaky-relu", "elu", "gelu", LINEAR);
    static final List<String> RULES = List.of("sgd", "momentum", "rmsprop", "adagrad", "adam", "adamw");

    private static final double WAVES = Math.PI; // so that the sine has a whole wave over the points

    private Choices() {}

    static double feature(String name, double x1, double x2) {
        return switch (name) {
            case "x1" -> x1;
            case "x2" -> x2;
            case "x1^2" -> x1 * x1;
            case "x2^2" -> x2 * x2;
            case "x1*x2" -> x1 * x2;
            case "sin(x1)" -> StrictMath.sin(WAVES * x1);
            case "sin(x2)" -> StrictMath.sin(WAVES * x2);
            default -> throw unknown("feature", name);
        };
    }

    /// The inputs of points that lie one after the other, row by row.
    static float[] features(List<String> names, float[] points) {
        float[] inputs = new float[points.length / 2 * names.size()];
        for (int point = 0, at = 0; point < points.length; point += 2) {
            for (String name : names) {
                inputs[at++] = (float) feature(name, points[point], points[point + 1]);
            }
        }
        return inputs;
    }

    /// The activation of this name; null for `linear`, which leaves its input as it is.
    static @Nullable Activation activation(String name) {
        return switch (name) {
            case "relu" -> new Relu();
            case "tanh" -> new Tanh();
            case "sigmoid" -> new Sigmoid();
            case "leaky-relu" -> LeakyRelu.of();
            case "elu" -> Elu.of();
            case "gelu" -> new Gelu();
            case LINEAR -> null;
            default -> throw unknown("activation", name);
        };
    }

    static UpdateRule rule(Specification specification) {
        return switch (specification.optimizer()) {
            case "sgd" -> Sgd.of();
            case "momentum" -> Momentum.of();
            case "rmsprop" -> RmsProp.of();
            case "adagrad" -> Adagrad.of();
            case "adam" -> Adam.of();
            case "adamw" -> AdamW.of().withWeightDecay(specification.weightDecay());
            default -> throw unknown("optimizer", specification.optimizer());
        };
    }

    private static IllegalArgumentException unknown(String what, String name) {
        return new IllegalArgumentException(what + ": unknown " + name);
    }
}
