package dev.nudge.cli;

import dev.nudge.nn.generate.NextToken;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import dev.nudge.train.model.TextGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge generate`: what a trained language model writes.
@Command(
        name = "generate",
        description = "Goes on with a text, token by token, as a trained language model would.",
        footer = {"", "Example: nudge generate runs/char-gpt-1 --prompt \"To be\" --temperature 0.8 --show-table"})
final class GenerateCommand implements Subcommand {
    private static final int SHOWN = 10;
    private static final int MOST_TOKENS = 1_000_000;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A .nudge file with a tokenizer, or the folder of a run that wrote one.")
    @Nullable
    String model;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "Where to begin (default: a new line).")
    @Nullable
    String prompt;

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens to write, at most (default: 200).")
    @Nullable
    String tokens;

    @Option(
            names = "--lines",
            paramLabel = "N",
            description = "Write so many lines, each begun with the prompt and ended by the model.")
    @Nullable
    String lines;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Below 1 surer, above 1 bolder; 0 always takes the most probable token (default: 1).")
    @Nullable
    String temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw from the K most probable tokens only (default: from all).")
    @Nullable
    String topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the most probable tokens that together reach P only (default: 1, from all).")
    @Nullable
    String topP;

    @Option(names = "--seed", paramLabel = "N", description = "Where all randomness comes from (default: 42).")
    @Nullable
    String seed;

    @Option(names = "--show-table", description = "Show how probable each token is to come first.")
    boolean table;

    @Mixin
    ComputeOptions compute = new ComputeOptions();

    @Mixin
    CommonOptions common = new CommonOptions();

    /// What is to be written.
    ///
    /// @param prompt what the model reads first
    /// @param shown  the prompt as it was given
    /// @param tokens most tokens, of each line if lines are counted
    /// @param lines  number of lines, or 0 for a text that ends with its tokens alone
    private record Wish(String prompt, String shown, int tokens, int lines, Sampling rule, RandomKey key) {}

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        int most = (int) whole("--tokens", tokens, 200, 1, MOST_TOKENS, problems);
        int count = lines == null ? 0 : (int) whole("--lines", lines, 1, 1, MOST_TOKENS, problems);
        double heat = number("--temperature", temperature, 0, true, Double.MAX_VALUE, problems);
        int rank = (int) whole("--top-k", topK, Integer.MAX_VALUE, 1, Integer.MAX_VALUE, problems);
        double share = number("--top-p", topP, 0, false, 1, problems);
        long start = whole("--seed", seed, 42, Long.MIN_VALUE, Long.MAX_VALUE, problems);
        ComputeOptions.Computing computing = compute.read(problems);
        if (model == null) {
            throw new UsageException(problems.list());
        }
        problems.refuse();
        String begin = prompt == null ? "" : prompt;
        String read = lines != null || begin.isEmpty() ? "\n" + begin : begin; // a line begins behind a line break
        ModelFile saved = ModelFormat.of().read(file(Path.of(model)));
        TextGenerator generator = TextGenerator.of(saved);
        Wish wish = new Wish(read, begin, most, count, new Sampling(heat, rank, share), RandomKey.of(start));
        return computing.on(saved.provenance().settings(), () -> write(generator.withRule(wish.rule()), wish, console));
    }

    private static Path file(Path given) {
        return Files.isDirectory(given) ? new RunFolder(given).modelFile() : given;
    }

    private int write(TextGenerator generator, Wish wish, Console console) {
        if (table) {
            show(generator, wish.prompt(), console);
        }
        for (int line = 0; line < Math.max(1, wish.lines()); line++) {
            RandomKey key = wish.key().at(line);
            String text = wish.lines() == 0
                    ? generator.generate(wish.prompt(), wish.tokens(), key)
                    : generator.generate(wish.prompt(), wish.tokens(), key, token -> !token.contains("\n"));
            String kept = wish.lines() > 0 && text.contains("\n") ? text.substring(0, text.indexOf('\n')) : text;
            (wish.shown() + kept).lines().forEach(written -> console.result(NudgeException.escape(written)));
            console.event(
                    ProgressView.event("text").with("prompt", wish.shown()).with("continuation", kept));
        }
        return Main.DONE;
    }

    private static void show(TextGenerator generator, String prompt, Console console) {
        List<NextToken> all = generator.next(prompt);
        List<Json> rows = new ArrayList<>();
        for (NextToken next : all.subList(0, Math.min(SHOWN, all.size()))) {
            String token = generator.tokenizer().token(next.token());
            console.result(String.format(
                    Locale.ROOT,
                    "%-12s %6.2f %%  %s",
                    '"' + token + '"',
                    100 * next.probability(),
                    next.kept() ? "#".repeat((int) Math.round(40 * next.probability())) : "cut"));
            rows.add(Json.JsonObject.EMPTY
                    .with("token", token)
                    .with("probability", ProgressView.number(next.probability()))
                    .with("kept", next.kept()));
        }
        console.result("");
        console.event(ProgressView.event("next").with("tokens", new JsonArray(rows)));
    }

    private static long whole(
            String option, @Nullable String text, long standard, long least, long most, Problems problems) {
        Long value = text == null ? Long.valueOf(standard) : Values.whole(text);
        if (value == null || value < least || value > most) {
            problems.add(
                    "E611",
                    option,
                    "must be an integer in [" + least + ", " + most + "], found "
                            + NudgeException.quote(String.valueOf(text)) + ".");
            return standard;
        }
        return value;
    }

    private static double number(
            String option, @Nullable String text, double least, boolean inclusive, double most, Problems problems) {
        Double value = text == null ? Double.valueOf(1) : Values.number(text);
        if (value == null || value > most || !(inclusive ? value >= least : value > least)) {
            String range = most == Double.MAX_VALUE ? "at least 0 and finite" : "in (0, 1]";
            problems.add(
                    "E610", option, "must be " + range + ", found " + NudgeException.quote(String.valueOf(text)) + ".");
            return 1;
        }
        return value;
    }
}
