package dev.nudge.examples;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.Budget;
import dev.nudge.train.EarlyStopping;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Split;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Recommends: learns from the ratings that people gave what they would say of things they have not rated.
///
/// Every user and every item is a few numbers (an *embedding*) that nobody supplies; training finds them. The predicted
/// rating is `mean + userBias + itemBias + userFactors · itemFactors`, which is matrix factorization (Koren, Bell and
/// Volinsky 2009).
///
/// Without data it trains on a generated catalogue, where the factors that made the ratings are known, and shows that
/// training has found them: each true factor is a weighted sum of the learned ones.
final class Recommender implements Example {
    private static final int TRUE_FACTORS = 3;
    private static final double NOISE = 0.3; // standard deviation of what no model can know of a rating

    @Override
    public String name() {
        return "recommender";
    }

    @Override
    public String summary() {
        return "matrix factorization: embeddings of users and items learned from ratings";
    }

    @Override
    public String data() {
        return "folder of MovieLens 100k with its file u.data; without it, a generated catalogue whose factors are known";
    }

    // ---- the model ------------------------------------------------------------------------------------------------

    /// Predicts ratings from pairs of indices, `[batch, 2]` to `[batch]`.
    ///
    /// @param users     an embedding for each user, `[users, factors]`
    /// @param items     an embedding for each item, `[items, factors]`
    /// @param userBias  how much higher a user rates than others, `[users, 1]`
    /// @param itemBias  how much higher an item is rated than others, `[items, 1]`
    /// @param mean      mean rating, `[1]`
    record Factorization(Parameter users, Parameter items, Parameter userBias, Parameter itemBias, Parameter mean)
            implements Layer {
        static Factorization of(int users, int items, int factors, double mean, RandomKey key) {
            return new Factorization(
                    embedding(users, factors, key.at(0)),
                    embedding(items, factors, key.at(1)),
                    Parameter.zeros(users, 1),
                    Parameter.zeros(items, 1),
                    Parameter.of(new float[] {(float) mean}, 1));
        }

        private static Parameter embedding(int rows, int width, RandomKey key) {
            Type type = Type.of(DType.F32, Shape.of(rows, width));
            return Parameter.of(Initializers.normal(0.1).values(key, type, rows, width));
        }

        @Override
        public Tensor forward(Tensor pairs, Pass pass) {
            Tensor user = pairs.slice(1, 0, 1).squeeze(1);
            Tensor item = pairs.slice(1, 1, 1).squeeze(1);
            Tensor agreement =
                    users.tensor().gather(user).mul(items.tensor().gather(item)).sum(1);
            Tensor bias = userBias.tensor()
                    .gather(user)
                    .add(itemBias.tensor().gather(item))
                    .squeeze(1);
            return agreement.add(bias).add(mean.tensor());
        }
    }

    // ---- the data -------------------------------------------------------------------------------------------------

    /// Ratings, with what made them where that is known.
    private record Ratings(
            int users,
            int items,
            int[] pairs,
            float[] ratings,
            @Nullable Truth truth) {
        Dataset dataset() {
            Value inputs = new Value(Type.of(DType.I32, Shape.of(ratings.length, 2)), pairs);
            Value targets = new Value(Type.of(DType.F32, Shape.of(ratings.length)), ratings);
            return ArrayDataset.of(inputs, targets);
        }
    }

    /// The factors that made the ratings of the generated catalogue.
    private record Truth(double[][] users, double[][] items) {}

    private static Ratings generated(int users, int items, RandomKey key) {
        double[][] userFactors = factors(users, key.at(0));
        double[][] itemFactors = factors(items, key.at(1));
        double[][] biases = {normals(users, key.at(2)), normals(items, key.at(3))};
        RandomKey noise = key.at(4);
        int[] cells = key.at(5).permutation(users * items);
        int count = users * items / 4; // the rest of the table is what a recommender is asked about
        int[] pairs = new int[2 * count];
        float[] ratings = new float[count];
        for (int i = 0; i < count; i++) {
            int user = cells[i] / items;
            int item = cells[i] % items;
            double rating = 3 + 0.3 * biases[0][user] + 0.3 * biases[1][item];
            for (int f = 0; f < TRUE_FACTORS; f++) {
                rating += 0.5 * userFactors[user][f] * itemFactors[item][f];
            }
            pairs[2 * i] = user;
            pairs[2 * i + 1] = item;
            ratings[i] = (float) (rating + NOISE * normal(noise, i));
        }
        return new Ratings(users, items, pairs, ratings, new Truth(userFactors, itemFactors));
    }

