package dev.nudge.tensor;

import java.util.Arrays;

/// Computed elements of a tensor in row-major order.
///
/// @param type  element type and shape
/// @param array `float[]`, `double[]`, `int[]`, `long[]` or `byte[]` (for `BOOL`), at least as long as the shape asks
public record Value(Type type, Object array) {
    private static final long LARGE = 64L << 20; // smaller ones are left to the garbage collector

    /// Checks that `array` fits `type`.
    public Value {
        if (length(type.dtype(), array) < type.shape().elements()) {
            throw new ShapeException("value: " + type + " needs " + type.shape().elements() + " elements, found "
                    + length(type.dtype(), array));
        }
    }

    /// Zeros of the given type.
    ///
    /// @throws MemoryBudgetException if the heap cannot take them
    public static Value zeros(Type type) {
        if (type.bytes() > LARGE) {
            Runtime runtime = Runtime.getRuntime();
            long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
            if (type.bytes() > free) {
                throw new MemoryBudgetException("error[E614] value: " + type + " needs " + type.bytes()
                        + " bytes, the heap has " + free + " left"
                        + (LayerPath.current().isEmpty() ? "" : " (in layer " + LayerPath.current() + ")")
                        + ". Use a smaller layer or batch, or a larger heap (-Xmx).");
            }
        }
        return new Value(type, allocate(type.dtype(), type.shape().elements()));
    }

    /// A Java array for `length` elements of `dtype`.
    public static Object allocate(DType dtype, int length) {
        return switch (dtype) {
            case F32 -> new float[length];
            case F64 -> new double[length];
            case I32 -> new int[length];
            case I64 -> new long[length];
            case BOOL -> new byte[length];
        };
    }

    private static int length(DType dtype, Object array) {
        return switch (dtype) {
            case F32 -> ((float[]) array).length;
            case F64 -> ((double[]) array).length;
            case I32 -> ((int[]) array).length;
            case I64 -> ((long[]) array).length;
            case BOOL -> ((byte[]) array).length;
        };
    }

    /// Number of elements.
    public int elements() {
        return type.shape().elements();
    }

    /// Element `index` (row-major) as a double.
    public double at(int index) {
        return switch (type.dtype()) {
            case F32 -> ((float[]) array)[index];
            case F64 -> ((double[]) array)[index];
            case I32 -> ((int[]) array)[index];
            case I64 -> ((long[]) array)[index];
            case BOOL -> ((byte[]) array)[index];
        };
    }

    /// Element `index` (row-major) of an integer tensor, exactly.
    public long longAt(int index) {
        return switch (type.dtype()) {
            case I32 -> ((int[]) array)[index];
            case I64 -> ((long[]) array)[index];
            case F32, F64, BOOL -> (long) at(index);
        };
    }

    /// Stores `value` at `index`, rounded to the element type.
    public void set(int index, double value) {
        switch (type.dtype()) {
            case F32 -> ((float[]) array)[index] = (float) value;
            case F64 -> ((double[]) array)[index] = value;
            case I32 -> ((int[]) array)[index] = (int) value;
            case I64 -> ((long[]) array)[index] = (long) value;
            case BOOL -> ((byte[]) array)[index] = (byte) (value != 0 ? 1 : 0);
        }
    }

    /// The same elements seen with another shape.
    public Value withShape(Shape shape) {
        return new Value(type.withShape(shape), array);
    }

    /// An independent copy.
    public Value copy() {
        Value copy = zeros(type);
        System.arraycopy(array, 0, copy.array, 0, elements());
        return copy;
    }

    /// The elements as doubles.
    public double[] toDoubles() {
        double[] out = new double[elements()];
        Arrays.setAll(out, this::at);
        return out;
    }
}
