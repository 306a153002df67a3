package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.Evaluator;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Metric;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PredictorTest {
    private static final int ROWS = 300;
    private static final RandomKey KEY = RandomKey.of(3);
    private static final Layer MODEL =
            Sequential.of(Linear.of(20, 64, KEY.at(1)), new Relu(), Linear.of(64, 3, KEY.at(2)));
    private static final ModelFile FILE = ModelFile.of(MODEL, Type.of(DType.F32, Shape.of(20)));

    private static float[][] examples() {
        float[][] examples = new float[ROWS][20];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < 20; i++) {
                examples[row][i] = (float) (4 * KEY.at(9).uniform(row * 20 + i) - 2);
            }
        }
        return examples;
    }

    /// Keeps all predictions of an evaluation.
    private record Outputs(List<Float> all) implements Metric {
        @Override
        public String name() {
            return "outputs";
        }

        @Override
        public Metric add(Tensor prediction, Tensor target) {
            List<Float> more = new ArrayList<>(all);
            for (float value : prediction.toFloats()) {
                more.add(value);
            }
            return new Outputs(more);
        }

        @Override
        public Metric merge(Metric other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double value() {
            return 0;
        }
    }

    @Test
    void outputsHaveTheBitsThatTheEvaluatorSees() {
        float[][] examples = examples();
        float[] flat = new float[ROWS * 20];
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(examples[row], 0, flat, row * 20, 20);
        }
        ArrayDataset data = ArrayDataset.of(flat, Shape.of(20), new int[ROWS], 3);
        List<Float> seen = Evaluator.evaluate(MODEL, Losses.crossEntropy(), data, new Outputs(List.of()))
                .metric(Outputs.class)
                .all();
        Predictor predictor = Predictor.of(FILE);

        float[][] together = predictor.predict(examples);

        assertEquals(ROWS * 3, seen.size());
        for (int row = 0; row < ROWS; row++) {
            float[] alone = predictor.predict(examples[row]);
            for (int i = 0; i < 3; i++) {
                assertEquals(seen.get(row * 3 + i), together[row][i], "row " + row);
                assertEquals(seen.get(row * 3 + i), alone[i], "row " + row);
            }
        }
    }

    @Test
    void eightThreadsGetTheBitsThatOneGets() throws Exception {
        float[][] examples = examples();
        Predictor predictor = Predictor.of(FILE);
        float[][] expected = predictor.predict(examples);
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<Void>> done = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int first = thread;
                Callable<Void> task = () -> {
                    for (int row = first; row < ROWS; row += 3) {
                        assertArrayEquals(expected[row], predictor.predict(examples[row]), 0f);
                    }
                    int end = 100 + first;
                    assertArrayEquals(
                            expected[first], predictor.predict(java.util.Arrays.copyOf(examples, end))[first]);
                    return null;
                };
                done.add(threads.submit(task));
            }
            for (Future<Void> one : done) {
                one.get();
            }
        }
    }

    @Test
    void aCallLeavesLittleBehind() {
        Predictor predictor = Predictor.of(FILE);
        float[] example = examples()[0];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 200; i++) {
            predictor.predict(example);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        int calls = 200;
        for (int i = 0; i < calls; i++) {
            predictor.predict(example);
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / calls;

        // about 62,000: writing down the graph of a call costs that, whatever the size of the model
        assertTrue(each < 100_000, "found " + each + " bytes");
    }

    @Test
    void tokensGoInAsWholeNumbers() {
        Gpt gpt = Gpt.of(Gpt.Config.of(7, 5, 1, 2, 4), KEY);
        Predictor predictor = Predictor.of(ModelFile.of(gpt, Type.of(DType.I32, Shape.of(5))));

        float[] logits = predictor.predict(1, 2, 3, 4, 0);

        assertEquals(5 * 7, logits.length);
        assertThrows(IllegalArgumentException.class, () -> predictor.predict(1f, 2f, 3f, 4f, 0f));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Predictor predictor = Predictor.of(FILE);
        var error = assertThrows(IllegalArgumentException.class, () -> predictor.predict(new float[19]));
        assertTrue(error.getMessage().contains("20 elements"), error.getMessage());
        assertEquals(0, predictor.predict(new float[0][]).length);
        var several = assertThrows(
                NudgeException.class,
                () -> Predictor.of(new ModelFile(MODEL, null, null, List.of(), List.of(), Provenance.UNKNOWN)));
        assertEquals("E345", several.code());
    }
}
