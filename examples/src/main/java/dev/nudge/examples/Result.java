package dev.nudge.examples;

import dev.nudge.nn.Model;
import dev.nudge.train.FitResult;
import dev.nudge.train.text.Tokenizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What an example came to.
///
/// @param model     the trained model
/// @param fit       how its training went
/// @param scores    figures by name, such as `testAccuracy`, `testLoss`, `validationLoss`, `baselineAccuracy`
/// @param tokenizer what turned texts into the ids that the model takes, or null if it takes no texts
public record Result(
        Model model,
        FitResult fit,
        SequencedMap<String, Double> scores,
        @Nullable Tokenizer tokenizer) {
    /// Copies the scores.
    public Result {
        scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
    }

    /// A result without scores.
    public static Result of(Model model, FitResult fit) {
        return new Result(model, fit, new LinkedHashMap<>(), null);
    }

    /// The same with one score more.
    public Result with(String name, double score) {
        SequencedMap<String, Double> more = new LinkedHashMap<>(scores);
        more.put(name, score);
        return new Result(model, fit, more, tokenizer);
    }

    /// The same with the tokenizer of the texts that the model was trained on.
    public Result withTokenizer(Tokenizer other) {
        return new Result(model, fit, scores, other);
    }
}
