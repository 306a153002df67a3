package dev.nudge.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CtcTest {
    private static final int TIME = 5;
    private static final int CLASSES = 4;

    /// The loss by its definition: every one of `classes^time` alignments is written out and collapsed.
    private static double enumerated(double[] logits, int row, int steps, int blank, List<Integer> labels) {
        double total = 0;
        for (int code = 0; code < Math.pow(CLASSES, steps); code++) {
            List<Integer> collapsed = new ArrayList<>();
            double probability = 1;
            int before = -1;
            int rest = code;
            for (int t = 0; t < steps; t++) {
                int label = rest % CLASSES;
                rest /= CLASSES;
                double sum = 0;
                for (int k = 0; k < CLASSES; k++) {
                    sum += Math.exp(logits[(row * TIME + t) * CLASSES + k]);
                }
                probability *= Math.exp(logits[(row * TIME + t) * CLASSES + label]) / sum;
                if (label != before && label != blank) {
                    collapsed.add(label);
                }
                before = label;
            }
            if (collapsed.equals(labels)) {
                total += probability;
            }
        }
        return -Math.log(total);
    }

    private static double[] draws(int batch) {
        float[] normal = Tensor.normal(RandomKey.of(3), batch * TIME * CLASSES).toFloats();
        double[] draws = new double[normal.length];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = normal[i];
        }
        return draws;
    }

    @ParameterizedTest
    @CsvSource({"0,1,2,3", "2,0,1,3", "3,2,1,0"})
    void theLossIsTheSumOverAllAlignments(int blank, int a, int b, int c) {
        double[] logits = draws(6);
        int[] steps = {5, 5, 4, 3, 1, 5};
        List<List<Integer>> labels =
                List.of(List.of(a, b, c), List.of(a, a, b), List.of(b, b), List.of(c), List.of(a), List.of());
        int[] padded = {a, b, c, a, a, b, b, b, -1, c, -1, -1, a, -1, -1, -1, -1, -1};
        double[] expected = new double[6];
        for (int row = 0; row < 6; row++) {
            expected[row] = enumerated(logits, row, steps[row], blank, labels.get(row));
        }
        Ctc loss = new Ctc(blank, false, Reduction.NONE);
        Tensor target = Tensor.of(padded, 6, 3);
        Tensor lengths = Tensor.of(steps, 6);

        assertArrayEquals(
                expected,
                loss.of(Tensor.of(logits, 6, TIME, CLASSES), target, lengths).toDoubles(),
                1e-12);
        var report = GradientCheck.run(
                in -> loss.of(in.getFirst(), target, lengths).sum(),
                List.of(new Value(Type.of(DType.F64, Shape.of(6, TIME, CLASSES)), logits)));
        assertTrue(report.worst() <= 1e-6, report.toString());
    }

    @Test
    void stepsAfterTheEndChangeNothing() {
        Tensor logits = Tensor.of(draws(1), 1, TIME, CLASSES);
        Tensor labels = Tensor.of(new int[] {1, 2}, 1, 2);
        Tensor three = Tensor.of(new int[] {3}, 1);

        assertEquals(
                Ctc.of().of(logits.slice(1, 0, 3), labels).item(),
                Ctc.of().of(logits, labels, three).item(),
                1e-14);
        double[] gradient = Gradients.of(Ctc.of().of(logits, labels, three), List.of(logits))
                .getFirst()
                .toDoubles();
        for (int i = 3 * CLASSES; i < gradient.length; i++) {
            assertEquals(0, gradient[i]);
        }
    }

    @Test
    void labelsWithoutAnAlignmentAreInfiniteOrCountZero() {
        Tensor logits = Tensor.of(new float[2 * 2 * 3], 2, 2, 3);
        Tensor labels = Tensor.of(new int[] {1, 1, 1, 2}, 2, 2); // 1 1 needs three steps

        float[] infinite = new Ctc(0, false, Reduction.NONE).of(logits, labels).toFloats();
        Tensor zero = new Ctc(0, true, Reduction.NONE).of(logits, labels);
        float[] gradient = Gradients.of(zero.sum(), List.of(logits)).getFirst().toFloats();

        assertArrayEquals(new float[] {Float.POSITIVE_INFINITY, (float) Math.log(9)}, infinite, 1e-6f);
        assertArrayEquals(new float[] {0, (float) Math.log(9)}, zero.toFloats(), 1e-6f);
        for (int i = 0; i < 6; i++) {
            assertEquals(0, gradient[i]);
        }
    }

    @Test
    void extremeLogitsGiveFiniteLossesAndGradients() {
        Tensor logits = Tensor.of(new float[] {1000, -1000, 0, 89, 90, -90, -1e4f, 1e4f, 5}, 1, 3, 3);

        Tensor loss = Ctc.of().of(logits, Tensor.of(new int[] {2}, 1, 1));

        assertTrue(Double.isFinite(loss.item()), "found " + loss.item());
        for (float slope : Gradients.of(loss, List.of(logits)).getFirst().toFloats()) {
            assertTrue(Float.isFinite(slope), "found " + slope);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor logits = Tensor.of(new float[12], 1, 3, 4);
        refused(logits, new int[] {0}, 3, "is the blank");
        refused(logits, new int[] {4}, 3, "outside 0..3");
        refused(logits, new int[] {-1, 2}, 3, "follows padding");
        refused(logits, new int[] {1}, 4, "between 0 and 3");
        assertThrows(ShapeException.class, () -> Ctc.of().of(logits, Tensor.of(new int[] {1, 2}, 2, 1)));
        assertThrows(ShapeException.class, () -> Ctc.of().withBlank(4).of(logits, Tensor.of(new int[] {1}, 1, 1)));
    }

    private static void refused(Tensor logits, int[] labels, int steps, String reason) {
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> Ctc.of().of(logits, Tensor.of(labels, 1, labels.length), Tensor.of(new int[] {steps}, 1)));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }
}
