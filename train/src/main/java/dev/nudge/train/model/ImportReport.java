package dev.nudge.train.model;

import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;

/// What an import found, by name and shape.
///
/// @param matched    weights that fit a parameter or buffer
/// @param mismatched weights that a rule sends to one of another shape or type
/// @param missing    parameters and buffers for which nothing was found
/// @param unexpected weights for which there is no rule
public record ImportReport(List<Match> matched, List<Match> mismatched, List<String> missing, List<String> unexpected) {
    private static final int MOST_LISTED = 20;

    /// A weight and where it goes.
    ///
    /// @param source   name in the file
    /// @param from     type and shape in the file
    /// @param target   path in the model
    /// @param to       type and shape in the model
    /// @param reason   why it does not fit, or empty
    public record Match(String source, String from, String target, String to, String reason) {
        @Override
        public String toString() {
            return NudgeException.escape(
                    source + " " + from + " -> " + target + " " + to + (reason.isEmpty() ? "" : ": " + reason));
        }
    }

    /// Copies the lists.
    public ImportReport {
        matched = List.copyOf(matched);
        mismatched = List.copyOf(mismatched);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
    }

    /// Whether everything has its place.
    public boolean fits() {
        return mismatched.isEmpty() && missing.isEmpty() && unexpected.isEmpty();
    }

    /// What does not fit, on one line, at most 20 things.
    public String problems() {
        List<String> lines = new ArrayList<>();
        mismatched.forEach(match -> lines.add("does not fit: " + match));
        missing.forEach(path -> lines.add("missing " + path));
        unexpected.forEach(name -> lines.add("unexpected " + NudgeException.escape(name)));
        int more = lines.size() - MOST_LISTED;
        return String.join("; ", lines.subList(0, Math.min(lines.size(), MOST_LISTED)))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    /// A line for each weight and each problem.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        matched.forEach(match -> text.append("matched      ").append(match).append('\n'));
        mismatched.forEach(match -> text.append("does not fit ").append(match).append('\n'));
        missing.forEach(path -> text.append("missing      ").append(path).append('\n'));
        unexpected.forEach(name ->
                text.append("unexpected   ").append(NudgeException.escape(name)).append('\n'));
        return text.toString();
    }
}
