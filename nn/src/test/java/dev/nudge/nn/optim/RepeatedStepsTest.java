package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.StaleTensorException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Backward pass and update are written for the first loss of a structure alone, and nobody can tell.
class RepeatedStepsTest {
    private static final RandomKey KEY = RandomKey.of(77);

    /// Gradient descent that counts how often it is asked.
    record Counted(AtomicInteger count) implements UpdateRule {
        @Override
        public String name() {
            return "counted";
        }

        @Override
        public List<String> slots() {
            return List.of();
        }

        @Override
        public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
            count.incrementAndGet();
            return new Update(parameter.sub(gradient.mul(step.rate().cast(gradient.dtype()))), List.of());
        }
    }

    private static Point point(double... at) {
        return new Point(Parameter.of(Tensor.of(at, at.length).value()));
    }

    /// Half the squared distance from `target`, whose gradient is the difference.
    private static Gradients pull(Point model, double... target) {
        Tensor difference = model.at().tensor().sub(Tensor.of(target, target.length));
        return difference.square().sum().mul(0.5).backward(List.of(model.at()));
    }

    @Test
    void theRuleIsAskedOnceAndEachStepTakesItsOwnTargetAndRate() {
        AtomicInteger asked = new AtomicInteger();
        Point model = point(8, 0);
        Schedule halves = step -> Math.pow(0.5, step);
        Optimizer optimizer = Optimizer.of(new Counted(asked), halves, model);
        optimizer.step(pull(model, 4, 2)); // half of (4, -2)
        assertArrayEquals(new double[] {6, 1}, model.at().tensor().toDoubles());
        Gradients second = pull(model, -2, 5);
        Optimizer.Result result = optimizer.step(second); // a quarter of (8, -4)
        assertArrayEquals(new double[] {4, 2}, model.at().tensor().toDoubles());
        assertEquals(0.25, result.learningRate());
        assertEquals(40, result.loss()); // (64 + 16) / 2
        assertEquals(40, second.loss().item());
        assertEquals(Math.sqrt(80), result.gradientNorm(), 1e-15);
        assertEquals(Map.of("at", Math.sqrt(80)), result.gradientNorms());
        assertEquals(2, result.step());
        optimizer.step(pull(model, 4, 10)); // an eighth of (0, -8)
        assertArrayEquals(new double[] {4, 3}, model.at().tensor().toDoubles());
        assertEquals(1, asked.get());
    }

    @Test
    void gradientsThatSomebodyLooksAtAreThere() {
        AtomicInteger asked = new AtomicInteger();
        Point model = point(8, 0);
        Optimizer optimizer = Optimizer.of(new Counted(asked), 0.5, model);
        optimizer.step(pull(model, 4, 2));
        optimizer.step(pull(model, 4, 2));
        assertArrayEquals(new double[] {5, 1.5}, model.at().tensor().toDoubles());
        Gradients looked = pull(model, 1, 1);
        Tensor gradient = looked.of(model.at()).keep();
        optimizer.step(looked);
        assertArrayEquals(new double[] {4, 0.5}, gradient.toDoubles());
        assertArrayEquals(new double[] {3, 1.25}, model.at().tensor().toDoubles());
        optimizer.step(pull(model, 1, 1.25));
        assertArrayEquals(new double[] {4, 0.5}, gradient.toDoubles());
        assertArrayEquals(new double[] {2, 1.25}, model.at().tensor().toDoubles());
        assertEquals(2, asked.get());
    }

    @Test
    void anotherStructureIsAnotherStep() {
        Point model = point(8, 0);
        Optimizer optimizer = Optimizer.of(new Sgd(0), 0.5, model);
        optimizer.step(pull(model, 4, 2));
        optimizer.step(pull(model, 4, 2));
        Tensor sum = model.at().tensor().sum(); // gradient (1, 1)
        optimizer.step(sum.backward(List.of(model.at())));
        assertArrayEquals(new double[] {4.5, 1}, model.at().tensor().toDoubles());
        optimizer.step(pull(model, 0.5, 1));
        assertArrayEquals(new double[] {2.5, 1}, model.at().tensor().toDoubles());
    }

    @Test
    void aPredictionThatWasReadBeforeTheStepDoesNotBringBackOldInputs() {
        Point model = point(1, 1);
        Optimizer optimizer = Optimizer.of(new Sgd(0), 1, model);
        for (boolean reads : new boolean[] {true, true, false, false, true}) {
            double[] before = model.at().tensor().toDoubles();
            double[] inputs = {before[0] + 1, 2};
            Tensor x = Tensor.of(inputs, 2);
            Tensor prediction = model.at().tensor().mul(x); // gradient of half its square: prediction · x
            if (reads) {
                prediction.value();
            }
            optimizer.step(prediction.square().sum().mul(0.5).backward(List.of(model.at())));
            double[] expected = {before[0] - before[0] * inputs[0] * inputs[0], before[1] - before[1] * 4};
            assertArrayEquals(expected, model.at().tensor().toDoubles());
        }
    }

    @Test
    void gradientsOfTooFewParametersAreRefusedAtAnyStep() {
        Layer model = Linear.of(2, 1, KEY);
        SequencedMap<String, Parameter> parameters = model.parameters();
        Optimizer optimizer = Optimizer.of(new Sgd(0), 0.1, model);
        for (int step = 0; step < 3; step++) {
            Tensor loss = model.forward(Tensor.of(new float[] {1, step}, 1, 2), Pass.inference())
                    .sum();
            Gradients few = loss.backward(List.of(parameters.firstEntry().getValue()));
            assertThrows(IllegalArgumentException.class, () -> optimizer.step(few));
            optimizer.step(loss.backward(parameters.values()));
        }
        assertEquals(3, optimizer.steps());
    }

    @Test
    void aLossOfBeforeTheLastStepIsStale() {
        Point model = point(8, 0);
        Optimizer optimizer = Optimizer.of(new Sgd(0), 0.5, model);
        optimizer.step(pull(model, 4, 2));
        Gradients old = pull(model, 4, 2);
        optimizer.step(pull(model, 4, 2));
        assertThrows(StaleTensorException.class, () -> optimizer.step(old));
        assertArrayEquals(new double[] {5, 1.5}, model.at().tensor().toDoubles());
        Tensor written = model.at().tensor().square().sum();
        model.at().assign(Tensor.of(new double[] {0, 0}, 2).value());
        Gradients late = written.backward(List.of(model.at()));
        assertThrows(StaleTensorException.class, () -> optimizer.step(late));
    }

    private static float[] inputs(int step, int rows) {
        return Tensor.normal(KEY.at(step), rows, 4).toFloats();
    }

    private static Sequential network() {
        return Sequential.of(
                Linear.of(4, 6, KEY.at(100)),
                BatchNorm.of(6),
                new Relu(),
                new Dropout(0.3),
                Linear.of(6, 3, KEY.at(101)));
    }

    private static Optimizer optimizer(Layer model) {
        return Optimizer.of(Adam.of(), Schedules.cosine(0.01, 12), model)
                .withClipping(Clipping.byNorm(0.5))
                .withGroups(ParameterGroup.of(path -> path.endsWith("bias"), Momentum.of())
                        .withRateFactor(2));
    }

    private static Gradients gradients(Layer model, int step) {
        int rows = step == 5 ? 3 : 7; // a batch of another size in between
        int[] targets = new int[rows];
        for (int i = 0; i < rows; i++) {
            targets[i] = (i + step) % 3;
        }
        Tensor prediction = model.forward(
                Tensor.of(inputs(step, rows), rows, 4),
                Pass.training(KEY.at(200).at(step)));
        return Losses.crossEntropy(prediction, Tensor.of(targets, rows))
                .backward(model.parameters().values());
    }

    /// Everything that twelve steps leave behind, and their losses.
    ///
    /// @param writes whether each step is made to write its whole graph
    private static List<float[]> trained(Execution execution, Execution sometimes, boolean writes) {
        Sequential model = network();
        Optimizer optimizer = optimizer(model);
        List<float[]> all = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
            int now = step;
            Execution.with(step == 8 ? sometimes : execution, () -> {
                Gradients gradients = gradients(model, now);
                if (writes) {
                    gradients.of(model.parameters().firstEntry().getValue());
                }
                Optimizer.Result result = optimizer.step(gradients);
                all.add(new float[] {(float) result.loss(), (float) result.gradientNorm()});
                return all.add(gradients.loss().toFloats());
            });
        }
        model.parameters().values().forEach(each -> all.add(each.tensor().toFloats()));
        model.buffers().values().forEach(each -> all.add(each.tensor().toFloats()));
        optimizer.state().values().forEach(each -> all.add(each.tensor().toFloats()));
        return all;
    }

    @Test
    void theBitsAreThoseOfStepsThatAreWrittenEachTime() {
        Execution planned = PlannedExecution.of(Backend.load());
        Execution eager = EagerExecution.of(Backend.load());
        List<float[]> expected = trained(eager, eager, true);
        List<List<float[]>> found = List.of(
                trained(planned, planned, true), trained(planned, planned, false), trained(planned, eager, false));
        for (List<float[]> each : found) {
            assertEquals(expected.size(), each.size());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), each.get(i), "value " + i);
            }
        }
    }

    @Test
    void whatWasRestoredIsWhatTheNextStepStartsFrom() {
        Point model = point(8, 0);
        Optimizer optimizer = Optimizer.of(Momentum.of().withMomentum(0.5), 0.5, model);
        for (int i = 0; i < 3; i++) {
            optimizer.step(pull(model, 0, 0));
        }
        model.at().assign(Tensor.of(new double[] {4, 4}, 2).value());
        optimizer.restore(
                1,
                Map.of(
                        optimizer.state().firstEntry().getKey(),
                        Tensor.of(new double[] {2, 0}, 2).value()));
        Optimizer.Result result = optimizer.step(pull(model, 0, 0)); // velocity: half of (2, 0) and (4, 4)
        assertEquals(2, result.step());
        assertArrayEquals(new double[] {1.5, 2}, model.at().tensor().toDoubles());
    }

    @Test
    void whatIsNotFiniteIsFoundInTheStepThatHasIt() {
        Point model = point(8, 0);
        Optimizer optimizer = Optimizer.of(new Sgd(0), 0.5, model);
        optimizer.step(pull(model, 4, 2));
        optimizer.step(pull(model, 4, 2));
        Gradients bad = pull(model, 4, Double.NaN);
        NonFiniteException error = assertThrows(NonFiniteException.class, () -> optimizer.step(bad));
        assertEquals("E702", error.code());
        assertTrue(error.getMessage().contains("step 3 changed nothing"), error.getMessage());
        optimizer.step(pull(model, 4, 2));
        assertArrayEquals(new double[] {4.5, 1.75}, model.at().tensor().toDoubles());
    }
}
