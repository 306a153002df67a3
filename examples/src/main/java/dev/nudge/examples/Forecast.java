package dev.nudge.examples;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Parallel;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.Budget;
import dev.nudge.train.EarlyStopping;
import dev.nudge.train.Evaluator;
import dev.nudge.train.FitResult;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Forecasts the next value of a series from those before it and from the same season a year ago.
///
/// The past trains, the future tests: rows are never drawn at random here, or the model would be asked about
/// days whose neighbours it has seen. Every figure stands beside the *seasonal naive* forecast, "as a year ago",
/// which is hard to beat and has nothing to learn.
///
/// Without data it forecasts a generated series of months with growth, seasons and noise.
final class Forecast implements Example {
    private static final int AROUND = 3; // steps before and after the same day a year ago that are looked at

    @Override
    public String name() {
        return "forecast";
    }

    @Override
    public String summary() {
        return "the next month or day of a series with seasons, beside the seasonal naive forecast";
    }

    @Override
    public String data() {
        return "CSV file of dates (yyyy-MM or yyyy-MM-dd) and values; without it, a generated series";
    }

    // ---- the data -------------------------------------------------------------------------------------------------

    /// Values in the order of time.
    ///
    /// @param dates  when, for showing
    /// @param values what
    /// @param season steps after which the seasons return
    /// @param noise  what no model can know, as a share of the value, or NaN where that is not known
    private record Series(List<String> dates, double[] values, int season, double noise) {
        /// A file of dates and values.
        static Series read(Path file) {
            Table table = Table.read(file);
            if (table.columns().size() != 2) {
                throw new NudgeException(
                        "E504", table.source(), "expected two columns, date and value, found " + table.columns() + ".");
            }
            List<String> dates = IntStream.range(0, table.size())
                    .mapToObj(row -> table.text(row, table.columns().getFirst()))
                    .toList();
            double[] values = IntStream.range(0, table.size())
                    .mapToDouble(row -> table.number(row, table.columns().getLast()))
                    .toArray();
            for (int row = 0; row < values.length; row++) {
                boolean isOrdered = row == 0 || dates.get(row - 1).compareTo(dates.get(row)) < 0;
                if (Double.isNaN(values[row]) || !isOrdered) {
                    throw new NudgeException(
                            "E505",
                            table.source() + " line " + table.lines().get(row),
                            "expected a value for a date after the one before, found "
                                    + NudgeException.quote(
                                            String.join(",", table.rows().get(row))) + ".");
                }
            }
            boolean isMonthly = dates.getFirst().matches("\\d{4}-\\d{2}");
            if (!isMonthly && !dates.getFirst().matches("\\d{4}-\\d{2}-\\d{2}")) {
                throw new NudgeException(
                        "E505",
                        table.source() + " line " + table.lines().getFirst(),
                        "expected a date as 1999-12 or 1999-12-31, found " + NudgeException.quote(dates.getFirst())
                                + ".");
            }
            return new Series(dates, values, isMonthly ? 12 : 365, Double.NaN);
        }

        /// Months with growth, seasons that grow along, and noise.
        static Series generated(int months, RandomKey key) {
            double noise = 0.03;
            double[] values = new double[months];
            for (int month = 0; month < months; month++) {
                double angle = 2 * Math.PI * month / 12;
                double seasons = 0.2 * Math.sin(angle) + 0.1 * Math.cos(2 * angle) + 0.05 * Math.sin(3 * angle);
                double radius = Math.sqrt(-2 * Math.log(1 - key.uniform(2L * month))); // Box and Muller
                double normal = radius * Math.cos(2 * Math.PI * key.uniform(2L * month + 1));
                values[month] = 100 * Math.exp(0.006 * month + seasons + noise * normal);
            }
            List<String> dates = IntStream.range(0, months)
                    .mapToObj(month -> "%04d-%02d".formatted(2000 + month / 12, 1 + month % 12))
                    .toList();
            return new Series(dates, values, 12, noise);
        }
    }

    /// A series as rows for a network, one for each step that has enough past.
    ///
    /// All is told relative to the last value, so that a series that grows stays in the range that the network has
    /// learnt; and in logarithms where values are positive, so that seasons that grow along with the series look
    /// the same every year.
    ///
    /// @param first  step of the first row
    /// @param window steps of the near past that are looked at
    /// @param scale  what differences are divided by: their deviation in the training part
    private record Rows(Series series, double[] levels, boolean isLog, int first, int window, double scale) {
        static Rows of(Series series, int trainingEnd) {
            boolean isLog = Arrays.stream(series.values(), 0, trainingEnd).allMatch(value -> value > 0);
            double[] levels = Arrays.stream(series.values())
                    .map(value -> isLog ? Math.log(value) : value)
                    .toArray();
            double squares = 0;
            for (int step = 1; step < trainingEnd; step++) {
                squares += Math.pow(levels[step] - levels[step - 1], 2);
            }
            int window = 13;
            int first = Math.max(series.season() + AROUND, window);
            return new Rows(series, levels, isLog, first, window, Math.sqrt(squares / (trainingEnd - 1)));
        }

        int width() {
            return window - 1 + 2 * AROUND + 1 + 4;
        }

        private double relative(int step, int to) {
            return (levels[step] - levels[to]) / scale;
        }

