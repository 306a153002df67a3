package dev.nudge.cli;

import java.util.ArrayList;
import java.util.List;

/// Glossary entries as people read them in a terminal.
final class Explanation {
    private static final int WIDTH = 100;

    private Explanation() {}

    /// One entry.
    static String of(Glossary.Term term) {
        StringBuilder text = new StringBuilder(term.name());
        if (!term.also().isEmpty()) {
            text.append("  (also: ").append(String.join(", ", term.also())).append(')');
        }
        text.append("\n\n").append(wrapped(term.meaning(), "  ")).append('\n');
        text.append(wrapped("Formula: " + term.formula(), "  "));
        text.append(wrapped("Example: " + term.example(), "  "));
        if (!term.see().isEmpty()) {
            text.append(wrapped("See: " + String.join(", ", term.see()), "  "));
        }
        return text.toString();
    }

    /// All words that can be explained.
    static String overview(Glossary glossary) {
        List<String> names =
                glossary.terms().stream().map(Glossary.Term::name).sorted().toList();
        return "nudge explain loop prints the training loop; nudge explain TERM explains one of:\n\n"
                + wrapped(String.join(", ", names), "  ");
    }

    private static String wrapped(String text, String indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && indent.length() + line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        StringBuilder all = new StringBuilder();
        lines.forEach(each -> all.append(indent).append(each).append('\n'));
        return all.toString();
    }
}
