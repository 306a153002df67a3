package dev.nudge.examples;

import dev.nudge.nn.Gelu;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.generate.Generator;
import dev.nudge.nn.generate.NextToken;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Clipping;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ParameterGroup;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.Budget;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Fingerprint;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.CharacterTokenizer;
import dev.nudge.train.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A language model of characters: a small GPT that reads a text and learns which character comes next.
///
/// The model and its training are nanoGPT's configuration for a CPU: 4 blocks of 4 heads and 128
/// features, which see 64 characters, 2000 steps of 12 pieces of text. On the plays of Shakespeare
/// (1.1 million characters) it comes from the 4.2 nats a character of a guess to about 1.9, where
/// counting pairs of characters stops at 2.5, and writes something that looks like verse.
///
/// Without data it learns the sources of the Java library, which most JDKs carry.
final class CharGpt implements Example {
    private static final int MOST_CHARACTERS = 4_000_000; // of the Java library

    @Override
    public String name() {
        return "char-gpt";
    }

    @Override
    public String summary() {
        return "a small GPT that learns to write a text character by character";
    }

    @Override
    public String data() {
        return "text file in UTF-8, such as Tiny Shakespeare; without it, the sources of this Java's own library";
    }

    // ---- the text -------------------------------------------------------------------------------------------------

    /// Every piece of a text: row `i` is `length` tokens from place `i`, its target the same one place later.
    private record Pieces(int[] tokens, int length, int vocabulary) implements Dataset {
        @Override
        public int size() {
            return Math.max(0, tokens.length - length);
        }

        @Override
        public Type inputType() {
            return Type.of(DType.I32, Shape.of(length));
        }

        @Override
        public Type targetType() {
            return inputType();
        }

        @Override
        public Batch batch(int... rows) {
            int[] inputs = new int[rows.length * length];
            int[] targets = new int[rows.length * length];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(tokens, rows[i], inputs, i * length, length);
                System.arraycopy(tokens, rows[i] + 1, targets, i * length, length);
            }
            return new Batch(
                    Tensor.of(inputs, rows.length, length), Tensor.of(targets, rows.length, length), rows.clone());
        }

