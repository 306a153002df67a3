package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Model;
import dev.nudge.nn.loss.BinaryCrossEntropy;
import dev.nudge.nn.loss.CosineEmbedding;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Ctc;
import dev.nudge.nn.loss.Huber;
import dev.nudge.nn.loss.KullbackLeibler;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.loss.MeanAbsoluteError;
import dev.nudge.nn.loss.MeanSquaredError;
import dev.nudge.nn.loss.Poisson;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.nn.loss.Triplet;
import dev.nudge.nn.optim.Adadelta;
import dev.nudge.nn.optim.Adagrad;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.AmsGrad;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.RAdam;
import dev.nudge.nn.optim.RmsProp;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.UpdateRule;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Losses with their gradients, the ways of optimizers and the rates of schedules are those that PyTorch computed, in
/// double precision. See [TorchImportTest] for the files.
class TorchAgreementTest {
    private static Tensor tensor(Map<String, TensorData> file, String name) {
        return Tensor.data(Objects.requireNonNull(file.get(name), name).value());
    }

    private static void assertNear(String what, double[] expected, double[] found, double tolerance) {
        assertEquals(expected.length, found.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance * (1 + Math.abs(expected[i])), what + " at " + i);
        }
    }

    // ---- losses ---------------------------------------------------------------------------------------------------

    private static Arguments loss(String name, Function<Tensor, Tensor> loss) {
        return Arguments.of(name, loss);
    }

    static List<Arguments> losses() throws IOException {
        Map<String, TensorData> file = TorchImportTest.read("losses");
        Tensor classes = tensor(file, "classes");
        Tensor other = tensor(file, "other");
        Tensor shares = tensor(file, "shares");
        Tensor chances = tensor(file, "chances");
        Reduction mean = Reduction.MEAN;
        CrossEntropy plain = CrossEntropy.of();
        CrossEntropy weighted = plain.withClassWeights(1, 0.5, 3, 0.25, 2).withIgnoreIndex(2);
        return List.of(
                loss("crossEntropy", x -> plain.of(x, classes)),
                loss("crossEntropyWeighted", x -> weighted.of(x, classes)),
                loss("crossEntropySmoothed", x -> plain.withLabelSmoothing(0.1).of(x, classes)),
                loss("crossEntropyOfShares", x -> plain.of(x, shares)),
                loss("kullbackLeibler", x -> new KullbackLeibler(mean).of(x, shares)),
                loss("binaryCrossEntropy", x -> new BinaryCrossEntropy(mean).of(x, chances)),
                loss("meanSquaredError", x -> new MeanSquaredError(mean).of(x, other)),
                loss("meanAbsoluteError", x -> new MeanAbsoluteError(mean).of(x, other)),
                loss("huber", x -> new Huber(1.5, mean).of(x, other)),
                loss("multiClassHinge", x -> Losses.multiClassHinge().of(x, classes)),
                loss("poisson", x -> new Poisson(true, mean).of(x, chances)),
                loss("cosineEmbedding", x -> new CosineEmbedding(0.1, mean).of(x, other, tensor(file, "signs"))),
                loss("triplet", x -> new Triplet(1, 2, mean).of(x, other, tensor(file, "third"))),
                // the second sequence has two labels and five steps
                loss(
                        "ctc",
                        x -> Ctc.of()
                                .of(
                                        x,
                                        Tensor.of(new int[] {1, 1, 3, 4, 2, -1}, 2, 3),
                                        Tensor.of(new int[] {7, 5}, 2))));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aLossAndItsGradientAreThoseOfPyTorch(String name, Function<Tensor, Tensor> loss) throws IOException {
        Map<String, TensorData> file = TorchImportTest.read("losses");
        Tensor x = tensor(file, name.equals("ctc") ? "sequences" : "x");
        // PyTorch adds 1e-6 to the differences of a triplet
        double tolerance = name.equals("triplet") ? 3e-6 : 1e-12;

        Tensor value = loss.apply(x);

        assertNear(name, tensor(file, name).toDoubles(), value.toDoubles(), tolerance);
        Tensor gradient = Gradients.of(value, List.of(x)).getFirst();
        assertNear(
                "gradient of " + name, tensor(file, "gradient." + name).toDoubles(), gradient.toDoubles(), tolerance);
    }

    // ---- optimizers -----------------------------------------------------------------------------------------------

    /// A point that is moved.
    public record Point(Parameter at) implements Model {}

    static List<Arguments> optimizers() {
        return List.of(
                Arguments.of("sgd", Sgd.of().withL2(0.1), 0.05),
                Arguments.of("momentum", Momentum.of(), 0.02),
                Arguments.of("nesterov", Momentum.ofNesterov(), 0.02),
                Arguments.of("adam", Adam.of(), 0.05),
                Arguments.of(
                        "adamL2",
                        Adam.of().withBetas(0.5, 0.9).withEpsilon(1e-3).withL2(0.2),
                        0.05),
                Arguments.of("adamw", AdamW.of().withWeightDecay(0.3), 0.05),
                Arguments.of("amsGrad", AmsGrad.of().withBetas(0.5, 0.6), 0.05),
                Arguments.of("rmsProp", RmsProp.of().withDecay(0.9), 0.02),
                Arguments.of(
                        "rmsPropCentered",
                        RmsProp.of()
                                .withDecay(0.8)
                                .withEpsilon(1e-3)
                                .withMomentum(0.6)
                                .withCentering(),
                        0.02),
                Arguments.of("adagrad", Adagrad.of(), 0.1),
                Arguments.of(
                        "adagradStart",
                        Adagrad.of().withStart(0.1).withEpsilon(1e-2).withL2(0.3),
                        0.1),
                Arguments.of("adadelta", Adadelta.of().withDecay(0.95), 1.0),
                Arguments.of("radam", RAdam.of().withEpsilon(1e-16), 0.05));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void anOptimizerGoesTheWayOfPyTorchs(String name, UpdateRule rule, double rate) throws IOException {
        Map<String, TensorData> file = TorchImportTest.read("optimizers");
        Point point = new Point(Parameter.of(tensor(file, "start").toDoubles(), 4));
        // PyTorch rectifies from the sixth step on, the paper from the fifth: they are to begin together
        Schedule rates = step -> name.equals("radam") && step <= 5 ? 0 : rate;
        Optimizer optimizer = Optimizer.of(rule, rates, point);
        Tensor way = tensor(file, name);
        for (int step = 0; step < 40; step++) {
            Tensor far = point.at().tensor().sub(tensor(file, "goal"));
            Tensor loss = tensor(file, "curvature").mul(far.square()).div(2).sum();

            optimizer.step(loss.backward(List.of(point.at())));

            double[] expected = way.slice(0, step, 1).toDoubles();
            assertNear(
                    name + " step " + (step + 1), expected, point.at().storage().toDoubles(), 1e-10);
        }
    }

    // ---- schedules ------------------------------------------------------------------------------------------------

    @Test
    void schedulesHaveTheRatesOfPyTorchs() throws IOException {
        Map<String, TensorData> file = TorchImportTest.read("schedules");
        Map<String, Schedule> ours = Map.ofEntries(
                Map.entry("step", Schedules.stepDecay(0.8, 7, 0.5)),
                Map.entry("exponential", Schedules.exponential(0.8, 0.95)),
                Map.entry("cosine", new Schedules.Cosine(0.8, 60, 0.1)),
                Map.entry("oneCycle", Schedules.oneCycle(0.8, 60)),
                Map.entry("linear", new Schedules.Linear(0.8, 0.2, 40)),
                Map.entry("polynomial", Schedules.polynomial(0.8, 40, 2)),
                Map.entry("cyclic", Schedules.cyclic(0.1, 0.8, 8)),
                Map.entry("cyclicHalving", Schedules.cyclic(0.1, 0.8, 8).withPerCycle(0.5)),
                Map.entry("cyclicShrinking", Schedules.cyclic(0.1, 0.8, 8).withDecay(0.97)),
                Map.entry("restarts", Schedules.warmRestarts(0.8, 6, 2)),
                Map.entry(
                        "product", Schedules.product(Schedules.stepDecay(0.8, 7, 0.5), Schedules.exponential(1, 0.95))),
                Map.entry(
                        "sequence", Schedules.sequence(Schedules.constant(0.8), 20, Schedules.exponential(0.8, 0.95))));
        assertEquals(file.keySet(), ours.keySet());
        ours.forEach((name, schedule) -> {
            double[] expected = tensor(file, name).toDoubles();
            for (int step = 1; step <= expected.length; step++) {
                assertEquals(expected[step - 1], schedule.at(step), 1e-12, name + " step " + step);
            }
        });
    }
}
