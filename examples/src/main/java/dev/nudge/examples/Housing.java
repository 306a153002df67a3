package dev.nudge.examples;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Silu;
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
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// Says what a house costs from where it stands and who lives around it: a number is predicted, not a class.
///
/// Data: districts of California in the census of 1990, R. K. Pace and R. Barry 1997, Statistics and Probability
/// Letters 33, in the form with a category and missing cells.
final class Housing implements Example {
    private static final String PRICE = "median_house_value";
    private static final List<String> CATEGORIES = List.of("ocean_proximity");

    @Override
    public String name() {
        return "housing";
    }

    @Override
    public String summary() {
        return "prices of houses from place and people: regression on a table (California housing)";
    }

    @Override
    public String data() {
        return "CSV file of California housing with the columns longitude to ocean_proximity";
    }

    // ---- the data -------------------------------------------------------------------------------------------------

    /// The columns that are numbers: counts by their logarithm, since they reach from a few to thousands, and what
    /// one would ask of a district: how many rooms a household has, how many of them are bedrooms, how full they
    /// are.
    private static List<IntToDoubleFunction> numbers(Table table) {
        return List.of(
                row -> table.number(row, "longitude"),
                row -> table.number(row, "latitude"),
                row -> table.number(row, "housing_median_age"),
                row -> Math.log(table.number(row, "median_income")),
                row -> Math.log(table.number(row, "total_rooms")),
                row -> Math.log(table.number(row, "population")),
                row -> Math.log(table.number(row, "total_rooms") / table.number(row, "households")),
                row -> Math.log(table.number(row, "total_bedrooms") / table.number(row, "total_rooms")),
                row -> Math.log(table.number(row, "population") / table.number(row, "households")));
    }

    /// Waves over the map in four directions, finer and finer: from the smooth longitude and latitude alone a
    /// network would take long to learn that prices change within a few miles. Source: Tancik et al. 2020,
    /// arXiv:2006.10739.
    private static List<IntToDoubleFunction> waves(Table table) {
        List<IntToDoubleFunction> waves = new ArrayList<>();
        for (int octave = 0; octave < 5; octave++) {
            double perDegree = Math.PI * Math.pow(2, octave - 1);
            for (int direction = 0; direction < 4; direction++) {
                double east = Math.cos(Math.PI * direction / 4) * perDegree;
                double north = Math.sin(Math.PI * direction / 4) * perDegree;
                IntToDoubleFunction phase =
                        row -> east * table.number(row, "longitude") + north * table.number(row, "latitude");
                waves.add(row -> Math.sin(phase.applyAsDouble(row)));
                waves.add(row -> Math.cos(phase.applyAsDouble(row)));
            }
        }
        return waves;
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Table table = Table.read(session.requiredData(this));
        session.tell(table.size() + " districts");

        // A fifth to test on, a tenth to decide by, the rest to learn from. Everything is fitted to the rest alone.
        int[] order = session.keys().split().permutation(table.size());
        int testEnd = table.size() / 5;
        int validationEnd = testEnd + table.size() / 10;
        int[] training = Arrays.copyOfRange(order, validationEnd, order.length);
        Preparation.Quantity price = Preparation.Quantity.of(row -> table.number(row, PRICE), training);
        Parts plain = Parts.of(table, numbers(table), price, order, testEnd, validationEnd);
        List<IntToDoubleFunction> all = new ArrayList<>(numbers(table));
        all.addAll(waves(table));
        Parts parts = Parts.of(table, all, price, order, testEnd, validationEnd);

        RandomKey init = session.keys().init();
        Layer linear = linear(plain.preparation(), init.at(1));
        trainer(linear, 0.02, plain.train(), session).fit(plain.train(), plain.validation());
        Layer network = network(parts.preparation(), init.at(2));
        FitResult fit = session.fit(trainer(network, 0.003, parts.train(), session), parts.train(), parts.validation());

        double testLoss = Evaluator.evaluate(network, Losses.meanSquaredError(), parts.test())
                .loss();
        double baselineLoss = Evaluator.evaluate(linear, Losses.meanSquaredError(), plain.test())
                .loss();
        double validationLoss = Evaluator.evaluate(network, Losses.meanSquaredError(), parts.validation())
                .loss();
        double error = Math.sqrt(testLoss) * price.deviation(); // back to dollars
        double baseline = Math.sqrt(baselineLoss) * price.deviation();
        session.show("test error       %,.0f dollars (root mean square)".formatted(error));
        session.show("linear model     %,.0f dollars".formatted(baseline));
        return Result.of(network, fit)
                .with("testLoss", testLoss)
                .with("validationLoss", validationLoss)
                .with("testRmse", error)
                .with("baselineRmse", baseline);
    }

    /// The rows, prepared, in three parts; the targets are prices scaled to mean 0 and deviation 1.
    private record Parts(Preparation preparation, Dataset train, Dataset validation, Dataset test) {
        static Parts of(
                Table table,
                List<IntToDoubleFunction> numbers,
                Preparation.Quantity price,
                int[] order,
                int testEnd,
                int validationEnd) {
            int[] training = Arrays.copyOfRange(order, validationEnd, order.length);
            Preparation preparation = Preparation.of(table, training, numbers, CATEGORIES);
            float[] prices = new float[table.size()];
            for (int row = 0; row < prices.length; row++) {
                prices[row] = price.scaled(row);
            }
            Dataset whole =
                    ArrayDataset.of(preparation.rows(table.size()), Shape.of(preparation.width()), prices, Shape.of(1));
            return new Parts(
                    preparation,
                    whole.subset(training),
                    whole.subset(Arrays.copyOfRange(order, testEnd, validationEnd)),
                    whole.subset(Arrays.copyOfRange(order, 0, testEnd)));
        }
    }

    private static Layer linear(Preparation preparation, RandomKey key) {
        Preparation.Features features = Preparation.Features.of(preparation, 1, key.at(1));
        int width = features.features(preparation.numbers().size());
        return Sequential.of(features, Linear.of(width, 1, key.at(2), Initializers.glorotUniform()));
    }

    private static Layer network(Preparation preparation, RandomKey key) {
        Preparation.Features features = Preparation.Features.of(preparation, 4, key.at(1));
        int width = features.features(preparation.numbers().size());
        return Sequential.of(
                features,
                Linear.of(width, 128, key.at(2)).withoutBias(), // the normalization takes away any bias
                BatchNorm.of(128),
                new Silu(),
                Linear.of(128, 64, key.at(3)).withoutBias(),
                BatchNorm.of(64),
                new Silu(),
                Linear.of(64, 1, key.at(4), Initializers.glorotUniform()));
    }

    private static Trainer trainer(Layer model, double rate, Dataset train, Session session) {
        int epochs = session.small() ? 20 : 40;
        int batch = 64;
        long steps = (long) epochs * Math.ceilDiv(train.size(), batch);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0.05), Schedules.cosine(rate, steps), model);
        return Trainer.of(model, Losses.meanSquaredError(), optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs)); // all epochs, then the best weights
    }
}
