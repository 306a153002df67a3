package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Frozen;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class DeadUnitsTest {
    private static final Keys KEYS = Keys.of(3);
    private static final Dataset POINTS = Toy.points(64, 1);
    private final TrainingEvent.Recorder recorder = new TrainingEvent.Recorder();

    private static Linear linear(int in, int out, long key) {
        return Linear.of(in, out, KEYS.init().at(key));
    }

    /// A layer whose outputs are far below 0 for every point.
    private static Linear drowned(int in, int out, long key) {
        float[] low = new float[out];
        Arrays.fill(low, -100);
        return new Linear(linear(in, out, key).weight(), Parameter.of(low, out));
    }

    private void train(Layer model, Loss loss, Dataset data, int steps) {
        Trainer.of(model, loss, Optimizer.of(Sgd.of(), 0.05, model), 3)
                .withBatch(8)
                .withBudget(Budget.steps(steps))
                .withListener(recorder)
                .fit(data);
    }

    private List<String> warned() {
        return recorder.events().stream()
                .filter(TrainingEvent.Warned.class::isInstance)
                .map(event -> ((TrainingEvent.Warned) event).warning().toString())
                .toList();
    }

    /// Number of steps that were done when the first warning came.
    private long stepsBeforeTheWarning() {
        return recorder.events().stream()
                .takeWhile(event -> !(event instanceof TrainingEvent.Warned))
                .filter(TrainingEvent.StepDone.class::isInstance)
                .count();
    }

    @Test
    void aDeadLayerIsNamedOnceAfterAHundredStepsWithoutAGradient() {
        train(Sequential.of(drowned(4, 8, 1), new Relu(), linear(8, 2, 2)), Losses.crossEntropy(), POINTS, 250);
        assertEquals(1, warned().size(), warned().toString());
        String expected = "warning[W705] layer layers.1: 100 % zero activations";
        assertTrue(warned().getFirst().startsWith(expected), warned().getFirst());
        assertEquals(100, stepsBeforeTheWarning());
    }

    @Test
    void aLayerThatOnlyLacksAGradientBecauseALaterOneIsDeadIsNotNamed() {
        Layer model = Sequential.of(linear(4, 8, 1), new Relu(), drowned(8, 8, 2), new Relu(), linear(8, 2, 3));
        train(model, Losses.crossEntropy(), POINTS, 120);
        assertEquals(1, warned().size(), warned().toString());
        assertTrue(warned().getFirst().contains("layer layers.3:"), warned().getFirst());
    }

    @Test
    void aDeadOutputIsNamedThoughNoParameterHasAGradient() {
        float[] targets = new float[64];
        Arrays.fill(targets, 1);
        float[] inputs = new float[256];
        Arrays.fill(inputs, 0.5f);
        Dataset ones = ArrayDataset.of(inputs, Shape.of(4), targets, Shape.of(1));
        train(Sequential.of(drowned(4, 1, 1), new Relu()), Losses.meanSquaredError(), ones, 100);
        assertEquals(1, warned().size(), warned().toString());
    }

    /// Adds a parameter that nothing reads.
    private record Spare(Layer layer, Parameter spare) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return layer.forward(x, pass);
        }

        @Override
        public SequencedMap<String, Parameter> parameters() { // this package is not open to nn
            SequencedMap<String, Parameter> all = new LinkedHashMap<>(layer.parameters());
            all.put("spare", spare);
            return all;
        }

        @Override
        public SequencedMap<String, Buffer> buffers() {
            return layer.buffers();
        }
    }

    @Test
    void whatIsFrozenUnusedOrLearntToTheEndIsNotDead() {
        Layer frozen = new Frozen(Sequential.of(drowned(4, 8, 1), new Relu()));
        train(Sequential.of(frozen, linear(8, 2, 2)), Losses.crossEntropy(), POINTS, 120);
        Layer alive = Sequential.of(linear(4, 8, 1), new Relu(), linear(8, 2, 2));
        train(new Spare(alive, Parameter.zeros(3)), Losses.crossEntropy(), POINTS, 120);
        Dataset zeros = ArrayDataset.of(new float[256], Shape.of(4), new float[64], Shape.of(1));
        train(Sequential.of(drowned(4, 1, 1), new Relu()), Losses.meanSquaredError(), zeros, 120);
        assertEquals(List.of(), warned());
    }

    @Test
    void lookingForDeadLayersChangesNoWeight() {
        Layer trained = Sequential.of(drowned(4, 8, 1), new Relu(), linear(8, 2, 2));
        Layer byHand = Sequential.of(drowned(4, 8, 1), new Relu(), linear(8, 2, 2));
        Trainer.of(trained, Losses.crossEntropy(), Optimizer.of(AdamW.of(), 0.01, trained), 3)
                .withBatch(8)
                .withBudget(Budget.epochs(15))
                .withListener(recorder)
                .fit(POINTS);
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, byHand);
        for (int epoch = 1; epoch <= 15; epoch++) {
            for (Batch batch : POINTS.shuffle(KEYS.epoch(epoch)).batches(8)) {
                Tensor logits = byHand.forward(batch.inputs(), Pass.inference());
                optimizer.step(Losses.crossEntropy(logits, batch.targets())
                        .backward(byHand.parameters().values()));
            }
        }
        assertEquals(1, warned().size());
        assertEquals(WeightsHash.of(byHand), WeightsHash.of(trained));
    }
}
