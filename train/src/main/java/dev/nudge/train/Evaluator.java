package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.MeanLoss;
import dev.nudge.train.metric.Metric;
import java.util.ArrayList;
import java.util.List;

/// Looks at how a model does, without changing it.
public final class Evaluator {
    private static final int BATCH = 256;

    private Evaluator() {}

    /// Loss and metrics of `model` over all of `dataset`, in the order of its rows.
    ///
    /// The same every time; the size of the batches matters for rounding alone, because each counts its
    /// [Loss#weight].
    ///
    /// @throws NudgeException (E501) if the data set is empty, (E704) if no row counts
    public static Scores evaluate(Layer model, Loss loss, Dataset dataset, Metric... metrics) {
        return evaluate(model, loss, dataset, BATCH, List.of(metrics));
    }

    /// As [#evaluate(Layer, Loss, Dataset, Metric...)], in batches of `batchSize`.
    ///
    /// @throws NudgeException (E501) if the data set is empty
    public static Scores evaluate(Layer model, Loss loss, Dataset dataset, int batchSize, List<Metric> metrics) {
        if (dataset.size() == 0) {
            throw new NudgeException("E501", "evaluate", "the data set has no rows.");
        }
        MeanLoss meanLoss = MeanLoss.NONE;
        List<Metric> states = new ArrayList<>(metrics);
        for (Batch batch : dataset.ordered().batches(batchSize)) {
            Tensor prediction = model.forward(batch.inputs(), Pass.inference()).keep();
            double weight = loss.weight(batch.targets());
            double mean = weight == 0 ? 0 : loss.of(prediction, batch.targets()).item(); // else it does not exist
            meanLoss = meanLoss.add(mean, weight, batch.size());
            states.replaceAll(metric -> metric.add(prediction, batch.targets()));
        }
        if (meanLoss.weight() == 0) {
            throw new NudgeException(
                    "E704",
                    "evaluate",
                    "the total weight of all " + dataset.size() + " rows is 0, so their mean loss does not exist.");
        }
        return new Scores(meanLoss, states);
    }
}
