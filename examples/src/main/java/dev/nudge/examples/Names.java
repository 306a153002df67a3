package dev.nudge.examples;

import dev.nudge.nn.Dropout;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.generate.Generator;
import dev.nudge.nn.generate.NextToken;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.Budget;
import dev.nudge.train.EarlyStopping;
import dev.nudge.train.FitResult;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.CharacterTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Invents names: learns from a list of names which character comes after those before it.
///
/// A network with long short-term memory (LSTM) reads a name character by character and says at each place how probable
/// each next one is. Its score is the mean of `-ln p` of the character that did come, in nats: the smaller, the less it
/// is surprised. A table of pairs of characters (a *bigram* model), which forgets all but the last one, stands beside.
///
/// Once trained, it writes: one character is drawn, read, and so on until the name ends. The *temperature* says how
/// bold the drawing is.
final class Names implements Example {
    private static final int END = 0; // id of the line break before the first and behind the last character
    private static final int NOTHING = -1; // target of the places behind the end, which do not count
    private static final CrossEntropy LOSS = CrossEntropy.of().withIgnoreIndex(NOTHING);

    @Override
    public String name() {
        return "names";
    }

    @Override
    public String summary() {
        return "a character model with memory (LSTM) that learns from a list of names and invents new ones";
    }

    @Override
    public String data() {
        return "text file with a name on each line";
    }

    // ---- the data -------------------------------------------------------------------------------------------------

    /// Names as ids of characters.
    ///
    /// @param names     as they stand in the file, in small letters
    /// @param tokenizer of the line break, which is the smallest character and so has the id [#END], and the others
    /// @param time      places of the longest name with its end
    private record Corpus(List<String> names, CharacterTokenizer tokenizer, int time) {
        static Corpus read(Path file) {
            List<String> names;
            try (var lines = Files.lines(file)) {
                names = lines.map(line ->
                                line.replaceAll("\\p{Cntrl}", " ").strip().toLowerCase(Locale.ROOT))
                        .filter(line -> !line.isEmpty())
                        .toList();
            } catch (IOException | UncheckedIOException e) {
                throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
            }
            int longest = names.stream().mapToInt(String::length).max().orElse(0);
            if (longest == 0 || longest > 100) {
                throw new NudgeException(
                        "E505",
                        file.toString(),
                        "expected a name of up to 100 characters on each line, found " + names.size()
                                + " names, the longest of " + longest + ".");
            }
            CharacterTokenizer tokenizer = CharacterTokenizer.train("\n" + String.join("\n", names));
            return new Corpus(names, tokenizer, longest + 1);
        }

        /// Number of characters with the line break.
        int symbols() {
            return tokenizer.unknown();
        }

        /// A row for each name: the input is the end mark and the characters, the target the same one place on.
        ///
        /// Behind the end of a short name the input does not matter: no target there counts, and a network that
        /// reads forward cannot look ahead.
        Dataset dataset() {
            int[] inputs = new int[names.size() * time];
            int[] targets = new int[names.size() * time];
            Arrays.fill(targets, NOTHING);
            for (int row = 0; row < names.size(); row++) {
                int[] name = tokenizer.encode(names.get(row));
                int start = row * time;
                System.arraycopy(name, 0, inputs, start + 1, name.length); // there is always a place for the end
                System.arraycopy(name, 0, targets, start, name.length);
                targets[start + name.length] = END;
            }
            Type type = Type.of(DType.I32, Shape.of(names.size(), time));
            return ArrayDataset.of(new Value(type, inputs), new Value(type, targets));
        }

        String text(int... ids) {
            return tokenizer.decode(ids).strip(); // of the line breaks
        }
    }

    // ---- the model ------------------------------------------------------------------------------------------------

    private static Layer model(int symbols, int width, RandomKey key) {
        return Sequential.of(
                Embedding.of(symbols, 32, key.at(0)),
                Recurrent.of(LstmCell::of, 32, width, 1, key.at(1)),
                new Dropout(0.2),
                Linear.of(width, symbols, key.at(2), Initializers.glorotUniform()));
    }