        /// What is known before `step`: the near past, the days around a year ago, and the time of the year.
        private void fill(int step, float[] row, int at) {
            int last = step - 1;
            for (int back = 2; back <= window; back++) {
                row[at++] = (float) relative(step - back, last);
            }
            for (int around = -AROUND; around <= AROUND; around++) {
                row[at++] = (float) relative(step - series.season() + around, last);
            }
            double angle = 2 * Math.PI * step / series.season();
            for (int wave = 1; wave <= 2; wave++) {
                row[at++] = (float) Math.sin(wave * angle);
                row[at++] = (float) Math.cos(wave * angle);
            }
        }

        Dataset dataset() {
            int count = levels.length - first;
            float[] inputs = new float[count * width()];
            float[] targets = new float[count];
            for (int i = 0; i < count; i++) {
                fill(first + i, inputs, i * width());
                targets[i] = (float) relative(first + i, first + i - 1);
            }
            return ArrayDataset.of(inputs, Shape.of(width()), targets, Shape.of(1));
        }

        /// The value at `step` that a prediction stands for.
        double value(int step, double predicted) {
            double level = levels[step - 1] + scale * predicted;
            return isLog ? Math.exp(level) : level;
        }
    }

    // ---- the model ------------------------------------------------------------------------------------------------

    /// A weighted sum of the past beside a small network, which bends it where that helps.
    private static Layer model(int width, RandomKey key) {
        return Parallel.sum(
                Linear.of(width, 1, key.at(1), Initializers.normal(0.01)),
                Sequential.of(
                        Linear.of(width, 16, key.at(2), Initializers.glorotUniform()),
                        new Tanh(),
                        Linear.of(16, 1, key.at(3), Initializers.normal(0.01))));
    }

    // ---- from the data to the score -------------------------------------------------------------------------------

    @Override
    public Result run(Session session) {
        Path file = session.data();
        Series series =
                file == null ? Series.generated(240, session.keys().split().at(1)) : Series.read(file);
        int length = series.values().length;
        int testStart = length - length / 5;
        int validationStart = testStart - length / 10;
        Rows rows = Rows.of(series, validationStart);
        if (rows.first() + 20 > validationStart) {
            throw new NudgeException(
                    "E518",
                    file == null ? "forecast" : file.toString(),
                    length + " values are too few - expected at least three years to learn from.");
        }
        session.tell(length + " values, " + series.season() + " a year; the last fifth, from "
                + series.dates().get(testStart) + ", is forecast");
        Dataset whole = rows.dataset();
        Dataset train = part(whole, 0, validationStart - rows.first());
        Dataset validation = part(whole, validationStart - rows.first(), testStart - rows.first());
        Dataset test = part(whole, testStart - rows.first(), whole.size());

        Layer model = model(rows.width(), session.keys().init());
        int batch = 32;
        int epochs = Math.max(20, (session.small() ? 600 : 3000) * batch / train.size());
        long steps = (long) epochs * Math.ceilDiv(train.size(), batch);
        Optimizer optimizer = Optimizer.of(AdamW.of().withWeightDecay(0.1), Schedules.cosine(0.003, steps), model);
        Trainer trainer = Trainer.of(model, Losses.meanSquaredError(), optimizer, session.seed())
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withEarlyStopping(EarlyStopping.of(epochs)); // all epochs, then the best weights
        FitResult fit = session.fit(trainer, train, validation);

        float[] predicted = predictions(model, test);
        double squares = 0;
        double seasonal = 0;
        double same = 0;
        double unknowable = 0;
        for (int step = testStart; step < length; step++) {
            double actual = series.values()[step];
            double forecast = rows.value(step, predicted[step - testStart]);
            squares += Math.pow(forecast - actual, 2);
            seasonal += Math.pow(series.values()[step - series.season()] - actual, 2);
            same += Math.pow(series.values()[step - 1] - actual, 2);
            unknowable += Math.pow(series.noise() * actual, 2);
            if (step >= length - 5) {
                session.show(String.format(
                        Locale.ROOT,
                        "%s  forecast %.1f, was %.1f",
                        series.dates().get(step),
                        forecast,
                        actual));
            }
        }
        int tested = length - testStart;
        double error = Math.sqrt(squares / tested);
        double seasonalNaive = Math.sqrt(seasonal / tested);
        double lastValue = Math.sqrt(same / tested);
        session.show(line("test error", error));
        session.show(line("as a year ago", seasonalNaive));
        session.show(line("as the last one", lastValue));
        Result result = Result.of(model, fit)
                .with(
                        "testLoss",
                        Evaluator.evaluate(model, Losses.meanSquaredError(), test)
                                .loss())
                .with(
                        "validationLoss",
                        Evaluator.evaluate(model, Losses.meanSquaredError(), validation)
                                .loss())
                .with("testRmse", error)
                .with("seasonalNaiveRmse", seasonalNaive)
                .with("lastValueRmse", lastValue);
        if (Double.isNaN(series.noise())) {
            return result;
        }
        double noise = Math.sqrt(unknowable / tested);
        session.show(line("noise", noise));
        return result.with("noise", noise);
    }

    private static String line(String what, double error) {
        return String.format(Locale.ROOT, "%-15s  %.2f (root mean square)", what, error);
    }

    private static Dataset part(Dataset whole, int from, int to) {
        return whole.subset(IntStream.range(from, to).toArray());
    }

    private static float[] predictions(Layer model, Dataset dataset) {
        int[] all = IntStream.range(0, dataset.size()).toArray();
        Tensor predicted = model.forward(dataset.batch(all).inputs());
        return predicted.toFloats();
    }
}
