package dev.nudge.examples;

import dev.nudge.nn.Model;
import dev.nudge.train.FitResult;
import dev.nudge.train.text.Tokenizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What an example came to.
///
/// @param model     the trained model
/// @param fit       how its training went
/// @param scores    figures by name, such as `testAccuracy`, `testLoss`, `validationLoss`, `baselineAccuracy`
/// @param tokenizer what turned texts into the ids that the model takes, or null if it takes no texts
/// @param classes   names of the classes, in the order of the outputs, where they have names; else empty
public record Result(
        Model model,
        FitResult fit,
        SequencedMap<String, Double> scores,
        @Nullable Tokenizer tokenizer,
        List<String> classes) {
    /// Copies scores and names.
    public Result {
        scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
        classes = List.copyOf(classes);
    }

    /// A result without scores.
    public static Result of(Model model, FitResult fit) {
        return new Result(model, fit, new LinkedHashMap<>(), null, List.of());
    }

    /// The same with one score more.
    public Result with(String name, double score) {
        SequencedMap<String, Double> more = new LinkedHashMap<>(scores);
        more.put(name, score);
        return new Result(model, fit, more, tokenizer, classes);
    }

    /// The same with the tokenizer of the texts that the model was trained on.
    public Result withTokenizer(Tokenizer other) {
        return new Result(model, fit, scores, other, classes);
    }

    /// The same with names of the classes.
    public Result withClasses(List<String> names) {
        return new Result(model, fit, scores, tokenizer, names);
    }
}
