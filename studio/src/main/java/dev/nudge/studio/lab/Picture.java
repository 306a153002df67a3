package dev.nudge.studio.lab;

import dev.nudge.nn.Pass;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A session as the pages see it.
final class Picture {
    private static final int SMALL = 24; // cells along a side, of a neuron
    private static final int LARGE = 64; // of the output
    private static final double EXTENT = 1.5;

    private Picture() {}

    /// What stays the same: the specification, and the points with their classes.
    static JsonObject fixed(Lab lab) {
        Points points = lab.points();
        return JsonObject.EMPTY
                .with("specification", lab.specification().toJson())
                .with(
                        "scaling",
                        JsonObject.EMPTY
                                .with("x1", Numbers.of(new double[] {points.middle()[0], points.half()[0]}))
                                .with("x2", Numbers.of(new double[] {points.middle()[1], points.half()[1]})))
                .with(
                        "data",
                        JsonObject.EMPTY
                                .with("train", rows(lab.train()))
                                .with("validation", rows(lab.validation()))
                                .with("test", rows(lab.test())));
    }

    private static JsonArray rows(Part part) {
        List<Json> rows = new ArrayList<>();
        for (int i = 0; i < part.size(); i++) {
            rows.add(JsonArray.of(
                    Numbers.of(part.xy()[2 * i]), Numbers.of(part.xy()[2 * i + 1]), JsonNumber.of(part.labels()[i])));
        }
        return new JsonArray(rows);
    }

    /// What changes from step to step.
    static JsonObject state(Lab lab) {
        return lab.computing(() -> computed(lab));
    }

    private static JsonObject computed(Lab lab) {
        History.Score train = lab.score(lab.train());
        History.Score validation = lab.score(lab.validation());
        History.Score test = lab.score(lab.test());
        double[] shares = lab.train().shares();
        double knowNothing = lab.objective().knowNothing(shares);
        double majority = 0;
        for (double share : shares) {
            majority = Math.max(majority, share);
        }
        return JsonObject.EMPTY
                .with("step", lab.step())
                .with("epoch", lab.epoch())
                .with("batchInEpoch", lab.batchInEpoch())
                .with("stepsPerEpoch", lab.stepsPerEpoch())
                .with("learningRate", lab.learningRate())
                .with("digest", lab.digest())
                .with("problem", lab.problem() == null ? new JsonNull() : new JsonText(lab.problem()))
                .with(
                        "loss",
                        JsonObject.EMPTY
                                .with("batch", Numbers.of(lab.history().lastLoss()))
                                .with("train", Numbers.of(train.loss()))
                                .with("validation", Numbers.of(validation.loss()))
                                .with("test", Numbers.of(test.loss()))
                                .with("knowNothing", knowNothing))
                .with(
                        "accuracy",
                        JsonObject.EMPTY
                                .with("train", Numbers.of(train.accuracy()))
                                .with("validation", Numbers.of(validation.accuracy()))
                                .with("test", Numbers.of(test.accuracy()))
                                .with("knowNothing", majority))
                .with("gradientNorm", Numbers.of(lab.gradientNorm()))
                .with("layers", layers(lab))
                .with("features", features(lab))
                .with("output", output(lab))
                .with("extent", EXTENT)
                .with("best", best(lab))
                .with("overfit", overfit(lab, train.loss(), validation.loss()))
                .with("words", words(lab, train.loss(), knowNothing))
                .with(
                        "changes",
                        new JsonArray(lab.changes().stream()
                                .<Json>map(Lab.Change::toJson)
                                .toList()));
    }

    // ---- layers ---------------------------------------------------------------------------------------------------

    private static JsonArray layers(Lab lab) {
        Network network = lab.network();
        List<Parameter> parameters = List.copyOf(network.parameters().values());
        int[] rows = lab.nextRows();
        Network.Stages stages = network.stages(lab.train().inputs(rows), lab.nextPass());
        Tensor data = lab.objective().data(stages.logits(), lab.train().targets(rows));
        Gradients backward = lab.objective().total(data, network.tensors()).backward(parameters);
        List<Tensor> gradients = parameters.stream().map(backward::of).toList();
        List<Tensor> pictures =
                network.stages(plane(lab, SMALL), Pass.inference()).bent();
        Execution.current().run(List.of(), gradients);
        if (!pictures.isEmpty()) {
            Execution.current().run(List.of(), pictures);
        }
        List<Json> layers = new ArrayList<>();
        for (int i = 0; i < network.linear().size(); i++) {
            boolean hidden = i < network.bends().size();
            int units = network.linear().get(i).out();
            String activation =
                    hidden ? lab.specification().layers().get(i).activation() : units > 1 ? "softmax" : "sigmoid";
            JsonObject layer = JsonObject.EMPTY
                    .with("path", "layers." + i)
                    .with("inputs", network.linear().get(i).in())
                    .with("units", units)
                    .with("activation", activation)
                    .with("weight", Numbers.rows(floats(parameters.get(2 * i)), units))
                    .with("weightGradient", Numbers.rows(gradients.get(2 * i).toFloats(), units))
                    .with("bias", Numbers.of(floats(parameters.get(2 * i + 1))))
                    .with("biasGradient", Numbers.of(gradients.get(2 * i + 1).toFloats()));
            layers.add(hidden ? layer.with("grids", grids(pictures.get(i).toFloats(), units, activation)) : layer);
        }
        return new JsonArray(layers);
    }

