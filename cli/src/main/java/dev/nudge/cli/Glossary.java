package dev.nudge.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;

/// The terms of training, explained.
///
/// They are kept in the text `glossary.txt`: an entry begins with `# term`; its lines `also:`, `formula:`, `example:`
/// and `see:` say what they are named after, all others are the explanation.
///
/// @param terms in the order of the text
record Glossary(List<Term> terms) {
    private static final String HEADING = "# ";

    /// An entry.
    ///
    /// @param name    the word
    /// @param also    other words for it, or for its kinds
    /// @param meaning the explanation, one paragraph
    /// @param formula the same as a formula
    /// @param example one with numbers
    /// @param see     terms to read next
    record Term(String name, List<String> also, String meaning, String formula, String example, List<String> see) {
        private static Term of(String name, List<String> lines) {
            return new Term(
                    name,
                    list(value("also", lines)),
                    String.join(
                            " ", lines.stream().filter(line -> !isField(line)).toList()),
                    value("formula", lines),
                    value("example", lines),
                    list(value("see", lines)));
        }

        private static boolean isField(String line) {
            return List.of("also", "formula", "example", "see").stream()
                    .anyMatch(field -> line.startsWith(field + ": "));
        }

        private static String value(String field, List<String> lines) {
            String start = field + ": ";
            return lines.stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .findFirst()
                    .orElse("");
        }

        private static List<String> list(String text) {
            return text.isEmpty() ? List.of() : List.of(text.split(", ", -1));
        }
    }

    Glossary {
        terms = List.copyOf(terms);
    }

    /// The glossary that is part of the program.
    static Glossary load() {
        return parse(Resources.text("glossary.txt"));
    }

    static Glossary parse(String text) {
        List<Term> terms = new ArrayList<>();
        String name = "";
        List<String> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith(HEADING)) {
                add(terms, name, lines);
                name = line.substring(HEADING.length());
                lines.clear();
            } else if (!line.isBlank()) {
                lines.add(line.strip());
            }
        }
        add(terms, name, lines);
        return new Glossary(terms);
    }

    private static void add(List<Term> terms, String name, List<String> lines) {
        if (!name.isEmpty()) {
            terms.add(Term.of(name, lines));
        }
    }

    /// The entry of this word, whatever its case and whether written with spaces, hyphens or underscores; an entry of
    /// that name before one that lists it.
    Optional<Term> find(String word) {
        String wanted = plain(word);
        return terms.stream()
                .filter(term -> plain(term.name()).equals(wanted))
                .findFirst()
                .or(() -> terms.stream()
                        .filter(term -> term.also().stream()
                                .anyMatch(other -> plain(other).equals(wanted)))
                        .findFirst());
    }

    /// Words of the glossary that `word` may have been meant to be, at most five.
    List<String> near(String word) {
        String wanted = plain(word);
        SequencedSet<String> found = new LinkedHashSet<>();
        Suggestions.nearest(wanted, words()).ifPresent(found::add);
        words().stream()
                .filter(known -> wanted.length() > 2 && (known.contains(wanted) || wanted.contains(known)))
                .forEach(found::add);
        return found.stream().limit(5).toList();
    }

    /// All words that [#find] knows, in lower case.
    List<String> words() {
        SequencedSet<String> words = new LinkedHashSet<>();
        for (Term term : terms) {
            words.add(plain(term.name()));
            term.also().forEach(other -> words.add(plain(other)));
        }
        return List.copyOf(words);
    }

    private static String plain(String word) {
        return word.strip()
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ')
                .replace('-', ' ')
                .replaceAll("\\s+", " ");
    }
}