    /// The mean of `-ln p` over all characters and ends, in nats.
    private static double surprise(Layer model, Dataset names) {
        CrossEntropy sum = LOSS.withReduction(Reduction.SUM);
        double total = 0;
        long count = 0;
        for (Batch batch : names.ordered().batches(500)) {
            total += sum.of(model.forward(batch.inputs(), Pass.inference()), batch.targets())
                    .item();
            count += Arrays.stream(batch.targets().toInts())
                    .filter(id -> id != NOTHING)
                    .count();
        }
        return total / count;
    }

    /// The same of a table that knows how often each character followed each other one; every pair counts once more
    /// than it was seen, so that none is impossible.
    private static double bigramSurprise(Dataset train, Dataset names, int symbols) {
        double[][] counts = new double[symbols][symbols];
        for (double[] row : counts) {
            Arrays.fill(row, 1);
        }
        pairs(train, (before, next) -> counts[before][next]++);
        double[] totals = Arrays.stream(counts)
                .mapToDouble(row -> Arrays.stream(row).sum())
                .toArray();
        double[] sum = new double[2];
        pairs(names, (before, next) -> {
            sum[0] -= Math.log(counts[before][next] / totals[before]);
            sum[1]++;
        });
        return sum[0] / sum[1];
    }

    private interface Pair {
        void seen(int before, int next);
    }

    private static void pairs(Dataset names, Pair pair) {
        for (Batch batch : names.ordered().batches(500)) {
            int[] inputs = batch.inputs().toInts();
            int[] targets = batch.targets().toInts();
            for (int i = 0; i < targets.length; i++) {
                if (targets[i] != NOTHING) {
                    pair.seen(inputs[i], targets[i]);
                }
            }
        }
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Corpus corpus = Corpus.read(session.requiredData(this));
        session.tell(corpus.names().size() + " names, " + (corpus.symbols() - 1) + " characters");
        Split split = Split.plain(corpus.dataset(), 0.1, 0.1, session.keys().split());

        int epochs = 12;
        int batch = session.small() ? 32 : 64;
        Layer model = model(
                corpus.symbols(), session.small() ? 32 : 128, session.keys().init());
        long steps = (long) epochs * Math.ceilDiv(split.train().size(), batch);
        Optimizer optimizer = Optimizer.of(
                AdamW.of(),
                Schedules.warmup(steps / 20, Schedules.cosine(session.small() ? 0.01 : 0.005, steps)),
                model);
        Trainer trainer = Trainer.of(model, LOSS, optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs)); // all epochs, then the best weights
        FitResult fit = session.fit(trainer, split.train(), split.validation());

        double validation = surprise(model, split.validation());
        double test = surprise(model, split.test());
        double bigram = bigramSurprise(split.train(), split.validation(), corpus.symbols());
        session.show("validation           %.4f nats for each character".formatted(validation));
        session.show("test                 %.4f".formatted(test));
        session.show("pairs of characters  %.4f (validation)".formatted(bigram));
        write(model, corpus, session);
        return Result.of(model, fit)
                .withTokenizer(corpus.tokenizer())
                .with("validationLoss", validation)
                .with("testLoss", test)
                .with("baselineLoss", bigram);
    }

    /// Shows what the model holds probable and what it invents.
    private static void write(Layer model, Corpus corpus, Session session) {
        Generator generator = new Generator(model, corpus.time(), Sampling.of());
        StringBuilder table = new StringBuilder("first character     ");
        for (NextToken next : generator.next(END).subList(0, Math.min(6, corpus.symbols()))) {
            table.append(" %s %.0f %%".formatted(corpus.text(next.token()), 100 * next.probability()));
        }
        session.show(table.toString());
        for (double temperature : new double[] {0.5, 1, 1.5}) {
            Generator at = generator.withRule(Sampling.of().withTemperature(temperature));
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                int[] ids = at.generate(
                        new int[] {END},
                        corpus.time() - 1,
                        session.keys().dropout().at(-1L - i),
                        id -> id != END);
                names.append(' ').append(corpus.text(ids));
            }
            session.show("at temperature %.1f  ".formatted(temperature) + names);
        }
    }
}
