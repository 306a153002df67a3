package dev.nudge.train.io;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The type, shape and elements of one stored tensor, in row-major order.
///
/// The array is not copied: whoever hands it over or takes it shares it. Two values are equal when type, shape and
/// all bits of the elements are (NaN equals the same NaN, `0.0` differs from `-0.0`).
public final class TensorData {
    private static final int MOST_LISTED = 20;

    private final ElementType type;
    private final long[] shape;
    private final Object array;

    private TensorData(ElementType type, long[] shape, Object array) {
        this.type = type;
        this.shape = shape.clone();
        this.array = array;
        checkCount();
    }

    private void checkCount() {
        long count = 1;
        for (long extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has a negative extent");
            }
            count = extent == 0 ? 0 : Math.multiplyExact(count, extent);
        }
        if (count != count()) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " has " + count + " elements, the array has " + count());
        }
    }

    /// Single precision values of this shape.
    public static TensorData of(float[] values, long... shape) {
        return new TensorData(ElementType.F32, shape, values);
    }

    /// Double precision values of this shape.
    public static TensorData of(double[] values, long... shape) {
        return new TensorData(ElementType.F64, shape, values);
    }

    /// 32-bit integers of this shape.
    public static TensorData of(int[] values, long... shape) {
        return new TensorData(ElementType.I32, shape, values);
    }

    /// 64-bit integers of this shape.
    public static TensorData of(long[] values, long... shape) {
        return new TensorData(ElementType.I64, shape, values);
    }

    /// 16-bit integers of this shape.
    public static TensorData of(short[] values, long... shape) {
        return new TensorData(ElementType.I16, shape, values);
    }

    /// The type, shape and elements of a value, shared.
    public static TensorData of(Value value) {
        long[] shape =
                Arrays.stream(value.type().shape().toArray()).asLongStream().toArray();
        return switch (value.type().dtype()) {
            case F32 -> of((float[]) value.array(), shape);
            case F64 -> of((double[]) value.array(), shape);
            case I32 -> of((int[]) value.array(), shape);
            case I64 -> of((long[]) value.array(), shape);
            case BOOL -> ofBytes(ElementType.BOOL, (byte[]) value.array(), shape);
        };
    }

    /// Bytes of this shape.
    ///
    /// @param type what the bytes are: `BOOL` (0 and 1 only), `U8` or `I8`
    public static TensorData ofBytes(ElementType type, byte[] values, long... shape) {
        boolean ofBytes = type == ElementType.BOOL || type == ElementType.U8 || type == ElementType.I8;
        if (!ofBytes) {
            throw new IllegalArgumentException("a byte[] holds BOOL, U8 or I8, not " + type);
        }
        if (type == ElementType.BOOL) {
            for (byte value : values) {
                if (value != 0 && value != 1) {
                    throw new IllegalArgumentException("a BOOL is 0 or 1, not " + value);
                }
            }
        }
        return new TensorData(type, shape, values);
    }

    /// The element type.
    public ElementType type() {
        return type;
    }

    /// The extents; empty for a scalar.
    public long[] shape() {
        return shape.clone();
    }

    /// The elements as a primitive array of the kind that [#type()] says.
    public Object array() {
        return array;
    }

    /// The number of elements.
    public int count() {
        return switch (array) {
            case byte[] values -> values.length;
            case short[] values -> values.length;
            case int[] values -> values.length;
            case long[] values -> values.length;
            case float[] values -> values.length;
            case double[] values -> values.length;
            default -> throw new AssertionError("not an array of numbers");
        };
    }

    /// The elements, shared.
    ///
    /// @throws NudgeException E304, if they are not of type `F32`
    public float[] floats() {
        if (array instanceof float[] values) {
            return values;
        }
        throw wrong("float[]");
    }

    /// The elements, shared.
    ///
    /// @throws NudgeException E304, if they are not of type `F64`
    public double[] doubles() {
        if (array instanceof double[] values) {
            return values;
        }
        throw wrong("double[]");
    }

    /// The elements, shared.
    ///
    /// @throws NudgeException E304, if they are not of type `I32`
    public int[] integers() {
        if (array instanceof int[] values) {
            return values;
        }
        throw wrong("int[]");
    }

    /// The elements, shared.
    ///
    /// @throws NudgeException E304, if they are not of type `I64`
    public long[] longs() {
        if (array instanceof long[] values) {
            return values;
        }
        throw wrong("long[]");
    }

    /// These elements as tensors have them, shared.
    ///
    /// @throws NudgeException E304, if tensors have no elements of this type, or none of this shape
    public Value value() {
        DType dtype = switch (type) {
            case F32 -> DType.F32;
            case F64 -> DType.F64;
            case I32 -> DType.I32;
            case I64 -> DType.I64;
            case BOOL -> DType.BOOL;
            default -> throw wrong("F32, F64, I32, I64 or BOOL");
        };
        int[] extents = new int[shape.length];
        for (int axis = 0; axis < extents.length; axis++) {
            if (shape[axis] > Integer.MAX_VALUE) {
                throw new NudgeException("E304", toString(), "axis " + axis + " is longer than a tensor can be.");
            }
            extents[axis] = (int) shape[axis];
        }
        return new Value(Type.of(dtype, Shape.of(extents)), array);
    }

    private NudgeException wrong(String expected) {
        return new NudgeException(
                "E304", toString(), "wrong element type - expected a " + expected + ", found " + type + ".");
    }

    /// How the tensors that were found differ from those that a model has, in the order of their names: at most 20
    /// lines such as `missing bias`, `unexpected foo` or `weight is F32 [8, 4], expected F32 [8, 3]`, and then a
    /// count of the rest. Empty when types, shapes and names agree; elements are not looked at.
    public static List<String> differences(Map<String, TensorData> expected, Map<String, TensorData> found) {
        var lines = new ArrayList<String>();
        expected.forEach((name, wanted) -> {
            TensorData other = found.get(name);
            if (other == null) {
                lines.add("missing " + NudgeException.escape(name));
            } else if (!wanted.toString().equals(other.toString())) {
                lines.add(NudgeException.escape(name) + " is " + other + ", expected " + wanted);
            }
        });
        found.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .forEach(name -> lines.add("unexpected " + NudgeException.escape(name)));
        if (lines.size() <= MOST_LISTED) {
            return List.copyOf(lines);
        }
        var cut = new ArrayList<>(lines.subList(0, MOST_LISTED));
        cut.add("and " + (lines.size() - MOST_LISTED) + " more");
        return List.copyOf(cut);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorData that
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && sameBits(array, that.array);
    }

    private static boolean sameBits(Object left, Object right) {
        return switch (left) {
            case float[] values -> {
                float[] others = (float[]) right;
                boolean same = true;
                for (int index = 0; index < values.length; index++) {
                    same &= Float.floatToRawIntBits(values[index]) == Float.floatToRawIntBits(others[index]);
                }
                yield same;
            }
            case double[] values -> {
                double[] others = (double[]) right;
                boolean same = true;
                for (int index = 0; index < values.length; index++) {
                    same &= Double.doubleToRawLongBits(values[index]) == Double.doubleToRawLongBits(others[index]);
                }
                yield same;
            }
            default -> Objects.deepEquals(left, right);
        };
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, Arrays.hashCode(shape));
    }

    /// Type and shape, such as `F32 [8, 4]`.
    @Override
    public String toString() {
        return type + " " + Arrays.toString(shape);
    }
}
