package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.GradientCheck;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Models in double precision, for comparison with plain arithmetic and for gradients.
final class InDouble {
    private InDouble() {}

    /// The same model with double-precision parameters.
    static <M> M of(M model) {
        @SuppressWarnings("unchecked") // a record is copied to its own class
        M copy = (M) copy(model);
        return copy;
    }

    private static Object copy(Object part) {
        return switch (part) {
            case null -> null;
            case Parameter parameter -> {
                double[] elements = parameter.tensor().toDoubles();
                yield Parameter.of(new Value(Type.of(DType.F64, parameter.shape()), elements));
            }
            case List<?> list -> list.stream().map(InDouble::copy).toList();
            case Record parts -> record(parts);
            default -> part;
        };
    }

    private static Object record(Record parts) {
        RecordComponent[] components = parts.getClass().getRecordComponents();
        Object[] copies = new Object[components.length];
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            for (int i = 0; i < copies.length; i++) {
                copies[i] = copy(components[i].getAccessor().invoke(parts));
            }
            return parts.getClass().getDeclaredConstructor(types).newInstance(copies);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(parts.toString(), e);
        }
    }

    /// Largest relative error of the gradients of `loss` against central differences, at a few elements of each
    /// parameter.
    static double worstGradientError(Model model, Supplier<Tensor> loss) {
        double worst = 0;
        for (Parameter parameter : model.parameters().values()) {
            double[] gradient =
                    loss.get().backward(List.of(parameter)).of(parameter).toDoubles();
            double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
            for (int i = 0; i < gradient.length; i += Math.max(1, gradient.length / 3)) {
                double difference = difference(parameter, i, loss);
                double scale = Math.max(1e-3 * largest, Math.max(Math.abs(gradient[i]), Math.abs(difference)));
                worst = Math.max(worst, Math.abs(gradient[i] - difference) / Math.max(scale, 1e-9));
            }
        }
        return worst;
    }

    /// Largest relative error of the gradient of `loss` with respect to `x`.
    static double worstGradientError(Value x, Function<Tensor, Tensor> loss) {
        return GradientCheck.run(inputs -> loss.apply(inputs.getFirst()), List.of(x))
                .worst();
    }

    private static double difference(Parameter parameter, int element, Supplier<Tensor> loss) {
        Value before = parameter.storage().copy();
        double step = 1e-3;
        double[] values = new double[4];
        for (int i = 0; i < 4; i++) {
            Value moved = before.copy();
            moved.set(element, before.at(element) + new double[] {-2, -1, 1, 2}[i] * step);
            parameter.assign(moved);
            values[i] = loss.get().item();
        }
        parameter.assign(before);
        return (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * step);
    }
}
