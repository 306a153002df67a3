package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NormalizationTest {
    private static final Pass TRAINING = Pass.training(RandomKey.of(1));
    private static final double EPSILON = 1e-5;

    private static Parameter parameter(double... elements) {
        return Parameter.of(elements, elements.length);
    }

    private static Buffer buffer(double... elements) {
        return Buffer.of(Tensor.of(elements, elements.length).value());
    }

    private static Tensor normal(int seed, int... shape) {
        return Tensor.data(
                Tensor.normal(RandomKey.of(seed), shape).cast(DType.F64).value());
    }

    private static double[] normalized(double... x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
        return Arrays.stream(x)
                .map(e -> (e - mean) / Math.sqrt(variance + EPSILON))
                .toArray();
    }

    // ---- batch normalization --------------------------------------------------------------------------------------

    @Test
    void batchNormNormalizesEachFeatureOverTheBatch() {
        BatchNorm layer = new BatchNorm(parameter(2, 1), parameter(0, 10), buffer(0, 0), buffer(1, 1), 0.1, EPSILON);

        double[] y = layer.forward(Tensor.of(new double[] {1, 5, 2, 5, 3, 5, 6, 9}, 4, 2), TRAINING)
                .toDoubles();

        double[] first = normalized(1, 2, 3, 6);
        double[] second = normalized(5, 5, 5, 9);
        for (int row = 0; row < 4; row++) {
            assertEquals(2 * first[row], y[2 * row], 1e-14);
            assertEquals(second[row] + 10, y[2 * row + 1], 1e-14);
        }
    }

    @Test
    void aStepMovesTheRunningStatisticsByTheMomentum() {
        BatchNorm layer = BatchNorm.of(1);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, layer);
        Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 4, 1); // mean 3, squares of distances 4 + 1 + 0 + 9

        optimizer.step(
                layer.forward(x, TRAINING).sum().backward(optimizer.parameters().values()));
        assertEquals(0.1 * 3, layer.runningMean().tensor().item(), 1e-7);
        assertEquals(0.9 + 0.1 * 14 / 3, layer.runningVariance().tensor().item(), 1e-7); // divisor n - 1

        optimizer.step(
                layer.forward(x, TRAINING).sum().backward(optimizer.parameters().values()));
        assertEquals(0.9 * 0.3 + 0.1 * 3, layer.runningMean().tensor().item(), 1e-7);
    }

    @Test
    void withMomentumOneTheStatisticsAreThoseOfTheLastBatch() {
        BatchNorm layer = BatchNorm.of(2).withMomentum(1);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, layer);
        Tensor x = Tensor.normal(RandomKey.of(3), 50, 2).mul(3).add(7);

        optimizer.step(
                layer.forward(x, TRAINING).sum().backward(optimizer.parameters().values()));

        double[] column = new double[50];
        for (int feature = 0; feature < 2; feature++) {
            for (int row = 0; row < 50; row++) {
                column[row] = x.toDoubles()[2 * row + feature];
            }
            double mean = Arrays.stream(column).average().orElseThrow();
            double squares =
                    Arrays.stream(column).map(e -> (e - mean) * (e - mean)).sum();
            assertEquals(mean, layer.runningMean().tensor().toDoubles()[feature], 1e-6 * mean);
            assertEquals(squares / 49, layer.runningVariance().tensor().toDoubles()[feature], 1e-5 * squares / 49);
        }
    }

    @Test
    void inUseBatchNormEqualsItsAffineMap() {
        BatchNorm layer =
                new BatchNorm(parameter(2, -1), parameter(3, 0.5), buffer(10, -4), buffer(4, 0.25), 0.1, EPSILON);
        Tensor x = normal(4, 3, 5, 5, 2);

        double[] y = layer.forward(x).toDoubles();

        double[] in = x.toDoubles();
        double[] slope = {2 / Math.sqrt(4 + EPSILON), -1 / Math.sqrt(0.25 + EPSILON)};
        double[] start = {3 - 10 * slope[0], 0.5 + 4 * slope[1]};
        for (int i = 0; i < y.length; i++) {
            assertEquals(slope[i % 2] * in[i] + start[i % 2], y[i], 1e-12);
        }
    }

    @Test
    void anImageIsNormalizedLikeTheTableOfItsPixels() {
        BatchNorm layer = BatchNorm.of(3);
        Tensor image = Tensor.normal(RandomKey.of(5), 2, 4, 4, 3);

        assertArrayEquals(
                layer.forward(image.reshape(32, 3), TRAINING).toFloats(),
                layer.forward(image, TRAINING).toFloats());
    }

    @Test
    void theOutputsOfABatchHaveMeanZeroAndVarianceOne() {
        Tensor y = BatchNorm.of(3)
                .forward(Tensor.normal(RandomKey.of(6), 400, 3).mul(5).sub(20), TRAINING);

        for (double mean : y.mean(0).toDoubles()) {
            assertEquals(0, mean, 1e-6);
        }
        for (double variance : y.variance(0).toDoubles()) {
            assertEquals(1, variance, 1e-5);
        }
    }

    @Test
    void aBiasBeforeBatchNormMakesNoDifference() {
        Tensor x = normal(7, 20, 3);
        BatchNorm layer =
                new BatchNorm(parameter(1, 2, 3), parameter(4, 5, 6), buffer(0, 0, 0), buffer(1, 1, 1), 0.1, EPSILON);

        assertArrayEquals(
                layer.forward(x, TRAINING).toDoubles(),
                layer.forward(x.add(Tensor.of(new double[] {10, -20, 30}, 3)), TRAINING)
                        .toDoubles(),
                1e-12);
    }

    @Test
    void aLargeMeanCostsNoAccuracy() {
        double[] noise = normal(8, 512).toDoubles();
        float[] x = new float[noise.length];
        for (double mean : new double[] {1e4, 1e6}) {
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (mean + noise[i]);
            }
            double[] exact = new double[x.length];
            Arrays.setAll(exact, i -> x[i]);
            double[] expected = normalized(exact);
            double tolerance = mean * 4e-7; // the mean is rounded to single precision: half a unit in the last place

            float[] columns =
                    BatchNorm.of(1).forward(Tensor.of(x, x.length, 1), TRAINING).toFloats();
            float[] rows =
                    LayerNorm.of(x.length).forward(Tensor.of(x, 1, x.length)).toFloats();

            for (int i = 0; i < x.length; i++) {
                assertEquals(expected[i], columns[i], tolerance, "mean " + mean);
                assertEquals(expected[i], rows[i], tolerance, "mean " + mean);
            }
        }
    }

    @Test
    void aConstantFeatureGivesTheBiasAndFiniteGradients() {
        for (float constant : new float[] {0, 3, -1e6f, 1e30f}) {
            float[] elements = new float[12];
            Arrays.fill(elements, constant);
            Tensor x = Tensor.of(elements, 4, 3);
            for (Tensor y : List.of(
                    BatchNorm.of(3).forward(x, TRAINING),
                    LayerNorm.of(3).forward(x),
                    GroupNorm.of(1, 3).forward(x))) {
                Tensor gradient = Gradients.of(y.square().sum(), List.of(x)).getFirst();
                for (int i = 0; i < 12; i++) {
                    assertEquals(0, y.toFloats()[i]);
                    assertTrue(Float.isFinite(gradient.toFloats()[i]));
                }
            }
        }
    }

    @Test
    void aBatchOfOneNumberPerFeatureIsRefusedSayingWhatToDo() {
        var refused = assertThrows(
                ShapeException.class, () -> BatchNorm.of(3).forward(Tensor.of(new float[3], 1, 3), TRAINING));

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("[1, 3]") && message.contains("withDropLast"), message);
        assertEquals(
                Shape.of(1, 3),
                BatchNorm.of(3).forward(Tensor.of(new float[3], 1, 3)).shape());
        assertEquals(
                Shape.of(1, 2, 2, 3),
                BatchNorm.of(3)
                        .forward(Tensor.of(new float[12], 1, 2, 2, 3), TRAINING)
                        .shape());
    }

    // ---- the others -----------------------------------------------------------------------------------------------

    @Test
    void layerNormNormalizesEachRow() {
        LayerNorm layer = new LayerNorm(parameter(1, 2, 3), parameter(0, 0, 5), EPSILON);

        double[] y =
                layer.forward(Tensor.of(new double[] {1, 2, 6, -4, 0, 1}, 2, 3)).toDoubles();

        double[] first = normalized(1, 2, 6);
        double[] second = normalized(-4, 0, 1);
        assertArrayEquals(
                new double[] {first[0], 2 * first[1], 3 * first[2] + 5, second[0], 2 * second[1], 3 * second[2] + 5},
                y,
                1e-14);
        assertEquals(
                3 * first[2],
                layer.withoutBias()
                        .forward(Tensor.of(new double[] {1, 2, 6}, 1, 3))
                        .toDoubles()[2],
                1e-14);
    }

    @Test
    void layerNormIgnoresAShiftAndAPositiveScaleOfItsInput() {
        LayerNorm layer = new LayerNorm(parameter(1, -2, 3, 0.5), parameter(4, 3, 2, 1), 1e-300);
        Tensor x = normal(9, 6, 4);

        assertArrayEquals(
                layer.forward(x).toDoubles(), layer.forward(x.mul(7).add(-30)).toDoubles(), 1e-12);
    }

    @Test
    void rmsNormDividesByTheRootMeanSquare() {
        RmsNorm layer = new RmsNorm(parameter(1, 10), EPSILON);

        double[] y = layer.forward(Tensor.of(new double[] {3, 4, -1, 1}, 2, 2)).toDoubles();

        double five = Math.sqrt((9 + 16) / 2.0 + EPSILON);
        double one = Math.sqrt(1 + EPSILON);
        assertArrayEquals(new double[] {3 / five, 40 / five, -1 / one, 10 / one}, y, 1e-14);
    }

    @Test
    void rmsNormOfRowsWithMeanZeroIsLayerNorm() {
        Tensor x = normal(10, 5, 8);
        Tensor centered = x.sub(x.mean(1).unsqueeze(1));
        double[] ones = new double[8];
        Arrays.fill(ones, 1);

        assertArrayEquals(
                new LayerNorm(parameter(ones), null, EPSILON).forward(centered).toDoubles(),
                new RmsNorm(parameter(ones), EPSILON).forward(centered).toDoubles(),
                1e-13);
    }

    @Test
    void groupNormNormalizesEachGroupOverItsChannelsAndPlaces() {
        GroupNorm layer = new GroupNorm(2, parameter(1, 1, 1, 2), parameter(0, 0, 7, 0), EPSILON);
        double[] x = normal(11, 1, 3, 4).toDoubles(); // three places of four channels

        double[] y = layer.forward(Tensor.of(x, 1, 3, 4)).toDoubles();

        double[] left = normalized(x[0], x[1], x[4], x[5], x[8], x[9]);
        double[] right = normalized(x[2], x[3], x[6], x[7], x[10], x[11]);
        for (int place = 0; place < 3; place++) {
            assertEquals(left[2 * place], y[4 * place], 1e-13);
            assertEquals(left[2 * place + 1], y[4 * place + 1], 1e-13);
            assertEquals(right[2 * place] + 7, y[4 * place + 2], 1e-13);
            assertEquals(2 * right[2 * place + 1], y[4 * place + 3], 1e-13);
        }
    }

    @Test
    void groupNormOfOneGroupWithoutPlacesIsLayerNorm() {
        Tensor x = Tensor.normal(RandomKey.of(12), 7, 6);

        assertArrayEquals(
                LayerNorm.of(6).forward(x).toFloats(),
                GroupNorm.of(1, 6).forward(x).toFloats(),
                1e-6f);
    }

    // ---- all ------------------------------------------------------------------------------------------------------

    static Stream<Layer> layers() {
        return Stream.of(
                new BatchNorm(
                        parameter(1, 2, -1, 0.5),
                        parameter(0, 1, 2, 3),
                        buffer(1, 2, 3, 4),
                        buffer(4, 3, 2, 1),
                        0.1,
                        EPSILON),
                new LayerNorm(parameter(1, 2, -1, 0.5), parameter(0, 1, 2, 3), EPSILON),
                new RmsNorm(parameter(1, 2, -1, 0.5), EPSILON),
                new GroupNorm(2, parameter(1, 2, -1, 0.5), parameter(0, 1, 2, 3), EPSILON));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsAgreeWithDifferences(Layer layer) {
        Tensor x = normal(13, 2, 3, 4);
        Tensor weights = normal(14, 2, 3, 4);
        for (Pass pass : List.of(TRAINING, Pass.inference())) {
            var report = GradientCheck.run(
                    in -> layer.forward(in.getFirst(), pass).mul(weights).sum(), List.of(x.value()));
            assertTrue(report.worst() <= 1e-6, layer + " " + pass + " " + report);
        }
        for (Parameter parameter : layer.parameters().values()) {
            Tensor loss = layer.forward(x, TRAINING).mul(weights).sum();
            double[] slope = loss.backward(List.of(parameter)).of(parameter).toDoubles();
            for (int i = 0; i < slope.length; i++) {
                double value = parameter.storage().at(i);
                double[] losses = new double[2];
                for (int side = 0; side < 2; side++) {
                    Value moved = parameter.storage().copy();
                    moved.set(i, value + (side == 0 ? 1e-5 : -1e-5));
                    parameter.assign(moved);
                    losses[side] = layer.forward(x, TRAINING).mul(weights).sum().item();
                    moved.set(i, value);
                    parameter.assign(moved);
                }
                assertEquals((losses[0] - losses[1]) / 2e-5, slope[i], 1e-8, layer + " parameter " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void anotherNumberOfFeaturesIsRefused(Layer layer) {
        var refused = assertThrows(
                ShapeException.class, () -> layer.forward(Tensor.placeholder(Type.of(DType.F64, Shape.of(5, 3)))));

        assertTrue(
                refused.getMessage().contains("4]") && refused.getMessage().contains("[5, 3]"), refused.getMessage());
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> BatchNorm.of(0));
        assertThrows(IllegalArgumentException.class, () -> BatchNorm.of(2).withMomentum(0));
        assertThrows(IllegalArgumentException.class, () -> BatchNorm.of(2).withMomentum(1.1));
        assertThrows(IllegalArgumentException.class, () -> BatchNorm.of(2).withEpsilon(0));
        assertThrows(IllegalArgumentException.class, () -> LayerNorm.of(2).withEpsilon(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> RmsNorm.of(-1));
        assertThrows(IllegalArgumentException.class, () -> GroupNorm.of(3, 4));
        assertThrows(IllegalArgumentException.class, () -> GroupNorm.of(0, 4));
        assertThrows(ShapeException.class, () -> new LayerNorm(parameter(1, 2), parameter(1), EPSILON));
        assertThrows(ShapeException.class, () -> new LayerNorm(Parameter.zeros(2, 2), null, EPSILON));
    }

    @Test
    void trainingGivesTheSameBitsPlannedAndEagerAndMakesOnePlan() {
        PlannedExecution planned = PlannedExecution.of(Backend.load());

        assertArrayEquals(trained(EagerExecution.of(Backend.load())), trained(planned));
        assertEquals(1, planned.plans());
    }

    private static double[] trained(Execution execution) {
        RandomKey key = RandomKey.of(15);
        Layer model = Sequential.of(
                Linear.of(5, 24, key.at(1)),
                BatchNorm.of(24),
                new Relu(),
                LayerNorm.of(24),
                GroupNorm.of(4, 24),
                RmsNorm.of(24),
                Linear.of(24, 2, key.at(2)));
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, model);
        List<Value> inputs = IntStream.range(0, 6)
                .mapToObj(step -> Tensor.normal(key.at(10 + step), 32, 5).value())
                .toList();
        return Execution.with(execution, () -> {
            double[] losses = new double[6];
            for (int step = 0; step < 6; step++) {
                losses[step] = optimizer
                        .step(model.forward(Tensor.data(inputs.get(step)), Pass.training(key.at(step)))
                                .square()
                                .mean()
                                .backward(optimizer.parameters().values()))
                        .loss();
            }
            double[] statistics = model.buffers().values().stream()
                    .flatMapToDouble(buffer -> Arrays.stream(buffer.tensor().toDoubles()))
                    .toArray();
            double[] all = Arrays.copyOf(losses, 6 + statistics.length);
            System.arraycopy(statistics, 0, all, 6, statistics.length);
            return all;
        });
    }
}
