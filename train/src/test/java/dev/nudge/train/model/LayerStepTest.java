package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.CrossAttention;
import dev.nudge.nn.GruCell;
import dev.nudge.nn.Layer;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.Model;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.RnnCell;
import dev.nudge.nn.TransformerDecoderBlock;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.WeightsHash;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for a training step with any layer.
class LayerStepTest {
    private static final RandomKey KEY = RandomKey.of(21);

    static List<Class<?>> records() throws Exception {
        return LayerSamples.records();
    }

    /// A layer with a parameter before or behind it, so that every layer has something to train.
    public record Trained(Layer layer, Parameter scale) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return x.dtype().isFloating()
                    ? layer.forward(x.mul(scale.tensor()), pass)
                    : layer.forward(x, pass).mul(scale.tensor());
        }
    }

    /// The layer that a sample is, or stands for where it takes several inputs.
    private static Layer layer(Model model) {
        return switch (model) {
            case Layer layer -> layer;
            case CrossAttention cross -> new BesideMemory(cross, null);
            case TransformerDecoderBlock block -> new BesideMemory(null, block);
            case RnnCell cell -> Recurrent.of((_, _, _) -> cell, 4, 3, 1, KEY);
            case LstmCell cell -> Recurrent.of((_, _, _) -> cell, 4, 3, 1, KEY);
            case GruCell cell -> Recurrent.of((_, _, _) -> cell, 4, 3, 1, KEY);
            default -> throw new IllegalArgumentException("say how to run " + model);
        };
    }

    /// A model that looks at a memory beside its input.
    public record BesideMemory(CrossAttention cross, TransformerDecoderBlock block) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor memory = Tensor.of(Tensor.normal(KEY.at(3), 3, 2, 6).toFloats(), 3, 2, 6);
            return block == null ? cross.forward(x, memory, null, pass) : block.forward(x, memory, null, null, pass);
        }
    }

    private static Type input(LayerSamples.Sample sample) {
        return sample.input() == null ? Type.of(DType.F32, Shape.of(5, 4)) : sample.input();
    }

    private static Tensor batch(Type input, int step) {
        Shape shape = Shape.of(3).append(input.shape());
        float[] numbers = Tensor.normal(KEY.at(step), shape.toArray()).abs().toFloats();
        Value value = Value.zeros(input.withShape(shape));
        for (int i = 0; i < numbers.length; i++) {
            value.set(i, numbers[i]);
        }
        return Tensor.data(value);
    }

    /// Trains a fresh sample for some steps.
    private static String train(Class<?> type, Execution execution, int steps) {
        LayerSamples.Sample sample = LayerSamples.all().get(type);
        Trained model = new Trained(layer(sample.model()), Parameter.of(new float[] {0.9f}, 1));
        Optimizer optimizer = Optimizer.of(Adam.of(), Schedules.cosine(0.01, 10), model);
        return Execution.with(execution, () -> {
            for (int step = 1; step <= steps; step++) {
                Tensor y = model.forward(batch(input(sample), step), Pass.training(KEY.at(step)));
                Tensor loss = y.sub(Tensor.of((float) step)).square().mean();
                optimizer.step(loss.backward(optimizer.parameters().values()));
            }
            return WeightsHash.of(model);
        });
    }

    @ParameterizedTest
    @MethodSource("records")
    void theSecondStepMakesNoPlan(Class<?> type) {
        PlannedExecution once = PlannedExecution.of(CpuBackend.of(1));
        train(type, once, 1);
        PlannedExecution often = PlannedExecution.of(CpuBackend.of(1));
        train(type, often, 4);

        assertTrue(once.plans() > 0, "nothing was planned");
        assertEquals(once.plans(), often.plans());
    }

    @ParameterizedTest
    @MethodSource("records")
    void threadsAndTheKindOfExecutionDoNotChangeABit(Class<?> type) {
        String expected = train(type, PlannedExecution.of(CpuBackend.of(1)), 3);
        assertEquals(expected, train(type, PlannedExecution.of(CpuBackend.of(3)), 3), "three threads");
        assertEquals(expected, train(type, EagerExecution.of(CpuBackend.of(1)), 3), "eager");
        assertEquals(expected, train(type, PlannedExecution.of(CpuBackend.of(1).withoutVectors()), 3), "plain Java");
    }
}
