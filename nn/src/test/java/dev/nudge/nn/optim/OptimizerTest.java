package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
    private static final RandomKey KEY = RandomKey.of(21);

    static Stream<UpdateRule> rules() {
        return Stream.of(
                Sgd.of(),
                Sgd.of().withL2(0.1),
                Momentum.of(),
                Momentum.ofNesterov(),
                RmsProp.of(),
                RmsProp.of().withCentering().withMomentum(0.5).withL2(0.1),
                Adagrad.of(),
                Adagrad.of().withStart(0.1),
                Adadelta.of(),
                Adam.of(),
                AmsGrad.of(),
                NAdam.of(),
                RAdam.of(),
                AdamW.of(),
                Lion.of().withWeightDecay(0.1),
                Lamb.of(),
                Muon.of());
    }

    /// An optimizer by `rule`, which gets only the hidden matrices where it is for nothing else.
    private static Optimizer optimizer(UpdateRule rule, Schedule schedule, Layer model) {
        return rule instanceof Muon muon
                ? Optimizer.of(AdamW.of(), schedule, model).withGroups(muon.group(model, 2))
                : Optimizer.of(rule, schedule, model);
    }

    private static Mlp model() {
        return Mlp.of(3, new int[] {5, 4}, 2, new Relu(), 0.2, KEY);
    }

    private static Optimizer.Result step(Optimizer optimizer, Layer model, long index) {
        Tensor x = Tensor.of(Tensor.normal(KEY.at(100 + index), 8, 3).toFloats(), 8, 3);
        int[] classes = new int[8];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = KEY.at(200 + index).below(i, 2);
        }
        Tensor logits = model.forward(x, Pass.training(KEY.at(300 + index)));
        return optimizer.step(Losses.crossEntropy(logits, Tensor.of(classes, 8))
                .backward(model.parameters().values()));
    }

    private static double[] weights(Layer model) {
        return model.parameters().values().stream()
                .flatMapToDouble(p -> Arrays.stream(p.tensor().toDoubles()))
                .toArray();
    }

    private static double[] gradientStep(Clipping clipping, double... gradient) {
        Parameter parameter = Parameter.of(new double[gradient.length], gradient.length);
        Parameter other = Parameter.of(new double[] {0}, 1);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 1, Sequential.of(new Point(parameter), new Point(other)))
                .withClipping(clipping);
        Tensor loss = parameter
                .tensor()
                .mul(Tensor.of(gradient, gradient.length))
                .sum()
                .add(other.tensor().mul(12).sum());
        Optimizer.Result result = optimizer.step(loss.backward(List.of(parameter, other)));
        assertEquals(13, result.gradientNorm(), 1e-12, "3, 4 and 12 have norm 13, clipped or not");
        double[] moved = parameter.tensor().toDoubles();
        return new double[] {-moved[0], -moved[1], -other.tensor().item()};
    }

    @Test
    void clippingBoundsWhatItSays() {
        assertArrayEquals(new double[] {3, -4, 12}, gradientStep(Clipping.none(), 3, -4), 1e-14);
        assertArrayEquals(new double[] {3, -3.5, 3.5}, gradientStep(Clipping.byValue(3.5), 3, -4), 1e-14);
        assertArrayEquals(new double[] {0.6, -0.8, 1}, gradientStep(Clipping.byNorm(1), 3, -4), 1e-14);
        assertArrayEquals(new double[] {3, -4, 6}, gradientStep(Clipping.byNorm(6), 3, -4), 1e-14);
        assertArrayEquals(
                new double[] {3 / 6.5, -4 / 6.5, 12 / 6.5}, gradientStep(Clipping.byGlobalNorm(2), 3, -4), 1e-14);
        assertArrayEquals(new double[] {3, -4, 12}, gradientStep(Clipping.byGlobalNorm(13), 3, -4), 1e-14);
    }

    @Test
    void theNormOfEachGradientIsToldByPathAsItWasBeforeClipping() {
        Parameter first = Parameter.of(new double[] {1, 1}, 2);
        Parameter unused = Parameter.of(new double[] {1}, 1);
        Parameter last = Parameter.of(new double[] {1}, 1);
        Optimizer optimizer = Optimizer.of(
                        Sgd.of(), 1, Sequential.of(new Point(first), new Point(unused), new Point(last)))
                .withClipping(Clipping.byGlobalNorm(0.1));
        Tensor loss = first.tensor()
                .mul(Tensor.of(new double[] {3, -4}, 2))
                .sum()
                .add(last.tensor().mul(12).sum());
        Optimizer.Result result = optimizer.step(loss.backward(List.of(first, unused, last)));
        List<String> paths = List.copyOf(optimizer.parameters().keySet());
        assertEquals(List.copyOf(result.gradientNorms().keySet()), paths);
        assertEquals(Map.of(paths.get(0), 5.0, paths.get(1), 0.0, paths.get(2), 12.0), result.gradientNorms());
    }

    @Test
    void clippingAZeroGradientLeavesItZero() {
        Parameter parameter = Parameter.of(new float[] {1, 2}, 2);
        for (Clipping clipping : List.of(Clipping.byNorm(1), Clipping.byGlobalNorm(1), Clipping.byValue(1))) {
            Optimizer.of(Sgd.of(), 1, new Point(parameter))
                    .withClipping(clipping)
                    .step(parameter.tensor().mul(0).sum().backward(List.of(parameter)));
            assertArrayEquals(new float[] {1, 2}, parameter.tensor().toFloats());
        }
    }

    @Test
    void clippingLimitsThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Clipping.byValue(0));
        assertThrows(IllegalArgumentException.class, () -> Clipping.byNorm(-1));
        assertThrows(IllegalArgumentException.class, () -> Clipping.byGlobalNorm(Double.NaN));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRestoredStateTakesTheIdenticalNextStep(UpdateRule rule) {
        Mlp model = model();
        Optimizer optimizer = optimizer(rule, Schedules.cosine(0.05, 20), model);
        for (int i = 1; i <= 5; i++) {
            step(optimizer, model, i);
        }
        Map<String, Value> state = new HashMap<>();
        optimizer
                .state()
                .forEach((name, buffer) -> state.put(name, buffer.storage().copy()));
        Mlp copy = model();
        copy.parameters().forEach((path, parameter) -> {
            Parameter source = model.parameters().get(path);
            parameter.assign(source.storage());
        });
        Optimizer resumed = optimizer(rule, Schedules.cosine(0.05, 20), copy);
        resumed.restore(optimizer.steps(), state);

        for (int i = 6; i <= 8; i++) {
            assertEquals(step(optimizer, model, i), step(resumed, copy, i));
            assertArrayEquals(weights(model), weights(copy), "bit for bit");
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void plannedAndEagerStepsGiveTheSameBits(UpdateRule rule) {
        Mlp planned = model();
        Mlp eager = model();
        Optimizer first = optimizer(rule, Schedules.constant(0.05), planned).withClipping(Clipping.byGlobalNorm(0.5));
        Optimizer second = optimizer(rule, Schedules.constant(0.05), eager).withClipping(Clipping.byGlobalNorm(0.5));
        for (int i = 1; i <= 4; i++) {
            int index = i;
            Optimizer.Result result = step(first, planned, i);
            assertEquals(result, Execution.with(EagerExecution.of(Backend.load()), () -> step(second, eager, index)));
            assertArrayEquals(weights(planned), weights(eager));
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theSecondStepMakesNoPlan(UpdateRule rule) {
        PlannedExecution execution = PlannedExecution.of(Backend.load());
        Mlp model = model();
        Optimizer optimizer = optimizer(rule, Schedules.warmup(3, Schedules.cosine(0.05, 20)), model);
        Execution.with(execution, () -> step(optimizer, model, 1));
        long plans = execution.plans();
        for (int i = 2; i <= 6; i++) {
            int index = i;
            Execution.with(execution, () -> step(optimizer, model, index));
        }

        assertEquals(plans, execution.plans());
    }

    @Test
    void stateIsNamedByPathAndSlot() {
        assertEquals(
                List.of(
                        "layers.0.weight/mean",
                        "layers.0.weight/variance",
                        "layers.0.bias/mean",
                        "layers.0.bias/variance"),
                Optimizer.of(Adam.of(), 0.1, model()).state().keySet().stream()
                        .limit(4)
                        .toList());
        assertEquals(0, Optimizer.of(Sgd.of(), 0.1, model()).state().size());
    }

    @Test
    void aStateOfAnotherRuleOrModelIsRefusedAndChangesNothing() {
        Mlp model = model();
        Optimizer optimizer = Optimizer.of(Momentum.of(), 0.1, model);
        step(optimizer, model, 1);
        double[] before =
                optimizer.state().get("layers.0.weight/velocity").tensor().toDoubles();
        Map<String, Value> wrong = new HashMap<>();
        optimizer.state().forEach((name, buffer) -> wrong.put(name, Value.zeros(buffer.type())));
        wrong.put("layers.3.bias/velocity", Value.zeros(Type.of(DType.F32, Shape.of(7))));

        var missing = assertThrows(IllegalArgumentException.class, () -> optimizer.restore(3, Map.of()));
        var shape = assertThrows(IllegalArgumentException.class, () -> optimizer.restore(3, wrong));

        assertTrue(missing.getMessage().contains("missing [layers.0.weight/velocity"), missing.getMessage());
        assertTrue(shape.getMessage().contains("layers.3.bias/velocity"), shape.getMessage());
        assertThrows(IllegalArgumentException.class, () -> optimizer.restore(-1, Map.of()));
        assertEquals(1, optimizer.steps());
        assertArrayEquals(
                before,
                optimizer.state().get("layers.0.weight/velocity").tensor().toDoubles());
    }

    @Test
    void aGroupFollowsItsOwnRuleAndRate() {
        Parameter weight = Parameter.of(new double[] {1}, 1);
        Parameter bias = Parameter.of(new double[] {1}, 1);
        Parameter frozen = Parameter.of(new double[] {1}, 1);
        Layer model = Sequential.of(new Point(weight), new Point(bias), new Point(frozen));
        Optimizer optimizer = Optimizer.of(Sgd.of().withL2(0.5), 0.1, model)
                .withGroups(
                        ParameterGroup.of(path -> path.startsWith("layers.1"), Sgd.of())
                                .withRateFactor(3),
                        ParameterGroup.of(path -> path.startsWith("layers.2"), Adam.of())
                                .withRateFactor(0));

        Tensor loss = weight.tensor().add(bias.tensor()).add(frozen.tensor()).sum();
        optimizer.step(loss.backward(List.of(weight, bias, frozen)));

        assertEquals(1 - 0.1 * (1 + 0.5), weight.tensor().item(), 1e-15);
        assertEquals(1 - 0.1 * 3, bias.tensor().item(), 1e-15);
        assertEquals(1, frozen.tensor().item());
        assertEquals(
                List.of("layers.2.at/mean", "layers.2.at/variance"),
                List.copyOf(optimizer.state().keySet()));
    }

    @Test
    void aGroupThatAcceptsNothingIsRefused() {
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, model());

        var error = assertThrows(
                IllegalArgumentException.class,
                () -> optimizer.withGroups(ParameterGroup.of(path -> path.endsWith("gamma"), Sgd.of())));

        assertTrue(error.getMessage().contains("layers.0.weight"), error.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> ParameterGroup.of(path -> true, Sgd.of()).withRateFactor(-1));
    }

    @Test
    void gradientsOfAnEarlierStepAreRefused() {
        Parameter parameter = Parameter.of(new float[] {1, 2}, 2);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, new Point(parameter));
        var gradients = parameter.tensor().square().sum().backward(List.of(parameter));
        optimizer.step(gradients);

        assertThrows(StaleTensorException.class, () -> optimizer.step(gradients));
        assertEquals(1, optimizer.steps());
    }

    @Test
    void aParameterWithoutAGradientIsRefused() {
        Parameter one = Parameter.of(new float[] {1}, 1);
        Parameter two = Parameter.of(new float[] {1}, 1);
        Optimizer optimizer = Optimizer.of(Sgd.of(), 0.1, Sequential.of(new Point(one), new Point(two)));

        assertThrows(
                IllegalArgumentException.class,
                () -> optimizer.step(one.tensor().sum().backward(List.of(one))));
    }

    @Test
    void aModelWithoutParametersIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Optimizer.of(Sgd.of(), 0.1, new Relu()));
    }

    @Test
    void hyperParametersOutOfRangeAreRefusedWithTheirName() {
        assertMessage("l2", () -> Sgd.of().withL2(-1));
        assertMessage("momentum", () -> Momentum.of().withMomentum(1));
        assertMessage("beta1", () -> Adam.of().withBetas(1, 0.999));
        assertMessage("beta2", () -> Adam.of().withBetas(0.9, Double.NaN));
        assertMessage("epsilon", () -> AdamW.of().withEpsilon(0));
        assertMessage("weightDecay", () -> AdamW.of().withWeightDecay(Double.POSITIVE_INFINITY));
        assertMessage("decay", () -> RmsProp.of().withDecay(1));
        assertMessage("start", () -> Adagrad.of().withStart(-1));
        assertMessage("epsilon", () -> Adadelta.of().withEpsilon(0));
        assertMessage("momentumDecay", () -> NAdam.of().withMomentumDecay(-1));
        assertMessage("beta2", () -> RAdam.of().withBetas(0.9, 0.5));
        assertMessage("l2", () -> AmsGrad.of().withL2(-1));
        assertMessage("beta1", () -> Lion.of().withBetas(1, 0.99));
        assertMessage("weightDecay", () -> Lamb.of().withWeightDecay(-1));
        assertMessage("momentum", () -> Muon.of().withMomentum(-0.1));
        assertMessage("learning rate", () -> Optimizer.of(Sgd.of(), 0, model()));
        assertMessage("learning rate", () -> Optimizer.of(Sgd.of(), Double.NaN, model()));
    }

    private static void assertMessage(String name, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(name) && error.getMessage().contains("E610"), error.getMessage());
    }

    @Test
    void aScheduleThatGivesNoRateIsRefusedBeforeAnythingHappens() {
        Parameter parameter = Parameter.of(new float[] {1}, 1);
        Optimizer optimizer = Optimizer.of(Sgd.of(), step -> Double.NaN, new Point(parameter));

        assertMessage("step 1", () -> optimizer.step(parameter.tensor().sum().backward(List.of(parameter))));
        assertArrayEquals(new float[] {1}, parameter.tensor().toFloats());
    }
}
