package dev.nudge.oracle;

import static dev.nudge.oracle.Agreement.assertAgree;

import dev.nudge.nn.LogSoftmax;
import dev.nudge.nn.loss.BinaryCrossEntropy;
import dev.nudge.nn.loss.CrossEntropy;
import dev.nudge.nn.loss.Huber;
import dev.nudge.nn.loss.KullbackLeibler;
import dev.nudge.nn.loss.LogCosh;
import dev.nudge.nn.loss.MeanAbsoluteError;
import dev.nudge.nn.loss.MeanSquaredError;
import dev.nudge.nn.loss.Poisson;
import dev.nudge.nn.loss.Reduction;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Losses agree with the operator for them or, where there is none, with their formula in operators.
class LossAgreementTest {
    private static final RandomKey KEY = RandomKey.of(6);
    private static final int ROWS = 9;
    private static final int CLASSES = 5;
    private static final Tensor LOGITS = Tensor.normal(KEY.at(1), ROWS, CLASSES).mul(4);
    private static final int[] TARGET = {0, 4, 2, 2, 1, 3, 0, 4, 1};

    private static Onnx reduced(Onnx onnx, Reduction reduction) {
        return onnx.with("reduction", reduction.name().toLowerCase(Locale.ROOT));
    }

    private static Tensor reduced(Tensor losses, Reduction reduction) {
        return switch (reduction) {
            case MEAN -> Onnx.of("ReduceMean").with("keepdims", 0).run(losses);
            case SUM -> Onnx.of("ReduceSum").with("keepdims", 0).run(losses);
            case NONE -> losses;
        };
    }

    private static Tensor run(String operator, @Nullable Tensor... inputs) {
        return Onnx.of(operator).run(inputs);
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void crossEntropyAgreesWithWeightsAndIgnoredRows(Reduction reduction) {
        Tensor target = Tensor.of(TARGET, ROWS);
        CrossEntropy plain = CrossEntropy.of().withReduction(reduction);
        Onnx onnx = reduced(Onnx.of("SoftmaxCrossEntropyLoss"), reduction);
        assertAgree("plain", onnx.run(LOGITS, target), plain.of(LOGITS, target));
        Tensor weights = Tensor.of(new float[] {1, 0.5f, 3, 0, 2}, CLASSES);
        CrossEntropy weighted = plain.withClassWeights(1, 0.5, 3, 0, 2);
        assertAgree("weighted", onnx.run(LOGITS, target, weights), weighted.of(LOGITS, target));
        Onnx ignoring = onnx.with("ignore_index", 2);
        assertAgree(
                "ignoring",
                ignoring.run(LOGITS, target),
                plain.withIgnoreIndex(2).of(LOGITS, target));
        assertAgree(
                "weighted and ignoring",
                ignoring.run(LOGITS, target, weights),
                weighted.withIgnoreIndex(2).of(LOGITS, target));
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void crossEntropyIsTheNegativeLogLikelihoodOfLogarithmsOfProbabilities(Reduction reduction) {
        Tensor target = Tensor.of(TARGET, ROWS);
        Tensor logarithms = new LogSoftmax().forward(LOGITS);
        Tensor likelihood =
                reduced(Onnx.of("NegativeLogLikelihoodLoss"), reduction).run(logarithms, target);
        assertAgree(
                "logits", likelihood, CrossEntropy.of().withReduction(reduction).of(LOGITS, target));
        assertAgree(
                "logarithms",
                likelihood,
                CrossEntropy.of().withReduction(reduction).of(logarithms, target));
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void lossesOfDistributionsAgree(Reduction reduction) {
        Tensor target = Onnx.of("Softmax").with("axis", -1).run(Tensor.normal(KEY.at(2), ROWS, CLASSES));
        Tensor logarithms = Onnx.of("LogSoftmax").with("axis", -1).run(LOGITS);
        Tensor each = run("Mul", target, run("Sub", run("Log", target), logarithms));
        Tensor rows = Onnx.of("ReduceSum")
                .with("keepdims", 0)
                .run(each, Tensor.of(new int[] {1}, 1).cast(DType.I64));
        assertAgree("Kullback-Leibler", reduced(rows, reduction), new KullbackLeibler(reduction).of(LOGITS, target));
        Tensor own = run("Neg", run("Mul", target, logarithms));
        Tensor cross = Onnx.of("ReduceSum")
                .with("keepdims", 0)
                .run(own, Tensor.of(new int[] {1}, 1).cast(DType.I64));
        assertAgree(
                "cross-entropy",
                reduced(cross, reduction),
                CrossEntropy.of().withReduction(reduction).of(LOGITS, target));
        Tensor likely = Tensor.data(Tensor.uniform(KEY.at(3), ROWS, CLASSES).value());
        // softplus(x) - t x, since ln(1 + e^x) is what a target of 0 costs
        Tensor binary = run("Sub", run("Softplus", LOGITS), run("Mul", likely, LOGITS));
        assertAgree(
                "binary cross-entropy",
                reduced(binary, reduction),
                new BinaryCrossEntropy(reduction).of(LOGITS, likely));
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void lossesOfDistancesAgree(Reduction reduction) {
        Tensor prediction = LOGITS;
        Tensor target = Tensor.normal(KEY.at(4), ROWS, CLASSES);
        Tensor gap = run("Sub", prediction, target);
        Tensor far = run("Abs", gap);
        Tensor squares = run("Mul", gap, gap);
        assertAgree("squared", reduced(squares, reduction), new MeanSquaredError(reduction).of(prediction, target));
        assertAgree("absolute", reduced(far, reduction), new MeanAbsoluteError(reduction).of(prediction, target));
        double delta = 1.5; // m (|gap| - m / 2) with m the smaller of |gap| and delta
        Tensor smaller = run("Min", far, Tensor.of((float) delta));
        Tensor huber = run("Mul", smaller, run("Sub", far, run("Div", smaller, Tensor.of(2))));
        assertAgree("Huber", reduced(huber, reduction), new Huber(delta, reduction).of(prediction, target));
        Tensor logCosh = run("Log", run("Cosh", gap));
        assertAgree("log-cosh", reduced(logCosh, reduction), new LogCosh(reduction).of(prediction, target));
        Tensor counts = run("Abs", target);
        Tensor poisson = run("Sub", run("Exp", prediction), run("Mul", counts, prediction));
        assertAgree("Poisson", reduced(poisson, reduction), new Poisson(true, reduction).of(prediction, counts));
    }
}