        @Override
        public String fingerprint() {
            return Fingerprint.start()
                    .add(new Value(Type.of(DType.I32, Shape.of(tokens.length)), tokens))
                    .text();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read as text in UTF-8 (" + e + ").", e);
        }
    }

    /// The classes of `java.util` and what lies below, by name.
    private static String javaLibrary() {
        Path archive = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (!Files.exists(archive)) {
            throw new NudgeException(
                    "E300", archive.toString(), "does not exist in this Java - give a text file with --data.");
        }
        StringBuilder text = new StringBuilder();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            List<? extends ZipEntry> sources = zip.stream()
                    .filter(entry -> entry.getName().startsWith("java.base/java/util/")
                            && entry.getName().endsWith(".java"))
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList();
            for (ZipEntry source : sources) {
                if (text.length() < MOST_CHARACTERS) {
                    text.append(new String(zip.getInputStream(source).readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new NudgeException("E300", archive.toString(), "cannot be read (" + e + ").", e);
        }
        return text.toString().replaceAll("[^\\n\\x20-\\x7e]", "");
    }

    // ---- from the text to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Path file = session.data();
        boolean small = session.small();
        String text = file == null ? javaLibrary() : read(file);
        if (small && text.length() > 100_000) {
            text = text.substring(0, 100_000);
        }
        CharacterTokenizer tokenizer = CharacterTokenizer.train(text);
        int vocabulary = tokenizer.unknown(); // the last id is that of characters which the text does not have
        int[] tokens = tokenizer.encode(text);
        int context = small ? 32 : 64;
        int start = tokens.length * 9 / 10; // of the last tenth, which no training step sees
        if (tokens.length - start <= context + 1) {
            throw new NudgeException(
                    "E518",
                    file == null ? name() : file.toString(),
                    tokens.length + " characters are too few - expected at least " + 20 * context + ".");
        }
        Pieces train = new Pieces(Arrays.copyOf(tokens, start), context, vocabulary);
        Pieces rest = new Pieces(Arrays.copyOfRange(tokens, start, tokens.length), context, vocabulary);
        int batch = 12;
        Dataset validation =
                drawn(rest, (small ? 20 : 200) * batch, session.keys().split());
        session.tell(String.format(
                Locale.ROOT, "%,d characters, %d of them distinct; the last tenth tests", tokens.length, vocabulary));

        // The model: what nanoGPT calls bias = False, with the exact GELU and the embeddings tied to the output.
        Gpt.Config config =
                small ? Gpt.Config.of(vocabulary, context, 2, 2, 32) : Gpt.Config.of(vocabulary, context, 4, 4, 128);
        Gpt model = Gpt.of(
                config.withoutBias().withFeedForward(4 * config.width(), new Gelu()),
                session.keys().init());

        // Matrices are held small by weight decay, the scales of the normalizations are not.
        int steps = small ? 600 : 2000;
        int warmup = steps / 20;
        double peak = small ? 4e-3 : 1e-3;
        Schedule rate = Schedules.warmup(warmup, new Schedules.Cosine(peak, steps - warmup, peak / 10));
        AdamW rule = AdamW.of().withBetas(0.9, 0.99).withWeightDecay(0.1);
        Optimizer optimizer = Optimizer.of(rule, rate, model)
                .withClipping(Clipping.byGlobalNorm(1))
                .withGroups(ParameterGroup.of(path -> path.contains("orm.weight"), rule.withWeightDecay(0)));
        Trainer trainer = Trainer.of(model, Losses.crossEntropy(), optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.steps(steps));
        FitResult fit = session.fit(trainer, train, null);

        double loss =
                Evaluator.evaluate(model, Losses.crossEntropy(), validation).loss();
        double baseline = bigrams(train.tokens(), rest.tokens(), vocabulary);
        session.show(String.format(Locale.ROOT, "validation loss   %.4f nats a character", loss));
        session.show(
                String.format(Locale.ROOT, "pairs, counted    %.4f; a guess %.4f", baseline, Math.log(vocabulary)));
        write(session, model, tokenizer, rest.tokens(), small ? 60 : 240);
        return Result.of(model, fit)
                .withTokenizer(tokenizer)
                .with("validationLoss", loss)
                .with("baselineLoss", baseline)
                .with("uniformLoss", Math.log(vocabulary));
    }

    /// Some rows of a data set, with repeats, as nanoGPT draws them.
    private static Dataset drawn(Dataset dataset, int count, RandomKey key) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = key.below(i, dataset.size());
        }
        return dataset.subset(rows);
    }

    /// Mean of `-ln p(next | this)` over `test`, where `p` counts the pairs of `train` and each pair once more.
    private static double bigrams(int[] train, int[] test, int vocabulary) {
        int[][] pairs = new int[vocabulary][vocabulary];
        int[] firsts = new int[vocabulary];
        for (int i = 1; i < train.length; i++) {
            pairs[train[i - 1]][train[i]]++;
            firsts[train[i - 1]]++;
        }
        double sum = 0;
        for (int i = 1; i < test.length; i++) {
            sum -= Math.log((pairs[test[i - 1]][test[i]] + 1.0) / (firsts[test[i - 1]] + vocabulary));
        }
        return sum / (test.length - 1);
    }

    /// Shows how the model goes on with a text it has not seen: the chances of the next character, and three
    /// samples.
    private static void write(Session session, Gpt model, Tokenizer tokenizer, int[] unseen, int count) {
        int[] prompt = Arrays.copyOf(unseen, model.context() / 2);
        Generator generator = Generator.of(model, Sampling.of().withTopP(0.9));
        session.show("");
        session.show("after " + quoted(tokenizer.decode(prompt)) + " comes");
        for (NextToken next : generator.next(prompt).subList(0, Math.min(8, model.vocabulary()))) {
            session.show(String.format(
                    Locale.ROOT,
                    "  %-4s %5.1f %%%s",
                    quoted(tokenizer.decode(next.token())),
                    100 * next.probability(),
                    next.kept() ? "" : "  cut by top-p 0.9"));
        }
        for (double temperature : new double[] {0.5, 0.8, 1.2}) {
            Sampling rule = Sampling.of().withTemperature(temperature);
            int[] tokens = generator
                    .withRule(rule)
                    .generate(prompt, count, session.keys().init().at(1));
            session.show("");
            session.show("temperature " + temperature);
            tokenizer.decode(tokens).lines().forEach(line -> session.show("  " + line));
        }
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\n", "\\n") + "\"";
    }
}
