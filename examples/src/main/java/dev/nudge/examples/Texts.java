package dev.nudge.examples;

import dev.nudge.nn.Dropout;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.EmbeddingBag;
import dev.nudge.nn.EmbeddingBag.Pooling;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.TokenDropout;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.Budget;
import dev.nudge.train.EarlyStopping;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Scores;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Accuracy;
import dev.nudge.train.text.FeatureTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Short texts of two kinds, and how a network learns to tell one kind from the other.
///
/// A text becomes the set of its *features*: words, pairs of words, and pieces of words. Each feature has a vector, the
/// text is the mean of the vectors of its features, and a linear layer decides. The order of the words is lost but for
/// the pairs, which costs little in short texts (Joulin et al. 2017, arXiv:1607.01759). Features are not collected
/// in a dictionary; their hash is their number, and a few share a number by accident.
///
/// @param source where they come from, for errors
/// @param texts  the texts
/// @param labels 0 or 1 for each
/// @param kinds  what 0 and 1 are called
record Texts(String source, List<String> texts, int[] labels, List<String> kinds) {
    private static final int WIDTH = 16; // of a vector; this and the rest by the validation part of one data set
    private static final double DROPOUT = 0.3;
    private static final double FEATURE_DROPOUT = 0.5;
    private static final double RATE = 0.01;
    private static final double DECAY = 0.05;

    /// What was learned and how well it does.
    ///
    /// @param reading how texts become numbers
    /// @param result  scores `testAccuracy`, `testLoss`, `validationLoss`, `baselineAccuracy`, `majorityAccuracy`
    record Learned(Reading reading, Result result, Layer model) {
        /// Shows how probable it is that texts are of the second kind.
        void show(Session session, String kind, List<String> samples) {
            for (String sample : samples) {
                Tensor logits = model.forward(Tensor.of(reading.ids(sample), 1, reading.length()));
                session.show("%5.1f %% %s  %s".formatted(100 * logits.softmax().toDoubles()[1], kind, sample));
            }
        }
    }

    /// The lines of a file, in UTF-8, or where it is not that, in Latin-1.
    ///
    /// @throws NudgeException (E300) if it cannot be read
    static List<String> lines(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text;
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                text = new String(bytes, StandardCharsets.ISO_8859_1);
            }
            return text.lines().toList();
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
    }

    // ---- from texts to numbers ------------------------------------------------------------------------------------

    /// How texts become numbers.
    ///
    /// @param tokenizer what makes features of a text
    /// @param length    most features of a text; those behind are not seen
    record Reading(FeatureTokenizer tokenizer, int length) {
        /// The numbers of the features, padded.
        int[] ids(String text) {
            return Arrays.copyOf(tokenizer.encode(text), length);
        }
    }

    private Dataset dataset(Reading reading) {
        int[] ids = new int[texts.size() * reading.length()];
        for (int row = 0; row < texts.size(); row++) {
            System.arraycopy(reading.ids(texts.get(row)), 0, ids, row * reading.length(), reading.length());
        }
        Value inputs = new Value(Type.of(DType.I32, Shape.of(texts.size(), reading.length())), ids);
        Value targets = new Value(Type.of(DType.I32, Shape.of(texts.size())), labels);
        return ArrayDataset.of(inputs, targets);
    }

    // ---- the models -----------------------------------------------------------------------------------------------

    private static Layer network(Reading reading, RandomKey key) {
        Embedding features =
                Embedding.of(reading.tokenizer().buckets(), WIDTH, key.at(0)).withPadding(FeatureTokenizer.PADDING);
        return Sequential.of(
                new TokenDropout(FEATURE_DROPOUT),
                new EmbeddingBag(features, Pooling.MEAN),
                new Dropout(DROPOUT),
                Linear.of(WIDTH, 2, key.at(1), Initializers.glorotUniform()));
    }

    /// Logistic regression: each word has one number for each kind, and the sums decide.
    private static Layer linear(Reading reading, RandomKey key) {
        Embedding features = Embedding.of(reading.tokenizer().buckets(), 2, key, Initializers.zeros())
                .withPadding(FeatureTokenizer.PADDING);
        return new EmbeddingBag(features, Pooling.SUM);
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    /// Learns from most of the texts and tests on those put apart.
    Learned learn(Session session) {
        FeatureTokenizer tokenizer = new FeatureTokenizer(session.small() ? 1 << 12 : 1 << 16, true);
        int most = texts.stream()
                .mapToInt(text -> tokenizer.encode(text).length)
                .max()
                .orElse(1);
        Reading rich = new Reading(tokenizer, Math.min(most, 400));
        Reading plain = new Reading(new FeatureTokenizer(1 << 15, false), Math.min(most, 200));

        // A fifth to test on, a tenth to decide by, the rest to learn from.
        int[] order = session.keys().split().permutation(texts.size());
        int testEnd = texts.size() / 5;
        int validationEnd = testEnd + texts.size() / 10;
        if (testEnd == validationEnd) {
            throw new NudgeException("E518", source, "expected at least 10 texts, found " + texts.size() + ".");
        }
        int[] testRows = Arrays.copyOfRange(order, 0, testEnd);
        int[] validationRows = Arrays.copyOfRange(order, testEnd, validationEnd);
        int[] trainRows = Arrays.copyOfRange(order, validationEnd, order.length);

        Dataset words = dataset(plain);
        Layer linear = linear(plain, session.keys().init().at(1));
        trainer(linear, 0, trainRows.length, session).fit(words.subset(trainRows), words.subset(validationRows));
        Scores baseline = scores(linear, words.subset(testRows));

        Dataset all = dataset(rich);
        Layer network = network(rich, session.keys().init().at(2));
        FitResult fit = session.fit(
                trainer(network, DECAY, trainRows.length, session), all.subset(trainRows), all.subset(validationRows));
        Scores test = scores(network, all.subset(testRows));
        Scores validation = scores(network, all.subset(validationRows));

        double accuracy = test.metric(Accuracy.class).value();
        double linearAccuracy = baseline.metric(Accuracy.class).value();
        double ones = Arrays.stream(testRows).map(row -> labels[row]).average().orElse(0);
        session.show("test accuracy               %.4f".formatted(accuracy));
        session.show("logistic regression, words  %.4f".formatted(linearAccuracy));
        session.show("always the larger kind      %.4f".formatted(Math.max(ones, 1 - ones)));
        Result result = Result.of(network, fit)
                .withTokenizer(tokenizer)
                .withClasses(kinds)
                .with("testAccuracy", accuracy)
                .with("testLoss", test.loss())
                .with("validationAccuracy", validation.metric(Accuracy.class).value())
                .with("validationLoss", validation.loss())
                .with("baselineAccuracy", linearAccuracy)
                .with("majorityAccuracy", Math.max(ones, 1 - ones));
        return new Learned(rich, result, network);
    }

    private static Trainer trainer(Layer model, double decay, int rows, Session session) {
        int batch = session.small() ? 16 : 64;
        int epochs = session.small() ? 16 : 8;
        long steps = (long) epochs * Math.ceilDiv(rows, batch);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(decay), Schedules.linear(RATE, steps), model);
        return Trainer.of(model, Losses.crossEntropy(), optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs)) // all epochs, then the best weights
                .withMetrics(Accuracy.ofLogits());
    }

    private static Scores scores(Layer model, Dataset texts) {
        return Evaluator.evaluate(model, Losses.crossEntropy(), texts, Accuracy.ofLogits());
    }
}
