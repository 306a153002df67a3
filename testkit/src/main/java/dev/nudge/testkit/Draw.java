package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.function.DoubleUnaryOperator;

/// Values for samples, drawn by key: the same each time.
final class Draw {
    private static final double MARGIN = 0.05; // farther from a kink at 0 than any step of a gradient check

    private Draw() {}

    /// Numbers in `[low, high)`, none of them near zero; whole ones when the type is.
    static Value uniform(RandomKey key, Type type, double low, double high) {
        Value value = Value.zeros(type);
        for (int i = 0; i < value.elements(); i++) {
            double drawn = low + (high - low) * key.uniform(i);
            value.set(i, Math.abs(drawn) < MARGIN ? Math.copySign(MARGIN + Math.abs(drawn), drawn) : drawn);
        }
        return value;
    }

    /// Numbers of both signs, of which no two are close to each other or to zero.
    static Value distinct(RandomKey key, Type type) {
        int count = type.shape().elements();
        int[] order = key.permutation(count);
        Value value = Value.zeros(type);
        for (int i = 0; i < count; i++) {
            value.set(i, type.dtype().isFloating() ? 0.11 * (order[i] - count / 2) + 0.055 : order[i] - count / 2.0);
        }
        return value;
    }

    /// Whole numbers in `0..bound-1`.
    static Value indices(RandomKey key, DType dtype, int bound, int... shape) {
        Value value = Value.zeros(Type.of(dtype, Shape.of(shape)));
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, key.below(i, bound));
        }
        return value;
    }

    /// Truth values, about half of them true.
    static Value truths(RandomKey key, Shape shape) {
        Value value = Value.zeros(Type.of(DType.BOOL, shape));
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, key.below(i, 2));
        }
        return value;
    }

    /// Numbers, indices or truth values, whatever `type` holds.
    static Value any(RandomKey key, Type type) {
        return switch (type.dtype()) {
            case F32, F64 -> uniform(key, type, -3, 3);
            case I32, I64 -> uniform(key, type, -9, 9);
            case BOOL -> truths(key, type.shape());
        };
    }

    /// A random key as a value.
    static Value key(RandomKey key) {
        return new Value(Type.of(DType.I64, Shape.of(2)), new long[] {key.key(), key.stream()});
    }

    /// The given numbers over and over.
    static Value repeated(Type type, double... numbers) {
        Value value = Value.zeros(type);
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, numbers[i % numbers.length]);
        }
        return value;
    }

    static Value map(Value value, DoubleUnaryOperator function) {
        Value mapped = Value.zeros(value.type());
        for (int i = 0; i < value.elements(); i++) {
            mapped.set(i, function.applyAsDouble(value.at(i)));
        }
        return mapped;
    }
}
