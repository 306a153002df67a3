package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// What a 784-128-10 network loses before it has learnt anything, on 2000 normal inputs with random classes, against
/// figures computed by another program.
class InitialLossTest {
    private static final int EXAMPLES = 2000;
    private static final int SEEDS = 4;

    private static double meanLoss(Initializer hidden, Initializer output) {
        double sum = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            RandomKey key = RandomKey.of(seed);
            Layer model = Sequential.of(
                    Linear.of(784, 128, key.at(1), hidden), new Relu(), Linear.of(128, 10, key.at(2), output));
            int[] classes = new int[EXAMPLES];
            for (int i = 0; i < EXAMPLES; i++) {
                classes[i] = key.at(3).below(i, 10);
            }
            Tensor logits = model.forward(Tensor.normal(key.at(4), EXAMPLES, 784));
            sum += Losses.crossEntropy(logits, Tensor.of(classes, EXAMPLES)).item();
        }
        return sum / SEEDS;
    }

    @Test
    void aZeroOutputLayerGuessesUniformly() {
        assertEquals(Math.log(10), meanLoss(Initializers.heNormal(), Initializers.zeros()), 1e-5);
    }

    @Test
    void smallWeightsAlmostGuessUniformly() {
        assertEquals(2.304, meanLoss(Initializers.normal(0.01), Initializers.normal(0.01)), 0.005);
    }

    @Test
    void heAndGlorotOutputsAreSomewhatTooSure() {
        assertEquals(3.177, meanLoss(Initializers.heNormal(), Initializers.heNormal()), 0.25);
        assertEquals(3.122, meanLoss(Initializers.heNormal(), Initializers.glorotNormal()), 0.25);
    }

    @Test
    void weightsOfVarianceOneAreSureAndWrong() {
        assertEquals(353, meanLoss(Initializers.normal(1), Initializers.normal(1)), 35);
    }
}
