package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the fused recurrences share. Sequences are `[batch, time, features]`.
final class Times {
    private Times() {}

    /// Extents of a recurrence.
    record Extents(Type projected, int batch, int time, int width) {
        /// The type of the projected inputs with another shape.
        Type of(int... shape) {
            return projected.withShape(Shape.of(shape));
        }
    }

    /// Extents by the first operand, `[batch, time, parts width]`, which `what` describes.
    ///
    /// @param least  number of operands without a mask, which may follow as one more
    static Extents extents(String operation, String what, int parts, List<Type> inputs, int least) {
        if (inputs.size() != least && inputs.size() != least + 1) {
            throw new ShapeException(
                    operation + ": expected " + least + " operands and maybe a mask, found " + inputs.size());
        }
        Type first = inputs.getFirst();
        Shape shape = first.shape();
        if (!first.dtype().isFloating()
                || shape.rank() != 3
                || shape.extent(1) == 0
                || shape.extent(2) == 0
                || shape.extent(2) % parts != 0) {
            throw new ShapeException(operation + ": expected floating-point " + what + " [batch, time, " + parts
                    + " x width] of at least one time, found " + first);
        }
        return new Extents(first, shape.extent(0), shape.extent(1), shape.extent(2) / parts);
    }

    /// Extents of the gradient of a recurrence by its operands: the result, the recurrent weight, what `start`
    /// describes, the upstream gradient and maybe the mask. They are checked.
    static Extents gradientExtents(String operation, int gates, int parts, String start, List<Type> inputs) {
        Extents extents = extents(operation, "results", parts, inputs, 4);
        int width = extents.width();
        expect(operation, "a recurrent weight", extents.of(width, gates * width), inputs.get(1));
        expect(operation, start, extents.of(extents.batch(), width), inputs.get(2));
        expectUpstream(operation, extents, parts, inputs.get(3));
        expectMask(operation, extents, inputs, 4);
        return extents;
    }

    /// Checks an operand.
    static void expect(String operation, String what, Type expected, Type found) {
        if (!found.equals(expected)) {
            throw new ShapeException(operation + ": expected " + what + " of type " + expected + ", found " + found);
        }
    }

    /// Checks the mask, if there is one.
    static void expectMask(String operation, Extents extents, List<Type> inputs, int index) {
        if (inputs.size() > index) {
            Type expected = Type.of(DType.BOOL, Shape.of(extents.batch(), extents.time()));
            expect(operation, "a mask [batch, time]", expected, inputs.get(index));
        }
    }

    /// Checks the gradient of a result of `parts` parts, which may lack the last ones.
    static void expectUpstream(String operation, Extents extents, int parts, Type found) {
        int width = found.shape().rank() == 3 ? found.shape().extent(2) : 0;
        int given = width / extents.width();
        if (given < 1
                || given > parts
                || !found.equals(extents.of(extents.batch(), extents.time(), given * extents.width()))) {
            throw new ShapeException(operation + ": expected an upstream gradient "
                    + extents.of(extents.batch(), extents.time(), parts * extents.width())
                    + ", or the first parts of it, found " + found);
        }
    }

    static @Nullable Tensor mask(List<Tensor> inputs, int index) {
        return inputs.size() > index ? inputs.get(index) : null;
    }

    /// The time that is run through as number `i`.
    static int order(int i, int time, boolean reversed) {
        return reversed ? time - 1 - i : i;
    }

    /// `[batch, features]` of one time.
    static Tensor at(Tensor sequence, int time) {
        return sequence.slice(1, time, 1).squeeze(1);
    }

    /// Part `index` of features of `width` each.
    static Tensor part(Tensor parts, int index, int width) {
        return parts.slice(-1, index * width, width);
    }

    /// As [#part]; zeros where the parts end before it.
    static Tensor partOrZero(Tensor parts, int index, int width) {
        return (index + 1) * width <= parts.shape().extent(-1)
                ? part(parts, index, width)
                : Tensor.constant(parts.dtype(), 0).broadcastTo(parts.shape().with(-1, width));
    }

    /// `there` where the mask holds at a time, else `otherwise`; both `[batch, features]`.
    static Tensor chosen(@Nullable Tensor mask, int time, Tensor there, Tensor otherwise) {
        return mask == null ? there : mask.slice(1, time, 1).where(there, otherwise);
    }

    /// The states before each time, from the states after it and that at the start.
    static Tensor before(Tensor states, Tensor start, boolean reversed) {
        int time = states.shape().extent(1);
        Tensor first = start.unsqueeze(1);
        return reversed
                ? Tensor.concat(1, states.slice(1, 1, time - 1), first)
                : Tensor.concat(1, first, states.slice(1, 0, time - 1));
    }

    /// `Σ left rightᵀ` over batch and time: the gradient of a weight that maps `left` to what has
    /// gradient `right`.
    static Tensor weightGradient(Tensor left, Tensor right) {
        return rows(left).transpose().matmul(rows(right));
    }

    private static Tensor rows(Tensor sequence) {
        Shape shape = sequence.shape();
        return sequence.reshape(shape.extent(0) * shape.extent(1), shape.extent(2));
    }

    /// The operands of the gradient of a recurrence `y`: its result, the recurrent weight, the state that it keeps
    /// to itself, the upstream gradient and the mask, if there is one.
    static Tensor[] gradientOperands(Tensor y, Tensor dy, int width) {
        Tensor upstream = trimmed(dy, width);
        return y.inputs().size() > 4
                ? new Tensor[] {y, y.input(1), y.input(3), upstream, y.input(4)}
                : new Tensor[] {y, y.input(1), y.input(3), upstream};
    }

    /// The gradient of a result without its last parts, if these are only zeros that were added behind:
    /// mostly, only the first part of the result is used.
    private static Tensor trimmed(Tensor gradient, int width) {
        if (gradient.op() instanceof Movement.Pad(List<Integer> before, List<Integer> after)
                && before.equals(List.of(0, 0, 0))
                && after.get(0) == 0
                && after.get(1) == 0) {
            Tensor first = gradient.input(0);
            int given = first.shape().extent(-1);
            return given > 0 && given % width == 0 ? first : gradient;
        }
        return gradient;
    }

    /// Slope of the logistic function where its value is `y`.
    static Tensor slope(Tensor y) {
        return y.sub(y.mul(y));
    }

    /// `1 - y²`, the slope of the hyperbolic tangent where its value is `y`.
    static Tensor inverseOfSquare(Tensor y) {
        return y.constantLike(1).sub(y.mul(y));
    }
}
