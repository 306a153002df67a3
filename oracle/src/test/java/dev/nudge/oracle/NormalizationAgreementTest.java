package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;
import static dev.nudge.oracle.Agreement.channelsFirst;
import static dev.nudge.oracle.Agreement.channelsLast;
import static dev.nudge.oracle.Agreement.drawn;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.GroupNorm;
import dev.nudge.nn.LayerNorm;
import dev.nudge.nn.Pass;
import dev.nudge.nn.RmsNorm;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Normalizations agree with ONNX Runtime.
class NormalizationAgreementTest {
    private static final RandomKey KEY = RandomKey.of(2);

    private static BatchNorm used() {
        BatchNorm layer = drawn(BatchNorm.of(5), KEY);
        float[] means = Tensor.normal(KEY.at(5), 5).toFloats();
        float[] variances = Tensor.uniform(KEY.at(6), 5).toFloats();
        for (int i = 0; i < 5; i++) {
            layer.runningMean().storage().set(i, means[i]);
            layer.runningVariance().storage().set(i, 0.1 + variances[i]);
        }
        return layer;
    }

    @Test
    void batchNormInUseAgrees() {
        BatchNorm layer = used();
        for (Tensor x : List.of(
                Tensor.normal(KEY.at(1), 7, 5),
                Tensor.normal(KEY.at(2), 3, 4, 6, 5).mul(3).add(2))) {
            boolean images = x.shape().rank() == 4;
            Tensor y = Onnx.of("BatchNormalization")
                    .with("epsilon", (float) layer.epsilon())
                    .run(
                            images ? channelsFirst(x) : x,
                            layer.weight().tensor(),
                            layer.bias().tensor(),
                            layer.runningMean().tensor(),
                            layer.runningVariance().tensor());
            assertAgree("batchNorm " + x.shape(), images ? channelsLast(y) : y, layer.forward(x));
        }
    }

    /// In training the statistics are those of the batch: what is used of them is what ONNX is given.
    @Test
    void batchNormInTrainingAgreesOnTheStatisticsOfTheBatch() {
        BatchNorm layer = used();
        Tensor x = Tensor.normal(KEY.at(2), 3, 4, 6, 5).mul(3).add(2);
        Tensor first = channelsFirst(x);
        Tensor axes = Tensor.of(new int[] {0, 2, 3}, 3).cast(DType.I64);
        Tensor mean = Onnx.of("ReduceMean").run(first, axes);
        Tensor centered = Onnx.of("Sub").run(first, mean);
        Tensor variance = Onnx.of("ReduceMean").run(Onnx.of("Mul").run(centered, centered), axes);
        Tensor y = Onnx.of("BatchNormalization")
                .with("epsilon", (float) layer.epsilon())
                .run(first, layer.weight().tensor(), layer.bias().tensor(), mean.reshape(5), variance.reshape(5));
        assertAgree("batchNorm", channelsLast(y), layer.forward(x, Pass.training(KEY)));
    }

    @Test
    void layerNormAgrees() {
        LayerNorm layer = drawn(LayerNorm.of(19), KEY);
        Tensor x = Tensor.normal(KEY.at(1), 3, 4, 19).mul(2).add(1);
        Onnx onnx = Onnx.of("LayerNormalization").with("axis", -1).with("epsilon", (float) layer.epsilon());
        Tensor y = onnx.run(x, layer.weight().tensor(), layer.bias().tensor());
        assertAgree("layerNorm", y, layer.forward(x));
        Tensor without = onnx.run(x, layer.weight().tensor());
        assertAgree("layerNorm without bias", without, layer.withoutBias().forward(x));
    }

    @Test
    void rmsNormAgrees() {
        RmsNorm layer = drawn(RmsNorm.of(19), KEY);
        Tensor x = Tensor.normal(KEY.at(1), 3, 4, 19).mul(2).add(1);
        Tensor y = Onnx.of("RMSNormalization")
                .with("axis", -1)
                .with("epsilon", (float) layer.epsilon())
                .run(x, layer.weight().tensor());
        assertAgree("rmsNorm", y, layer.forward(x));
    }

    @Test
    void groupNormAgreesFromOneGroupToOneForEachChannel() {
        Tensor x = Tensor.normal(KEY.at(1), 3, 4, 7, 6).mul(2).add(1);
        for (int groups : List.of(1, 2, 3, 6)) {
            GroupNorm layer = drawn(GroupNorm.of(groups, 6), KEY);
            Tensor y = Onnx.of("GroupNormalization")
                    .with("num_groups", groups)
                    .with("epsilon", (float) layer.epsilon())
                    .run(channelsFirst(x), layer.weight().tensor(), layer.bias().tensor());
            assertAgree("groupNorm of " + groups, channelsLast(y), layer.forward(x));
        }
        GroupNorm single = drawn(GroupNorm.of(6, 6), KEY);
        Tensor y = Onnx.of("InstanceNormalization")
                .with("epsilon", (float) single.epsilon())
                .run(channelsFirst(x), single.weight().tensor(), single.bias().tensor());
        assertAgree("instance normalization", channelsLast(y), single.forward(x));
    }

    @Test
    void aParameterOfAnotherNumberIsNoticed() { // the comparison can fail
        LayerNorm layer = LayerNorm.of(4);
        Parameter other = Parameter.of(new float[] {1, 1, 1, 1.001f}, 4);
        Tensor x = Tensor.normal(KEY.at(1), 3, 4);
        Tensor y = Onnx.of("LayerNormalization")
                .run(x, other.tensor(), layer.bias().tensor());
        org.junit.jupiter.api.Assertions.assertThrows(
                AssertionError.class, () -> assertAgree("layerNorm", y, layer.forward(x)));
    }
}
