package dev.nudge.studio.lab;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Gradients without backpropagation, for comparison: central differences `(L(w + h) - L(w - h)) / 2h` of the loss of
/// one batch, in double precision.
final class Differences {
    private static final double STEP = 1e-5;

    private final Lab lab;
    private final List<Value> parameters = new ArrayList<>(); // in double precision
    private final List<Tensor> masks = new ArrayList<>();
    private final Tensor inputs;
    private final Tensor targets;

    private Differences(Lab lab, int[] rows) {
        this.lab = lab;
        for (Parameter parameter : lab.network().parameters().values()) {
            parameters.add(wide(parameter.storage()));
        }
        this.inputs = Tensor.data(wide(lab.train().inputs(rows).value()));
        this.targets = lab.train().targets(rows);
    }

    /// The loss of these rows.
    ///
    /// @param masks what dropout multiplies the activations of each hidden layer with
    static Differences of(Lab lab, int[] rows, List<float[]> masks) {
        Differences differences = new Differences(lab, rows);
        for (float[] mask : masks) {
            Shape shape = Shape.of(rows.length, mask.length / rows.length);
            differences.masks.add(Tensor.data(wide(new Value(Type.of(DType.F32, shape), mask))));
        }
        return differences;
    }

    private static Value wide(Value value) {
        return new Value(Type.of(DType.F64, value.type().shape()), value.toDoubles());
    }

    /// `dL/dw` of one element of a parameter.
    double of(int parameter, int element) {
        Value value = parameters.get(parameter);
        double here = value.at(element);
        double step = STEP * Math.max(1, Math.abs(here));
        double above = loss(parameter, element, here + step);
        double below = loss(parameter, element, here - step);
        return (above - below) / (2 * step);
    }

    private double loss(int parameter, int element, double number) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Value value = parameters.get(i);
            if (i == parameter) {
                value = value.copy();
                value.set(element, number);
            }
            tensors.add(Tensor.data(value));
        }
        Network.Stages stages = lab.network().stages(tensors, inputs, (layer, bent) -> bent.mul(masks.get(layer)));
        Tensor data = lab.objective().data(stages.logits(), targets);
        return lab.objective().total(data, tensors).item();
    }
}
