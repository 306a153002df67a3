package dev.nudge.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;

/// What the tests of agreement with ONNX Runtime share.
///
/// Nudge and ONNX Runtime add in different orders, so their numbers differ by rounding: two numbers agree where
/// `|a - b| <= 1e-5 (1 + |b|)`. What copies or chooses numbers has the same bits.
///
/// The operators of ONNX know no counterpart of the following; their tests are those of `nn`:
///
/// - `Dropout` and its relatives, `DropPath`: random; their rates and expectations are tested.
/// - `AdaptiveAveragePool2d`, `AdaptiveMaxPool2d`: by hand, and here where the cells are windows of one size.
/// - `Positions`, `Masks`, `Sequences`, `Flatten`, `Parallel`, `Frozen`: closed forms and identities.
/// - Optimizers and schedules: ONNX Runtime for inference has none; published formulas, and in `train` the ways and
///   rates that PyTorch computed.
/// - `Ctc`, `Triplet`, `CosineEmbedding`, `Focal`, `Quantile`, `Distillation`, the hinge losses: enumeration
///   of all paths, closed forms, and in `train` values and gradients of PyTorch.
///
/// Gradients are compared with finite differences in double precision for every operation, and with PyTorch for
/// whole networks; here only those of convolution, which are convolutions again.
final class Agreement {
    private static final double TOLERANCE = 1e-5;

    private Agreement() {}

    /// Asserts that two tensors have the same shape and that all their numbers agree.
    static void assertAgree(String what, Tensor onnx, Tensor nudge) {
        assertEquals(onnx.shape(), nudge.shape(), what);
        double[] expected = onnx.toDoubles();
        double[] found = nudge.toDoubles();
        assertTrue(expected.length > 0, what);
        for (int i = 0; i < expected.length; i++) {
            double far = Math.abs(found[i] - expected[i]) / (1 + Math.abs(expected[i]));
            if (!(far <= TOLERANCE)) {
                fail(what + ": element " + i + " of " + nudge.shape() + " is " + found[i] + " and " + expected[i]
                        + " in ONNX Runtime");
            }
        }
    }

    /// Asserts that two tensors are the same.
    static void assertSame(String what, Tensor onnx, Tensor nudge) {
        assertEquals(onnx.shape(), nudge.shape(), what);
        double[] expected = onnx.toDoubles();
        double[] found = nudge.toDoubles();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], what + ": element " + i + " of " + nudge.shape());
        }
    }

    /// Gives every parameter of a model other random numbers, biases too, so that each of them matters.
    static <M extends Model> M drawn(M model, RandomKey key) {
        int index = 0;
        for (Parameter parameter : model.parameters().values()) {
            float[] numbers =
                    Tensor.normal(key.at(index++), parameter.shape().toArray()).toFloats();
            double size = parameter.shape().rank() < 2
                    ? 1
                    : 1
                            / Math.sqrt(parameter.shape().elements()
                                    / (double) parameter.shape().extent(-1));
            for (int i = 0; i < numbers.length; i++) {
                parameter.storage().set(i, size * numbers[i]);
            }
            parameter.assigned();
        }
        return model;
    }

    /// Images or sequences `[batch, .., channels]` as `[batch, channels, ..]`.
    static Tensor channelsFirst(Tensor x) {
        return x.shape().rank() == 4 ? x.permute(0, 3, 1, 2) : x.permute(0, 2, 1);
    }

    /// Images or sequences `[batch, channels, ..]` as `[batch, .., channels]`.
    static Tensor channelsLast(Tensor x) {
        return x.shape().rank() == 4 ? x.permute(0, 2, 3, 1) : x.permute(0, 2, 1);
    }
}
