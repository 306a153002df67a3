package dev.nudge.testkit;

import dev.nudge.tensor.Activation;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.LayerNormGradients;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples of the fused operations that come with Nudge.
final class FusedSamples {
    private static final RandomKey KEY = RandomKey.of(7);

    private FusedSamples() {}

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (Shape shape : ElementwiseSamples.shapes()) {
                Type type = Type.of(dtype, shape);
                Value x = Draw.uniform(KEY.at(0), type, -3, 3);
                samples.add(OpSample.smooth(new Activation.Gelu(), x));
                samples.add(OpSample.smooth(new Activation.Dropout(0), x, Draw.key(KEY)));
                samples.add(OpSample.smooth(new Activation.Dropout(0.4), x, Draw.key(KEY)));
                samples.add(OpSample.smooth(
                        new Softmaxes.BinaryCrossEntropy(), x, Draw.uniform(KEY.at(1), type, 0.1, 0.9)));
            }
            for (Shape shape : List.of(
                    Shape.of(1, 1),
                    Shape.of(4, 10),
                    Shape.of(3, 16),
                    Shape.of(2, 17),
                    Shape.of(2, 3, 5),
                    Shape.of(33),
                    Shape.of(1),
                    Shape.of(5, 1),
                    Shape.of(0, 4),
                    Shape.of(40, 100))) {
                addRows(samples, Type.of(dtype, shape));
            }
            addAttention(samples, dtype);
        }
        samples.addAll(RecurrentSamples.all());
        return samples;
    }

    private static void addRows(List<OpSample> samples, Type type) {
        Value x = Draw.uniform(KEY.at(2), type, -3, 3);
        Shape shape = type.shape();
        samples.add(OpSample.smooth(new Softmaxes.Softmax(), x));
        samples.add(OpSample.smooth(new Softmaxes.LogSoftmax(), x));
        samples.add(OpSample.smooth(new Softmaxes.LogSumExp(), x));
        addNormalizations(samples, x);
        int[] rows = shape.range(0, shape.rank() - 1).toArray();
        for (DType index : List.of(DType.I32, DType.I64)) {
            samples.add(OpSample.smooth(
                    new Softmaxes.SoftmaxCrossEntropy(), x, Draw.indices(KEY.at(3), index, shape.extent(-1), rows)));
        }
    }

    private static void addNormalizations(List<OpSample> samples, Value x) {
        Type features = x.type().withShape(Shape.of(x.type().shape().extent(-1)));
        Value weight = Draw.uniform(KEY.at(4), features, 0.5, 1.5);
        Value bias = Draw.uniform(KEY.at(5), features, -1, 1);
        samples.add(OpSample.smooth(new Normalizations.LayerNorm(1e-3), x, weight, bias));
        Value upstream = Draw.uniform(KEY.at(7), x.type(), -1, 1);
        samples.add(OpSample.smooth(new LayerNormGradients.LayerNormGradient(1e-3), x, weight, upstream));
        samples.add(OpSample.smooth(new LayerNormGradients.LayerNormSums(1e-3), x, upstream));
        samples.add(OpSample.smooth(new Normalizations.RmsNorm(1e-3), x, weight));
        if (x.type().shape().rank() > 1) {
            samples.add(OpSample.smooth(new Normalizations.BatchNorm(1e-3), x, weight, bias));
        }
        if (x.type().shape().rank() == 2) {
            Value g = Draw.uniform(KEY.at(6), x.type(), -1, 1);
            Value mean = bias.withShape(Shape.of(1).append(features.shape()));
            samples.add(OpSample.smooth(new Normalizations.ColumnMoments(), x));
            samples.add(OpSample.smooth(new Normalizations.CenteredSums(), g, x, mean));
        }
    }

    private static void addAttention(List<OpSample> samples, DType dtype) {
        int[][] heads = {{1, 1}, {2, 2}, {2, 1}, {4, 2}};
        for (int[] count : heads) {
            for (int time : new int[] {1, 3, 5}) {
                for (boolean causal : new boolean[] {false, true}) {
                    addAttention(samples, dtype, 2, time, count[0], count[1], 3, causal);
                }
            }
        }
        if (dtype == DType.F32) { // more than a block of times, and no example at all
            addAttention(samples, dtype, 1, 70, 1, 1, 2, true);
            addAttention(samples, dtype, 0, 3, 2, 1, 2, true);
        }
    }

    private static void addAttention(
            List<OpSample> samples,
            DType dtype,
            int batch,
            int time,
            int heads,
            int keyValueHeads,
            int width,
            boolean causal) {
        Type input = Type.of(dtype, Shape.of(batch, time, (heads + 2 * keyValueHeads) * width));
        Type output = Type.of(dtype, Shape.of(batch, time, heads * width));
        Value x = Draw.uniform(KEY.at(4), input, -2, 2);
        Value dy = Draw.uniform(KEY.at(5), output, -1, 1);
        samples.add(OpSample.smooth(new Attentions.SelfAttention(heads, keyValueHeads, causal), x));
        samples.add(OpSample.smooth(new Attentions.SelfAttentionGradient(heads, keyValueHeads, causal), x, dy));
    }
}
