package dev.nudge.cli;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Summary;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.Preprocessing;
import dev.nudge.train.text.Tokenizer;
import java.util.Locale;
import java.util.stream.Collectors;

/// Shows what a model file holds.
final class ModelText {
    private ModelText() {}

    static void show(String path, ModelFile file, Console console) {
        long parameters = file.model().parameters().values().stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
        line(console, "file", path);
        line(console, "input", file.input() == null ? "several" : file.input().toString());
        line(
                console,
                "output",
                file.output() == null ? "several" : file.output().toString());
        line(console, "parameters", String.format(Locale.ROOT, "%,d", parameters));
        for (Preprocessing stage : file.preprocessing()) {
            line(console, "prepared by", stage.toString());
        }
        Tokenizer tokenizer = file.tokenizer();
        if (tokenizer != null) {
            line(console, "tokenizer", tokenizer.toString());
        }
        if (!file.classes().isEmpty()) {
            line(console, "classes", String.join(", ", file.classes()));
        }
        line(console, "seed", Long.toString(file.provenance().seed()));
        if (!file.provenance().fingerprint().isEmpty()) {
            line(console, "data", "SHA-256 " + file.provenance().fingerprint());
        }
        file.provenance()
                .scores()
                .forEach((name, score) -> line(console, name, String.format(Locale.ROOT, "%.6f", score)));
        if (!file.provenance().settings().isEmpty()) {
            line(
                    console,
                    "trained with",
                    file.provenance().settings().entrySet().stream()
                            .map(setting -> "--" + setting.getKey() + " " + setting.getValue())
                            .collect(Collectors.joining(" ")));
        }
        line(console, "weights", WeightsHash.of(file.model()));
        Type input = file.input();
        if (file.model() instanceof Layer layer && input != null) {
            console.result("");
            Type one = input.withShape(Shape.of(1).append(input.shape()));
            Summary.of(layer, one).toString().lines().forEach(console::result);
        }
        JsonObject scores = JsonObject.EMPTY;
        for (var score : file.provenance().scores().entrySet()) {
            scores = scores.with(score.getKey(), ProgressView.number(score.getValue()));
        }
        console.event(ProgressView.event("model")
                .with("file", path)
                .with("input", String.valueOf(file.input()))
                .with("output", String.valueOf(file.output()))
                .with("parameters", parameters)
                .with("seed", file.provenance().seed())
                .with("fingerprint", file.provenance().fingerprint())
                .with("scores", scores)
                .with("weights", WeightsHash.of(file.model())));
    }

    private static void line(Console console, String name, String text) {
        console.result(String.format(Locale.ROOT, "%-14s ", name) + NudgeException.escape(text));
    }
}
