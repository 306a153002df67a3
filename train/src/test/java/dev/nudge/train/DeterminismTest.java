package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.GruCell;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.data.Dataset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The same seed trains the same model, bit for bit, however it is computed. The models are wide enough for
/// products, convolutions and normalizations to be shared out over threads.
class DeterminismTest {
    /// Small networks of each family.
    enum Net {
        GPT {
            @Override
            Layer model(RandomKey key) {
                return Gpt.of(Gpt.Config.of(40, 32, 2, 4, 64).withDropout(0.1), key);
            }

            @Override
            Dataset data(RandomKey key) {
                return tokens(key, 40, 32, 32);
            }
        },
        LSTM {
            @Override
            Layer model(RandomKey key) {
                return Sequential.of(
                        Embedding.of(40, 48, key.at(1)),
                        Recurrent.of(LstmCell::of, 48, 64, 2, key.at(2)).withDropout(0.2),
                        Linear.of(64, 40, key.at(3)));
            }

            @Override
            Dataset data(RandomKey key) {
                return tokens(key, 40, 12, 32);
            }
        },
        BIDIRECTIONAL_GRU {
            @Override
            Layer model(RandomKey key) {
                return Sequential.of(
                        Embedding.of(40, 48, key.at(1)),
                        Recurrent.bidirectional(GruCell::of, 48, 48, 1, key.at(2)),
                        Linear.of(96, 40, key.at(3)));
            }

            @Override
            Dataset data(RandomKey key) {
                return tokens(key, 40, 8, 32);
            }
        },
        CONVOLUTION {
            @Override
            Layer model(RandomKey key) {
                return Sequential.of(
                        Conv2d.of(3, 16, 3, key.at(1)).withSamePadding().withoutBias(),
                        BatchNorm.of(16),
                        new Relu(),
                        MaxPool2d.of(2),
                        Conv2d.grouped(16, 32, 3, 4, key.at(2), Initializers.heNormal())
                                .withStride(2),
                        BatchNorm.of(32),
                        new Relu(),
                        new Flatten(),
                        new Dropout(0.2),
                        Linear.of(3 * 3 * 32, 10, key.at(3)));
            }

            @Override
            Dataset data(RandomKey key) {
                float[] pixels = new float[48 * 16 * 16 * 3];
                int[] labels = new int[48];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (float) key.uniform(i);
                }
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = i % 10;
                }
                return ArrayDataset.of(pixels, Shape.of(16, 16, 3), labels, 10);
            }
        };

        abstract Layer model(RandomKey key);

        abstract Dataset data(RandomKey key);

        private static Dataset tokens(RandomKey key, int vocabulary, int time, int rows) {
            Value inputs = Value.zeros(Type.of(DType.I32, Shape.of(rows, time)));
            Value targets = Value.zeros(inputs.type());
            for (int i = 0; i < rows * time; i++) {
                inputs.set(i, key.below(i, vocabulary));
                targets.set(i, key.below(i + 1L, vocabulary));
            }
            return ArrayDataset.of(inputs, targets);
        }
    }

    private static String train(Net net, long seed, Execution execution) {
        Layer model = net.model(Keys.of(seed).init());
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.003, model);
        Execution.with(
                execution,
                () -> Trainer.of(model, Losses.crossEntropy(), optimizer, seed)
                        .withBatch(16)
                        .withBudget(Budget.steps(3))
                        .fit(net.data(RandomKey.of(4)), null));
        return WeightsHash.of(model);
    }

    @ParameterizedTest
    @EnumSource(Net.class)
    void threadsVectorsAndTheKindOfExecutionDoNotChangeABit(Net net) {
        String expected = train(net, 3, PlannedExecution.of(CpuBackend.of(1)));
        for (int threads = 2; threads <= 4; threads++) {
            assertEquals(expected, train(net, 3, PlannedExecution.of(CpuBackend.of(threads))), threads + " threads");
        }
        assertEquals(expected, train(net, 3, EagerExecution.of(CpuBackend.of(1))), "eager");
        assertEquals(expected, train(net, 3, EagerExecution.of(CpuBackend.of(3))), "eager, three threads");
        assertNotEquals(expected, train(net, 4, PlannedExecution.of(CpuBackend.of(1))), "another seed");
    }
}
