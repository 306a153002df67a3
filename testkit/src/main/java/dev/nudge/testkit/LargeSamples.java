package dev.nudge.testkit;

import dev.nudge.tensor.Activation;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Binary;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.LayerNormGradients;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples large enough to be shared among threads, with extents that divide by nothing.
final class LargeSamples {
    private static final RandomKey KEY = RandomKey.of(9);

    private LargeSamples() {}

    static List<OpSample> all() {
        Value rows = value(0, 211, 509);
        Value line = value(1, 200_003);
        List<OpSample> samples = new ArrayList<>(List.of(
                OpSample.smooth(new Unary.Tanh(), line),
                OpSample.smooth(new Binary.Mul(), line, line),
                OpSample.smooth(new Activation.Gelu(), line),
                OpSample.smooth(new Activation.Dropout(0.25), line, Draw.key(KEY)),
                OpSample.of(new RandomOp.Normal(line.type()), Draw.key(KEY)),
                OpSample.smooth(new Reduction.Sum(0), line),
                OpSample.smooth(new Reduction.Sum(0), rows),
                OpSample.smooth(new Reduction.Sum(1), rows),
                OpSample.smooth(new Reduction.Sum(0), value(6, 9001, 17)),
                OpSample.smooth(new Normalizations.BatchNorm(1e-5), value(6, 9001, 17), value(4, 17), value(5, 17)),
                OpSample.kinked(new Reduction.Max(1), rows),
                OpSample.of(new Reduction.ArgMax(1), rows),
                OpSample.smooth(new Movement.Permute(List.of(1, 0)), rows),
                OpSample.smooth(new Softmaxes.Softmax(), rows),
                OpSample.smooth(new Softmaxes.SoftmaxCrossEntropy(), rows, Draw.indices(KEY, DType.I32, 509, 211)),
                OpSample.smooth(new Normalizations.LayerNorm(1e-5), rows, value(4, 509), value(5, 509)),
                OpSample.smooth(
                        new LayerNormGradients.LayerNormGradient(1e-5), rows, value(4, 509), value(6, 211, 509)),
                OpSample.smooth(new LayerNormGradients.LayerNormSums(1e-5), rows, value(6, 211, 509)),
                OpSample.smooth(new LayerNormGradients.LayerNormSums(1e-5), value(6, 9001, 17), value(7, 9001, 17)),
                OpSample.smooth(new Normalizations.ColumnMoments(), rows),
                OpSample.smooth(new Normalizations.CenteredSums(), rows, rows, value(7, 1, 509)),
                OpSample.smooth(new Normalizations.BatchNorm(1e-5), rows, value(4, 509), value(5, 509)),
                OpSample.smooth(new Indexing.Gather(), rows, Draw.indices(KEY, DType.I32, 211, 300))));
        for (boolean causal : new boolean[] {false, true}) { // several blocks, whose last one is short
            Value packed = value(4, 3, 149, 8 * 5);
            samples.add(OpSample.smooth(new Attentions.SelfAttention(4, 2, causal), packed));
            samples.add(OpSample.smooth(
                    new Attentions.SelfAttentionGradient(4, 2, causal), packed, value(5, 3, 149, 4 * 5)));
        }
        for (boolean left : new boolean[] {false, true}) {
            for (boolean right : new boolean[] {false, true}) {
                samples.add(OpSample.smooth(
                        new Matmul(left, right),
                        left ? value(2, 263, 131) : value(2, 131, 263),
                        right ? value(3, 139, 263) : value(3, 263, 139)));
            }
        }
        samples.addAll(RecurrentSamples.large());
        samples.addAll(SlidingSamples.large());
        return samples;
    }

    private static Value value(int index, int... shape) {
        return Draw.uniform(KEY.at(index), Type.of(DType.F32, Shape.of(shape)), -1, 1);
    }
}
