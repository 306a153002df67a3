package dev.nudge.examples;

import dev.nudge.nn.Model;
import dev.nudge.train.FitResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What an example came to.
///
/// @param model  the trained model
/// @param fit    how its training went
/// @param scores figures by name, such as `testAccuracy`, `testLoss`, `validationLoss`, `baselineAccuracy`
public record Result(Model model, FitResult fit, SequencedMap<String, Double> scores) {
    /// Copies the scores.
    public Result {
        scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
    }

    /// A result without scores.
    public static Result of(Model model, FitResult fit) {
        return new Result(model, fit, new LinkedHashMap<>());
    }

    /// The same with one score more.
    public Result with(String name, double score) {
        SequencedMap<String, Double> more = new LinkedHashMap<>(scores);
        more.put(name, score);
        return new Result(model, fit, more);
    }
}
