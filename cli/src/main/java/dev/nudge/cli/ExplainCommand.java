package dev.nudge.cli;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge explain`: the training loop, or a term of the glossary.
@Command(
        name = "explain",
        description =
                "Explains the training loop, a term such as epoch or cross-entropy, or with plan where the time of a"
                        + " training step goes.",
        subcommands = ExplainPlanCommand.class)
final class ExplainCommand implements Subcommand {
    private static final List<String> LOOP = List.of("loop", "training loop");

    @Parameters(
            arity = "0..*",
            paramLabel = "TERM",
            description = "loop for the code of the training loop, or a term; without one, all terms are listed.")
    List<String> words = new ArrayList<>();

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        Glossary glossary = Glossary.load();
        String word = String.join(" ", words).strip();
        Glossary.Term term = glossary.find(word).orElse(null);
        if (term == null && !word.isEmpty()) {
            problems.add("E006", "TERM", unknown(word, glossary));
        }
        problems.refuse();
        if (term == null) {
            console.result(Explanation.overview(glossary).stripTrailing());
            glossary.terms().forEach(each -> console.event(event(each)));
        } else if (LOOP.contains(word)) {
            console.result(LoopSource.explained().stripTrailing());
            console.event(event(term).with("source", texts(LoopSource.lines())));
        } else {
            console.result(Explanation.of(term).stripTrailing());
            console.event(event(term));
        }
        return Main.DONE;
    }

    private String unknown(String word, Glossary glossary) {
        List<String> near = Stream.concat(
                        Suggestions.nearest(words.getFirst(), List.of("plan")).stream(), glossary.near(word).stream())
                .toList();
        return "unknown term " + NudgeException.quote(word) + " - expected a term of the glossary."
                + (near.isEmpty() ? " nudge explain lists all." : " Did you mean " + String.join(", ", near) + "?");
    }

    private static JsonObject event(Glossary.Term term) {
        return JsonObject.EMPTY
                .with("event", "term")
                .with("name", term.name())
                .with("also", texts(term.also()))
                .with("meaning", term.meaning())
                .with("formula", term.formula())
                .with("example", term.example())
                .with("see", texts(term.see()));
    }

    private static JsonArray texts(List<String> lines) {
        return new JsonArray(lines.stream().<Json>map(JsonText::new).toList());
    }
}
