package dev.nudge.testkit;

import dev.nudge.tensor.Value;

/// Comparison of values to the last bit; all NaNs count as one.
final class Bits {
    private Bits() {}

    /// The first difference in words; empty when there is none.
    static String difference(Value expected, Value actual) {
        if (!expected.type().equals(actual.type())) {
            return "type " + actual.type() + " instead of " + expected.type();
        }
        for (int i = 0; i < expected.elements(); i++) {
            if (bits(expected, i) != bits(actual, i)) {
                return "element " + i + " of " + expected.type() + " is " + actual.at(i) + " instead of "
                        + expected.at(i);
            }
        }
        return "";
    }

    private static long bits(Value value, int index) {
        return switch (value.type().dtype()) {
            case F32 -> Float.floatToIntBits(((float[]) value.array())[index]);
            case F64 -> Double.doubleToLongBits(((double[]) value.array())[index]);
            case I32, I64 -> value.longAt(index);
            case BOOL -> ((byte[]) value.array())[index];
        };
    }
}
