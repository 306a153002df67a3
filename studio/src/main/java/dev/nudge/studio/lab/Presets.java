package dev.nudge.studio.lab;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.util.ArrayList;
import java.util.List;

/// Sessions that are worth beginning with; those whose numbers are known tell them.
public final class Presets {
    private Presets() {}

    /// All presets, with a specification each.
    public static JsonArray all() {
        double fruit = Math.log(0.92 / 0.08) - 2 * 0.8 - 0.6; // so that p = 0.92
        double h1 = Math.tanh(0.41 * 0.92 - 0.2 * 0.1 + 0.05);
        double h2 = Math.tanh(0.1 * 0.92 - 0.8 * 0.1 - 0.001);
        double p = 0.2374 / h1; // so that the gradient of the first output weight is 0.2374
        double last = Math.log(p / (1 - p)) - 1.2 * h1 - 0.7 * h2;
        JsonObject ring = data("circle", 200, 0.05);
        List<Json> presets = new ArrayList<>();
        presets.add(preset(
                        "fruit",
                        "step",
                        "0.92 for apple, and it was an orange",
                        "One neuron that is sure of itself, and wrong. Its loss is -ln(1 - 0.92), and the error that it"
                                + " passes back is p - y = 0.92.",
                        one(fruit, 0).with("loss", "cross-entropy"))
                .with("numbers", numbers("p", 0.92, "loss", 2.5257, "squaredError", 0.8464, "delta", 0.92)));
        presets.add(preset(
                        "fruit-mse",
                        "step",
                        "The same mistake, squared",
                        "With the squared error the same neuron has the loss 0.92², and the flat sigmoid leaves only"
                                + " 2·0.92·0.92·0.08 of the error: it learns more slowly just where it is most wrong.",
                        one(fruit, 0).with("loss", "mse"))
                .with("numbers", numbers("p", 0.92, "loss", 0.8464, "delta", 0.1354)));
        presets.add(preset(
                        "dog",
                        "step",
                        "73 % dog",
                        "Dog 73 %, cat 15 %, bird 12 %, and it is a dog: the loss is small, -ln 0.73.",
                        begun(own(row(0.2, 0.4, 0), row(-0.5, 0.3, 1), row(0.1, -0.7, 2)), 3)
                                .with(
                                        "weights",
                                        JsonObject.EMPTY
                                                .with("layers.0.weight", array(0, 0, 0, 0, 0, 0))
                                                .with(
                                                        "layers.0.bias",
                                                        array(Math.log(0.73), Math.log(0.15), Math.log(0.12)))))
                .with("numbers", numbers("p", 0.73, "loss", 0.3147)));
        presets.add(preset(
                        "dog-wrong",
                        "step",
                        "12 % dog",
                        "Cat 88 %, dog 12 %, and it is a dog: the loss is -ln 0.12, nearly seven times as large.",
                        begun(own(row(0.2, 0.4, 0), row(-0.5, 0.3, 1)), 2)
                                .with(
                                        "weights",
                                        JsonObject.EMPTY
                                                .with("layers.0.weight", array(0, 0))
                                                .with("layers.0.bias", array(Math.log(0.88 / 0.12)))))
                .with("numbers", numbers("p", 0.88, "loss", 2.1203)));
        presets.add(preset(
                        "nudge",
                        "step",
                        "1.2 - 0.1 · 0.2374",
                        "A small network in which the first output weight is 1.2 and its gradient 0.2374: at the rate"
                                + " 0.1 the new weight is 1.1763.",
                        begun(own(row(0.92, 0.1, 0), row(-0.4, 0.8, 1)), 2)
                                .with("layers", layers(1, 2, "tanh"))
                                .with(
                                        "weights",
                                        JsonObject.EMPTY
                                                .with("layers.0.weight", array(0.41, 0.1, -0.2, -0.8))
                                                .with("layers.0.bias", array(0.05, -0.001))
                                                .with("layers.1.weight", array(1.2, 0.7))
                                                .with("layers.1.bias", array(last))))
                .with("numbers", numbers("weight", 1.2, "gradient", 0.2374, "newWeight", 1.17626)));
        presets.add(preset(
                "circle",
                "playground",
                "A disc in a ring",
                "Eight neurons draw a line each; together they fence the disc in.",
                JsonObject.EMPTY.with("data", ring).with("layers", layers(1, 8, "tanh"))));
        presets.add(preset(
                "moons",
                "playground",
                "Two moons",
                "A straight line does well and not well enough.",
                JsonObject.EMPTY.with("data", data("moons", 200, 0.1)).with("layers", layers(1, 8, "relu"))));
        presets.add(preset(
                "spiral",
                "playground",
                "Two spirals",
                "It takes two layers, and some patience.",
                JsonObject.EMPTY
                        .with("data", data("spiral", 400, 0.03))
                        .with("layers", layers(2, 16, "tanh"))
                        .with("learningRate", 0.01)));
        presets.add(preset(
                "rates-adam",
                "rates",
                "Where the usual table holds",
                "Five layers and Adam: 0.1 is too high, 0.001 good, 0.0000001 too low.",
                rates("adam")));
        presets.add(preset(
                "rates-sgd",
                "rates",
                "Where it does not",
                "The same network with plain gradient descent: 0.001 does not get anywhere.",
                rates("sgd")));
        presets.add(preset(
                "overfit",
                "overfit",
                "Learning by heart",
                "24 noisy points and more than four thousand weights.",
                JsonObject.EMPTY
                        .with("data", data("circle", 80, 0.3))
                        .with("validation", 0.7)
                        .with("test", 0)
                        .with("layers", layers(2, 64, "relu"))
                        .with("batch", 8)
                        .with("learningRate", 0.01)));
        return new JsonArray(presets);
    }

