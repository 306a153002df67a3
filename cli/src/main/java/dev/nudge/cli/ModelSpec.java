package dev.nudge.cli;

import dev.nudge.nn.Activation;
import dev.nudge.nn.Elu;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.LeakyRelu;
import dev.nudge.nn.Mlp;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Selu;
import dev.nudge.nn.Sigmoid;
import dev.nudge.nn.Silu;
import dev.nudge.nn.Softplus;
import dev.nudge.nn.Tanh;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.NudgeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shape of a network as it is written on a command line: `linear`, `mlp:128,64` or `mlp:128,64:tanh`.
///
/// @param hidden     widths of the hidden layers
/// @param activation name of what follows each of them
record ModelSpec(List<Integer> hidden, String activation) {
    static final List<String> ACTIVATIONS =
            List.of("relu", "leaky-relu", "elu", "selu", "gelu", "silu", "softplus", "sigmoid", "tanh");
    private static final int WIDEST = 1 << 24;
    private static final List<String> KINDS = List.of("linear", "mlp");
    private static final String FORM = "expected linear or mlp:WIDTH,WIDTH,...[:ACTIVATION], such as mlp:128,64";

    ModelSpec {
        hidden = List.copyOf(hidden);
    }

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable ModelSpec parse(String text, Problems problems) {
        String[] parts = text.split(":", -1);
        int before = problems.list().size();
        if (!KINDS.contains(parts[0])) {
            problems.add(
                    "E006",
                    "--model",
                    "unknown model " + NudgeException.quote(parts[0]) + " - " + FORM + "."
                            + Suggestions.nearest(parts[0], KINDS)
                                    .map(m -> " Did you mean " + m + "?")
                                    .orElse(""));
            return null;
        }
        boolean linear = parts[0].equals("linear");
        if (parts.length > (linear ? 1 : 3)) {
            problems.add("E006", "--model", FORM + ", found " + NudgeException.quote(text) + ".");
            return null;
        }
        if (linear) {
            return new ModelSpec(List.of(), "relu");
        }
        if (parts.length == 1 || parts[1].isBlank()) {
            problems.add("E616", "--model", "mlp has no layers - " + FORM + ".");
            return null;
        }
        List<Integer> hidden = widths(parts[1], problems);
        String activation = parts.length == 3 ? parts[2] : "relu";
        if (!ACTIVATIONS.contains(activation)) {
            problems.add("E006", "--model", Values.unknown("activation", activation, ACTIVATIONS));
        }
        return problems.list().size() > before ? null : new ModelSpec(hidden, activation);
    }

    private static List<Integer> widths(String text, Problems problems) {
        String[] words = text.split(",", -1);
        Integer[] widths = new Integer[words.length];
        for (int i = 0; i < words.length; i++) {
            Long width = Values.whole(words[i]);
            widths[i] = 1;
            if (width == null || width < 1 || width > WIDEST) {
                problems.add(
                        "E613",
                        "--model",
                        "layer " + (i + 1) + " of " + NudgeException.quote(text) + ": the width must be in [1, "
                                + WIDEST + "], found " + NudgeException.quote(words[i]) + ".");
            } else {
                widths[i] = width.intValue();
            }
        }
        return List.of(widths);
    }

    /// The network for inputs of `in` numbers and `out` classes.
    Mlp build(int in, int out, double dropout, RandomKey key) {
        int[] widths = hidden.stream().mapToInt(Integer::intValue).toArray();
        return Mlp.of(in, widths, out, activation(activation), dropout, key);
    }

    private static Activation activation(String name) {
        return switch (name) {
            case "relu" -> new Relu();
            case "leaky-relu" -> LeakyRelu.of();
            case "elu" -> Elu.of();
            case "selu" -> new Selu();
            case "gelu" -> new Gelu();
            case "silu" -> new Silu();
            case "softplus" -> new Softplus();
            case "sigmoid" -> new Sigmoid();
            case "tanh" -> new Tanh();
            default -> throw new IllegalArgumentException("activation: unknown name " + name);
        };
    }
}