    private static double[][] factors(int rows, RandomKey key) {
        double[][] factors = new double[rows][];
        for (int row = 0; row < rows; row++) {
            factors[row] = normals(TRUE_FACTORS, key.at(row));
        }
        return factors;
    }

    private static double[] normals(int count, RandomKey key) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = normal(key, i);
        }
        return values;
    }

    /// A standard normal number by Box and Muller's formula.
    private static double normal(RandomKey key, int index) {
        double radius = Math.sqrt(-2 * Math.log(1 - key.uniform(2L * index)));
        return radius * Math.cos(2 * Math.PI * key.uniform(2L * index + 1));
    }

    /// Reads lines of `user TAB item TAB rating TAB time`; the numbers of users and items may have gaps.
    private static Ratings movieLens(Path folder) {
        Path file = Files.isDirectory(folder) ? folder.resolve("u.data") : folder;
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
        Map<String, Integer> users = new HashMap<>();
        Map<String, Integer> items = new HashMap<>();
        int[] pairs = new int[2 * lines.size()];
        float[] ratings = new float[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            String[] fields = lines.get(i).split("\t", -1);
            try {
                pairs[2 * i] = users.computeIfAbsent(fields[0], _ -> users.size());
                pairs[2 * i + 1] = items.computeIfAbsent(fields[1], _ -> items.size());
                ratings[i] = Float.parseFloat(fields[2]);
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                throw new NudgeException(
                        "E505",
                        file + " line " + (i + 1),
                        "expected user, item, rating and time with tabs between, found "
                                + NudgeException.quote(lines.get(i)) + ".",
                        e);
            }
        }
        return new Ratings(users.size(), items.size(), pairs, ratings, null);
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Path folder = session.data();
        RandomKey catalogue = session.keys().split().at(1);
        Ratings ratings = folder == null
                ? session.small() ? generated(200, 150, catalogue) : generated(600, 400, catalogue)
                : movieLens(folder);
        session.tell(
                ratings.users() + " users, " + ratings.items() + " items, " + ratings.ratings().length + " ratings");
        Split split = Split.plain(ratings.dataset(), 0.1, 0.1, session.keys().split());

        // Real taste has many weak factors, so the weights of a real catalogue must be held small; the generated one
        // has three strong ones.
        boolean isReal = ratings.truth() == null;
        double mean = mean(split.train());
        Factorization model = Factorization.of(
                ratings.users(),
                ratings.items(),
                isReal ? 16 : TRUE_FACTORS,
                mean,
                session.keys().init());
        int epochs = session.small() ? 30 : 40;
        int batch = 256;
        long steps = (long) epochs * Math.ceilDiv(split.train().size(), batch);
        AdamW rule = AdamW.of().withWeightDecay(isReal ? 0.3 : 0.02);
        Trainer trainer = Trainer.of(
                        model,
                        Losses.meanSquaredError(),
                        Optimizer.of(rule, Schedules.cosine(0.02, steps), model),
                        session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs));
        FitResult fit = session.fit(trainer, split.train(), split.validation());

        double testLoss = Evaluator.evaluate(model, Losses.meanSquaredError(), split.test())
                .loss();
        double validationLoss = Evaluator.evaluate(model, Losses.meanSquaredError(), split.validation())
                .loss();
        double baseline = biasesAlone(split, ratings, mean);
        session.show(
                "test error       %.4f (root mean square, in points of the rating)".formatted(Math.sqrt(testLoss)));
        session.show("biases alone     %.4f".formatted(baseline));
        Result result = Result.of(model, fit)
                .with("testLoss", testLoss)
                .with("validationLoss", validationLoss)
                .with("testRmse", Math.sqrt(testLoss))
                .with("baselineRmse", baseline);
        Truth truth = ratings.truth();
        if (truth == null) {
            return result;
        }
        double recovery = Math.min(recovery(truth.users(), model.users()), recovery(truth.items(), model.items()));
        session.show("noise            %.4f (no model can do better)".formatted(NOISE));
        session.show("true factors     %.2f %% of the variance of each, at least, is in the learned ones"
                .formatted(100 * recovery));
        return result.with("noise", NOISE).with("factorRecovery", recovery);
    }

    private static double mean(Dataset dataset) {
        double sum = 0;
        for (Batch batch : dataset.ordered().batches(1024)) {
            sum += batch.targets().sum().item();
        }
        return sum / dataset.size();
    }

    /// Root mean square error on the test part of `mean + userBias + itemBias`, each bias the mean
    /// of what is left, held back where there are few ratings.
    private static double biasesAlone(Split split, Ratings ratings, double mean) {
        double[] user = new double[ratings.users()];
        double[] item = new double[ratings.items()];
        List<double[]> train = rows(split.train());
        for (int round = 0; round < 10; round++) {
            fitBias(train, user, item, 0, mean);
            fitBias(train, item, user, 1, mean);
        }
        double squares = 0;
        List<double[]> test = rows(split.test());
        for (double[] row : test) {
            double error = row[2] - mean - user[(int) row[0]] - item[(int) row[1]];
            squares += error * error;
        }
        return Math.sqrt(squares / test.size());
    }

    private static void fitBias(List<double[]> rows, double[] own, double[] other, int axis, double mean) {
        double[] sums = new double[own.length];
        double[] counts = new double[own.length];
        for (double[] row : rows) {
            sums[(int) row[axis]] += row[2] - mean - other[(int) row[1 - axis]];
            counts[(int) row[axis]]++;
        }
        for (int i = 0; i < own.length; i++) {
            own[i] = sums[i] / (counts[i] + 5);
        }
    }

    private static List<double[]> rows(Dataset dataset) {
        List<double[]> rows = new ArrayList<>();
        for (Batch batch : dataset.ordered().batches(1024)) {
            int[] pairs = batch.inputs().toInts();
            float[] ratings = batch.targets().toFloats();
            for (int i = 0; i < ratings.length; i++) {
                rows.add(new double[] {pairs[2 * i], pairs[2 * i + 1], ratings[i]});
            }
        }
        return rows;
    }

    /// Share of the variance of each true factor that a weighted sum of the learned ones (and a constant) explains, the
    /// worst of them. Factors are defined up to such sums only: turning all embeddings changes no rating.
    static double recovery(double[][] truth, Parameter learned) {
        int rows = truth.length;
        int width = learned.shape().extent(1);
        double worst = 1;
        for (int factor = 0; factor < truth[0].length; factor++) {
            // Least squares by the normal equations: columns are the learned factors, a constant, and the true one.
            int n = width + 1;
            double[][] equations = new double[n][n + 1];
            double sum = 0;
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                double[] x = new double[n];
                for (int j = 0; j < width; j++) {
                    x[j] = learned.storage().at(row * width + j);
                }
                x[width] = 1;
                double y = truth[row][factor];
                sum += y;
                squares += y * y;
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        equations[i][j] += x[i] * x[j];
                    }
                    equations[i][n] += x[i] * y;
                }
            }
            double[] right = new double[n];
            for (int i = 0; i < n; i++) {
                right[i] = equations[i][n];
            }
            double[] solution = solve(equations);
            double explained = 0;
            for (int i = 0; i < n; i++) {
                explained += solution[i] * right[i];
            }
            double total = squares - sum * sum / rows;
            worst = Math.min(worst, 1 - (squares - explained) / total);
        }
        return worst;
    }

    /// Solves `n` equations in place by Gaussian elimination; they are positive definite, so no rows need swapping.
    private static double[] solve(double[][] equations) {
        int n = equations.length;
        for (int i = 0; i < n; i++) {
            for (int row = 0; row < n; row++) {
                if (row != i) {
                    double factor = equations[row][i] / equations[i][i];
                    for (int column = i; column <= n; column++) {
                        equations[row][column] -= factor * equations[i][column];
                    }
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = equations[i][n] / equations[i][i];
        }
        return solution;
    }
}
