package dev.nudge.cli;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.Classification;
import dev.nudge.train.model.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a trained network says of texts.
final class TextPrediction {
    /// How the name of a file of texts ends.
    static final String FILE = ".txt";

    private TextPrediction() {}

    /// Shows the likeliest class of each text.
    ///
    /// @param run   a `.nudge` file, or the folder of a run that wrote one
    /// @param given texts
    /// @param file  more texts, one a line, or null
    static void show(
            String run,
            List<String> given,
            @Nullable String file,
            ComputeOptions.Computing computing,
            Console console) {
        List<String> texts = new ArrayList<>(given);
        if (file != null) {
            try {
                texts.addAll(Files.readAllLines(Path.of(file)));
            } catch (IOException e) {
                throw new NudgeException("E300", file, "cannot be read as text in UTF-8 (" + e + ").", e);
            }
        }
        Path path = Path.of(run);
        Predictor predictor = Predictor.load(Files.isDirectory(path) ? new RunFolder(path).modelFile() : path);
        List<Classification> seen = computing.on(
                predictor.file().provenance().settings(),
                () -> texts.stream().map(predictor::classify).toList());
        for (int i = 0; i < texts.size(); i++) {
            show(texts.get(i), seen.get(i), console);
        }
        console.event(ProgressView.event("result").with("texts", texts.size()));
    }

    private static void show(String text, Classification seen, Console console) {
        List<Json> all = new ArrayList<>();
        for (float probability : seen.probabilities()) {
            all.add(ProgressView.number(probability));
        }
        console.result(String.format(
                Locale.ROOT,
                "%s (%.2f %%)  %s",
                NudgeException.escape(seen.name()),
                100 * seen.probabilities()[seen.index()],
                NudgeException.escape(text)));
        console.event(ProgressView.event("prediction")
                .with("text", text)
                .with("predicted", seen.index())
                .with("name", seen.name())
                .with("probabilities", new JsonArray(all)));
    }
}
