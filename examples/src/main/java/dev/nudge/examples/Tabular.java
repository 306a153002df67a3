package dev.nudge.examples;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
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
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// Tells from a census form whether a person earns more than 50 000 dollars a year: a table with numbers,
/// categories and missing cells, as most data of companies are.
///
/// Data: Adult, B. Becker and R. Kohavi 1996, UCI Machine Learning Repository, CC BY 4.0.
final class Tabular implements Example {
    private static final List<String> COLUMNS = List.of(
            "age",
            "workclass",
            "weight",
            "education",
            "educationYears",
            "maritalStatus",
            "occupation",
            "relationship",
            "race",
            "sex",
            "capitalGain",
            "capitalLoss",
            "hoursPerWeek",
            "country",
            "income");
    private static final List<String> CATEGORIES = List.of(
            "workclass",
            "education",
            "maritalStatus",
            "occupation",
            "relationship",
            "race",
            "sex",
            "country",
            "capitalGain", // a number too, but some amounts belong to the rich alone: tax forms know a few hundred
            "capitalLoss");

    @Override
    public String name() {
        return "tabular";
    }

    @Override
    public String summary() {
        return "who earns more than 50 000 dollars: embeddings of categories beside scaled numbers (Adult)";
    }

    @Override
    public String data() {
        return "file adult.data of UCI's Adult data set";
    }

    // ---- the data -------------------------------------------------------------------------------------------------

    /// The columns that are numbers. Gains and losses of capital are mostly 0 and sometimes huge, so their
    /// logarithm is taken. The weight says how many people a form stands for, nothing about the person, and is
    /// left out.
    private static List<IntToDoubleFunction> numbers(Table table) {
        return List.of(
                row -> table.number(row, "age"),
                row -> table.number(row, "educationYears"),
                row -> table.number(row, "hoursPerWeek"),
                row -> Math.log1p(table.number(row, "capitalGain")),
                row -> Math.log1p(table.number(row, "capitalLoss")));
    }

    private static int[] labels(Table table) {
        int[] labels = new int[table.size()];
        for (int row = 0; row < labels.length; row++) {
            String income = table.text(row, "income");
            labels[row] = switch (income) {
                case "<=50K", "<=50K." -> 0;
                case ">50K", ">50K." -> 1;
                default ->
                    throw new NudgeException(
                            "E505",
                            table.source() + " line " + table.lines().get(row) + ", column income",
                            "expected <=50K or >50K, found " + NudgeException.quote(income) + ".");
            };
        }
        return labels;
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Table table = Table.read(session.requiredData(this), COLUMNS);
        session.tell(table.size() + " rows, " + COLUMNS.size() + " columns");

        // A fifth to test on, a tenth to decide by, the rest to learn from. Everything is fitted to the rest alone.
        int[] order = session.keys().split().permutation(table.size());
        int testEnd = table.size() / 5;
        int validationEnd = testEnd + table.size() / 10;
        int[] training = Arrays.copyOfRange(order, validationEnd, order.length);
        Preparation preparation = Preparation.of(table, training, numbers(table), CATEGORIES);
        Dataset whole =
                ArrayDataset.of(preparation.rows(table.size()), Shape.of(preparation.width()), labels(table), 2);
        Dataset test = whole.subset(Arrays.copyOfRange(order, 0, testEnd));
        Dataset validation = whole.subset(Arrays.copyOfRange(order, testEnd, validationEnd));
        Dataset train = whole.subset(training);

        // What a linear model reaches: one number for each value of a category, which is logistic regression.
        Layer linear = linear(preparation, session.keys().init().at(1));
        trainer(linear, 0.01, 0, train, session).fit(train, validation);
        Scores baseline = Evaluator.evaluate(linear, Losses.crossEntropy(), test, Accuracy.ofLogits());

        Layer network = network(preparation, session.keys().init().at(2));
        FitResult fit = session.fit(trainer(network, 0.003, 0.02, train, session), train, validation);
        Scores scores = Evaluator.evaluate(network, Losses.crossEntropy(), test, Accuracy.ofLogits());

        double accuracy = scores.metric(Accuracy.class).value();
        double baselineAccuracy = baseline.metric(Accuracy.class).value();
        double majority = majority(test);
        session.show("test accuracy        %.4f".formatted(accuracy));
        session.show("logistic regression  %.4f".formatted(baselineAccuracy));
        session.show("always the larger    %.4f".formatted(majority));
        return Result.of(network, fit)
                .with("testAccuracy", accuracy)
                .with("testLoss", scores.loss())
                .with(
                        "validationLoss",
                        Evaluator.evaluate(network, Losses.crossEntropy(), validation)
                                .loss())
                .with("baselineAccuracy", baselineAccuracy)
                .with("baselineLoss", baseline.loss())
                .with("majorityAccuracy", majority);
    }

    private static Layer linear(Preparation preparation, RandomKey key) {
        Preparation.Features features = Preparation.Features.of(preparation, 1, key.at(1));
        int width = features.features(preparation.numbers().size());
        return Sequential.of(features, Linear.of(width, 2, key.at(2), Initializers.glorotUniform()));
    }

    private static Layer network(Preparation preparation, RandomKey key) {
        Preparation.Features features = Preparation.Features.of(preparation, 8, key.at(1));
        int width = features.features(preparation.numbers().size());
        return Sequential.of(
                features,
                Linear.of(width, 128, key.at(2)).withoutBias(), // the normalization takes away any bias
                BatchNorm.of(128),
                new Relu(),
                new Dropout(0.3),
                Linear.of(128, 64, key.at(3)).withoutBias(),
                BatchNorm.of(64),
                new Relu(),
                new Dropout(0.3),
                Linear.of(64, 2, key.at(4), Initializers.glorotUniform()));
    }

    private static Trainer trainer(Layer model, double rate, double decay, Dataset train, Session session) {
        int epochs = session.small() ? 8 : 20;
        int batch = session.small() ? 64 : 256;
        long steps = (long) epochs * Math.ceilDiv(train.size(), batch);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(decay), Schedules.cosine(rate, steps), model);
        return Trainer.of(model, Losses.crossEntropy(), optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs)) // all epochs, then the best weights
                .withMetrics(Accuracy.ofLogits());
    }

    /// Share of the more frequent class.
    private static double majority(Dataset dataset) {
        double ones = Arrays.stream(dataset.labels()).average().orElse(0);
        return Math.max(ones, 1 - ones);
    }
}