    static float[] floats(Parameter parameter) {
        return parameter.tensor().toFloats();
    }

    private static JsonArray grids(float[] values, int units, String activation) {
        List<Json> grids = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            double most = 1e-6;
            for (int i = unit; i < values.length; i += units) {
                most = Float.isFinite(values[i]) ? Math.max(most, Math.abs(values[i])) : most;
            }
            grids.add(
                    switch (activation) {
                        case "tanh" -> Numbers.grid(values, units, unit, SMALL, -1, 1);
                        case "sigmoid" -> Numbers.grid(values, units, unit, SMALL, 0, 1);
                        default -> Numbers.grid(values, units, unit, SMALL, -most, most);
                    });
        }
        return new JsonArray(grids);
    }

    private static JsonArray features(Lab lab) {
        List<String> names = lab.specification().features();
        float[] values = plane(names, SMALL);
        List<Json> features = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            features.add(JsonObject.EMPTY
                    .with("name", names.get(i))
                    .with("grid", Numbers.grid(values, names.size(), i, SMALL, -EXTENT, EXTENT)));
        }
        return new JsonArray(features);
    }

    private static JsonArray output(Lab lab) {
        Tensor logits = lab.network().forward(plane(lab, LARGE), Pass.inference());
        float[] values = lab.objective().probabilities(logits).toFloats();
        int outputs = lab.specification().outputs();
        List<Json> grids = new ArrayList<>();
        for (int k = 0; k < outputs; k++) {
            grids.add(Numbers.grid(values, outputs, k, LARGE, 0, 1));
        }
        return new JsonArray(grids);
    }

    private static Tensor plane(Lab lab, int size) {
        List<String> names = lab.specification().features();
        return Tensor.of(plane(names, size), size * size, names.size());
    }

    /// Inputs at the middle of each cell, the top row first.
    private static float[] plane(List<String> names, int size) {
        float[] xy = new float[2 * size * size];
        for (int row = 0, at = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                xy[at++] = (float) (EXTENT * ((2 * column + 1.0) / size - 1));
                xy[at++] = (float) (EXTENT * (1 - (2 * row + 1.0) / size));
            }
        }
        return Choices.features(names, xy);
    }

    // ---- in words -------------------------------------------------------------------------------------------------

    private static Json best(Lab lab) {
        History.Look best = lab.history().best();
        return best == null
                ? new JsonNull()
                : JsonObject.EMPTY
                        .with("epoch", best.epoch())
                        .with("step", best.step())
                        .with("validation", Numbers.of(best.validation().loss()))
                        .with("train", Numbers.of(best.train().loss()));
    }

    private static Json overfit(Lab lab, double train, double validation) {
        History.Look since = lab.history().overfitSince(train);
        History.Look best = lab.history().best();
        if (since == null || best == null) {
            return new JsonNull();
        }
        return JsonObject.EMPTY
                .with("since", since.epoch())
                .with("best", best.epoch())
                .with(
                        "words",
                        String.format(
                                Locale.ROOT,
                                "Overfitting since epoch %d: the loss on points that the network has not learnt from"
                                        + " has risen from %.2f (epoch %d) to %.2f, while that on the %d training"
                                        + " points fell from %.2f to %.2f. It learns these points by heart.",
                                since.epoch(),
                                best.validation().loss(),
                                best.epoch(),
                                validation,
                                lab.train().size(),
                                best.train().loss(),
                                train));
    }

    private static String words(Lab lab, double train, double knowNothing) {
        if (lab.problem() != null) {
            return lab.problem();
        }
        String numbers = String.format(Locale.ROOT, "loss %.3f, know-nothing %.3f", train, knowNothing);
        if (lab.step() == 0) {
            return "not trained yet: " + numbers;
        }
        return train < 0.98 * knowNothing
                ? "learning: " + numbers
                : "no better than a network that ignores its input: " + numbers;
    }
}
