package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Compares gradients with central differences, element by element, in double precision:
/// `dL/dx_i ≈ (L(x + h e_i) - L(x - h e_i)) / 2h`.
public final class GradientCheck {
    private GradientCheck() {}

    /// The outcome of a check.
    ///
    /// The relative error is `|backward - difference| / max(|backward|, |difference|, 1e-3 m)`, where `m` is the
    /// largest gradient of the input.
    ///
    /// @param worst    largest relative error
    /// @param input    index of the input where it was found
    /// @param element  row-major index of the element there
    /// @param backward gradient by backpropagation there
    /// @param difference central difference there
    public record Report(double worst, int input, int element, double backward, double difference) {}

    /// Checks the gradients of `loss` at `inputs`.
    ///
    /// @param loss   composes a scalar from double-precision tensors
    /// @param inputs double-precision points at which to check; other inputs belong inside `loss`
    /// @throws ShapeException if an input is not double precision or the loss is not a scalar
    public static Report run(Function<List<Tensor>, Tensor> loss, List<Value> inputs) {
        for (Value input : inputs) {
            if (input.type().dtype() != DType.F64) {
                throw new ShapeException("gradientCheck: expected F64 inputs, found " + input.type());
            }
        }
        List<Tensor> leaves = inputs.stream().map(Tensor::data).toList();
        List<Tensor> gradients = Gradients.of(loss.apply(leaves), leaves);
        Report worst = new Report(0, 0, 0, 0, 0);
        for (int k = 0; k < inputs.size(); k++) {
            double[] backward = gradients.get(k).toDoubles();
            double[] differences = new double[backward.length];
            double largest = 0;
            for (int i = 0; i < backward.length; i++) {
                differences[i] = difference(loss, inputs, k, i);
                largest = Math.max(largest, Math.max(Math.abs(backward[i]), Math.abs(differences[i])));
            }
            for (int i = 0; i < backward.length; i++) {
                double scale = Math.max(Math.max(Math.abs(backward[i]), Math.abs(differences[i])), 1e-3 * largest);
                double error = Math.abs(backward[i] - differences[i]) / Math.max(scale, 1e-12);
                if (!(error <= worst.worst())) {
                    worst = new Report(error, k, i, backward[i], differences[i]);
                }
            }
        }
        return worst;
    }

    /// Fourth-order central difference, whose error is that of rounding at this step size.
    private static double difference(Function<List<Tensor>, Tensor> loss, List<Value> inputs, int input, int element) {
        double step = 1e-3 * Math.max(1, Math.abs(inputs.get(input).at(element))) * 0.5;
        double near = at(loss, inputs, input, element, step) - at(loss, inputs, input, element, -step);
        double far = at(loss, inputs, input, element, 2 * step) - at(loss, inputs, input, element, -2 * step);
        return (8 * near - far) / (12 * step);
    }

    private static double at(
            Function<List<Tensor>, Tensor> loss, List<Value> inputs, int input, int element, double step) {
        List<Tensor> leaves = new ArrayList<>();
        for (int k = 0; k < inputs.size(); k++) {
            Value value = inputs.get(k).copy();
            if (k == input) {
                value.set(element, value.at(element) + step);
            }
            leaves.add(Tensor.data(value));
        }
        return loss.apply(leaves).item();
    }
}
