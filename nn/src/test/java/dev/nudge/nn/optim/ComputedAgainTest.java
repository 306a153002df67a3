package dev.nudge.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.GlobalAveragePool;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Residual;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlanStep;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Training in less memory: activations are computed again in the backward pass, and nothing else differs.
class ComputedAgainTest {
    private static final int STEPS = 3;
    private static final RandomKey KEY = RandomKey.of(21);

    private static Tensor numbers(int... shape) {
        int count = 1;
        for (int extent : shape) {
            count *= extent;
        }
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = KEY.below(i, 2001) / 1000f - 1;
        }
        return Tensor.of(numbers, shape);
    }

    private static Tensor indices(int below, int... shape) {
        int count = 1;
        for (int extent : shape) {
            count *= extent;
        }
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = KEY.below(i, below);
        }
        return Tensor.of(indices, shape);
    }

    /// Losses, then parameters and buffers.
    private static List<float[]> train(
            PlannedExecution execution, Supplier<Layer> network, Supplier<Tensor> inputs, Supplier<Tensor> targets) {
        return Execution.with(execution, () -> {
            Layer model = network.get();
            Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, model);
            List<float[]> values = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                Tensor prediction = model.forward(inputs.get(), Pass.training(KEY.at(step)));
                Tensor loss = Losses.crossEntropy().of(prediction, targets.get());
                optimizer.step(loss.backward(model.parameters().values()));
                values.add(loss.toFloats());
            }
            model.parameters()
                    .values()
                    .forEach(parameter -> values.add(parameter.tensor().toFloats()));
            model.buffers()
                    .values()
                    .forEach(buffer -> values.add(buffer.tensor().toFloats()));
            return values;
        });
    }

    /// @param part of the memory that is left when activations are computed again, at most
    private static void check(double part, Supplier<Layer> network, Supplier<Tensor> inputs, Supplier<Tensor> targets) {
        PlannedExecution keeping = PlannedExecution.of(Backend.load());
        PlannedExecution again = keeping.withRecompute();
        List<float[]> expected = train(keeping, network, inputs, targets);
        List<float[]> found = train(again, network, inputs, targets);
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "value " + i);
        }
        assertTrue(again.steps().stream().anyMatch(plan -> plan.stream().anyMatch(PlanStep::isAgain)));
        assertTrue(
                again.bytes() <= part * keeping.bytes(), () -> again.bytes() + " bytes instead of " + keeping.bytes());
    }

    @Test
    void aDeepNetworkWithDropoutTrainsToTheSameBits() {
        check(
                0.6,
                () -> {
                    List<Layer> layers = new ArrayList<>();
                    for (int i = 0; i < 16; i++) {
                        layers.add(Linear.of(24, 24, KEY.at(i)));
                        layers.add(new Gelu());
                        layers.add(new Dropout(0.3));
                    }
                    layers.add(Linear.of(24, 5, KEY.at(99)));
                    return Sequential.of(layers.toArray(Layer[]::new));
                },
                () -> numbers(256, 24),
                () -> indices(5, 256));
    }

    private static Conv2d convolution(int in, int key) {
        return Conv2d.of(in, 8, 3, KEY.at(key)).withPadding(1);
    }

    @Test
    void aResidualNetworkKeepsItsRunningStatistics() {
        check(
                0.75,
                () -> {
                    List<Layer> layers = new ArrayList<>();
                    layers.add(convolution(3, 0));
                    for (int i = 1; i < 5; i++) {
                        layers.add(Residual.of(Sequential.of(
                                convolution(8, 2 * i),
                                BatchNorm.of(8),
                                new Relu(),
                                convolution(8, 2 * i + 1),
                                BatchNorm.of(8))));
                        layers.add(new Relu());
                    }
                    layers.add(new GlobalAveragePool());
                    layers.add(Linear.of(8, 4, KEY.at(99)));
                    return Sequential.of(layers.toArray(Layer[]::new));
                },
                () -> numbers(16, 10, 10, 3),
                () -> indices(4, 16));
    }

    @Test
    void aLanguageModelWithDropoutTrainsToTheSameBits() {
        check(
                0.75,
                () -> Gpt.of(Gpt.Config.of(11, 16, 4, 2, 16).withDropout(0.1), KEY.at(5)),
                () -> indices(11, 8, 16),
                () -> indices(11, 8, 16));
    }

    @Test
    void recurrentLevelsTrainToTheSameBits() {
        check(
                1,
                () -> Sequential.of(
                        Recurrent.of(LstmCell::of, 6, 12, 3, KEY.at(6)), new Gelu(), Linear.of(12, 7, KEY.at(7))),
                () -> numbers(8, 20, 6),
                () -> indices(7, 8, 20));
    }
}
