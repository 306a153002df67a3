package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;
import static dev.nudge.oracle.Agreement.assertSame;
import static dev.nudge.oracle.Agreement.drawn;

import dev.nudge.nn.Elu;
import dev.nudge.nn.Embedding;
import dev.nudge.nn.EmbeddingBag;
import dev.nudge.nn.Gelu;
import dev.nudge.nn.Glu;
import dev.nudge.nn.HardSigmoid;
import dev.nudge.nn.HardSwish;
import dev.nudge.nn.HardTanh;
import dev.nudge.nn.Layer;
import dev.nudge.nn.LeakyRelu;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LogSoftmax;
import dev.nudge.nn.Mish;
import dev.nudge.nn.PRelu;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Relu6;
import dev.nudge.nn.Selu;
import dev.nudge.nn.Sigmoid;
import dev.nudge.nn.Silu;
import dev.nudge.nn.Softmax;
import dev.nudge.nn.Softplus;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.TanhGelu;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Activations, embeddings and the linear layer agree with ONNX Runtime.
class ActivationAgreementTest {
    private static final RandomKey KEY = RandomKey.of(3);

    /// A layer without parameters beside its operator.
    record Pair(Layer layer, UnaryOperator<Tensor> onnx) {
        @Override
        public String toString() {
            return layer.toString();
        }
    }

    private static Pair pair(Layer layer, Onnx onnx) {
        return new Pair(layer, x -> onnx.run(x));
    }

    private static Onnx last(String operator) {
        return Onnx.of(operator).with("axis", -1);
    }

    private static Tensor clipped(Tensor x, float low, float high) {
        return Onnx.of("Clip").run(x, Tensor.of(low), Tensor.of(high));
    }

    /// The first half of the features times the gate of the second.
    private static Tensor gated(Tensor x, UnaryOperator<Tensor> gate) {
        List<Tensor> halves = last("Split").with("num_outputs", 2).run(List.of(DType.F32, DType.F32), x);
        return Onnx.of("Mul").run(halves.get(0), gate.apply(halves.get(1)));
    }

    /// Not by the operator `Sigmoid`: that of ONNX Runtime is near in absolute terms only. At -14 it gives 7.75e-7
    /// for 8.32e-7, and a large factor makes much of the difference.
    private static Tensor silu(Tensor x) {
        Tensor growth = Onnx.of("Exp").run(Onnx.of("Neg").run(x));
        return Onnx.of("Div").run(x, Onnx.of("Add").run(growth, Tensor.of(1)));
    }

    static List<Pair> pairs() {
        return List.of(
                pair(new Relu(), Onnx.of("Relu")),
                pair(new LeakyRelu(0.07), Onnx.of("LeakyRelu").with("alpha", 0.07f)),
                pair(Elu.of(), Onnx.of("Elu")),
                pair(new Elu(0.6), Onnx.of("Elu").with("alpha", 0.6f)),
                pair(new Selu(), Onnx.of("Selu")),
                pair(new Gelu(), Onnx.of("Gelu")),
                pair(new TanhGelu(), Onnx.of("Gelu").with("approximate", "tanh")),
                pair(new Mish(), Onnx.of("Mish")),
                pair(new HardSwish(), Onnx.of("HardSwish")),
                pair(new HardSigmoid(), Onnx.of("HardSigmoid").with("alpha", 1f / 6)),
                pair(new Sigmoid(), Onnx.of("Sigmoid")),
                pair(new Tanh(), Onnx.of("Tanh")),
                pair(new Softplus(), Onnx.of("Softplus")),
                pair(new Softmax(), last("Softmax")),
                pair(new LogSoftmax(), last("LogSoftmax")),
                new Pair(new Relu6(), x -> clipped(x, 0, 6)),
                new Pair(new HardTanh(), x -> clipped(x, -1, 1)),
                new Pair(new Silu(), ActivationAgreementTest::silu),
                new Pair(Glu.of(), x -> gated(x, Onnx.of("Sigmoid")::run)),
                new Pair(Glu.swiGlu(), x -> gated(x, ActivationAgreementTest::silu)),
                new Pair(Glu.geGlu(), x -> gated(x, Onnx.of("Gelu")::run)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anActivationAgreesNearAndFarFromZero(Pair pair) {
        for (double size : List.of(0.01, 1.0, 30.0)) {
            Tensor x = Tensor.normal(KEY.at(1), 6, 64).mul(size);
            assertAgree(
                    pair + " of numbers of size " + size,
                    pair.onnx().apply(x),
                    pair.layer().forward(x));
        }
    }

    @Test
    void pReluAgreesWithOneSlopeAndWithOneForEachFeature() {
        Tensor x = Tensor.normal(KEY.at(1), 3, 4, 6);
        for (PRelu layer : List.of(PRelu.of(), drawn(PRelu.of(6), KEY))) {
            Tensor y = Onnx.of("PRelu").run(x, layer.slope().tensor());
            assertAgree(layer.toString(), y, layer.forward(x));
        }
    }

    @Test
    void linearAgrees() {
        Linear layer = drawn(Linear.of(37, 21, KEY), KEY);
        Tensor x = Tensor.normal(KEY.at(1), 13, 37);
        Tensor y = Onnx.of("Gemm").run(x, layer.weight().tensor(), layer.bias().tensor());
        assertAgree("linear", y, layer.forward(x));
        Tensor steps = Tensor.normal(KEY.at(2), 4, 5, 37);
        Tensor without = Onnx.of("MatMul").run(steps, layer.weight().tensor());
        assertAgree("linear without bias", without, layer.withoutBias().forward(steps));
    }

    @Test
    void embeddingIsTheSameAndABagAgrees() {
        Embedding layer = drawn(Embedding.of(11, 7, KEY), KEY);
        Tensor ids = Tensor.of(new int[] {0, 10, 3, 3, 7, 1, 0, 9}, 2, 4);
        Tensor rows = Onnx.of("Gather").run(layer.weight().tensor(), ids);
        assertSame("embedding", rows, layer.forward(ids));
        Tensor time = Tensor.of(new int[] {1}, 1).cast(DType.I64);
        Onnx mean = Onnx.of("ReduceMean").with("keepdims", 0);
        assertAgree("mean", mean.run(rows, time), new EmbeddingBag(layer, EmbeddingBag.Pooling.MEAN).forward(ids));
        Onnx sum = Onnx.of("ReduceSum").with("keepdims", 0);
        assertAgree("sum", sum.run(rows, time), new EmbeddingBag(layer, EmbeddingBag.Pooling.SUM).forward(ids));
    }
}