    private static JsonObject rates(String optimizer) {
        return JsonObject.EMPTY
                .with("seed", 1)
                .with("test", 0)
                .with("data", data("circle", 400, 0.1))
                .with("layers", layers(5, 8, "relu"))
                .with("optimizer", optimizer)
                .with("batch", 16);
    }

    private static JsonObject preset(String id, String page, String title, String words, JsonObject specification) {
        return JsonObject.EMPTY
                .with("id", id)
                .with("page", page)
                .with("title", title)
                .with("words", words)
                .with("specification", Specification.of(specification).toJson())
                .with("rows", JsonArray.of(0));
    }

    /// One neuron that sees an orange at 0.8, 0.6.
    private static JsonObject one(double bias, int label) {
        return begun(own(row(0.8, 0.6, label), row(-0.5, -0.2, 1 - label)), 2)
                .with(
                        "weights",
                        JsonObject.EMPTY.with("layers.0.weight", array(2, 1)).with("layers.0.bias", array(bias)));
    }

    private static JsonObject begun(JsonObject data, int batch) {
        return JsonObject.EMPTY
                .with("data", data)
                .with("validation", 0)
                .with("test", 0)
                .with("layers", new JsonArray(List.of()))
                .with("optimizer", "sgd")
                .with("learningRate", 0.1)
                .with("batch", batch);
    }

    private static JsonObject data(String kind, int points, double noise) {
        return JsonObject.EMPTY.with("kind", kind).with("points", points).with("noise", noise);
    }

    private static JsonObject own(JsonArray... rows) {
        return JsonObject.EMPTY.with("kind", Points.OWN).with("rows", JsonArray.of(rows));
    }

    private static JsonArray row(double x1, double x2, int label) {
        return JsonArray.of(JsonNumber.of(x1), JsonNumber.of(x2), JsonNumber.of(label));
    }

    private static JsonArray array(double... numbers) {
        return Numbers.of(numbers);
    }

    private static JsonArray layers(int count, int units, String activation) {
        List<Json> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(JsonObject.EMPTY.with("units", units).with("activation", new JsonText(activation)));
        }
        return new JsonArray(layers);
    }

    private static JsonObject numbers(Object... pairs) {
        JsonObject numbers = JsonObject.EMPTY;
        for (int i = 0; i < pairs.length; i += 2) {
            numbers = numbers.with(String.valueOf(pairs[i]), ((Number) pairs[i + 1]).doubleValue());
        }
        return numbers;
    }
}
