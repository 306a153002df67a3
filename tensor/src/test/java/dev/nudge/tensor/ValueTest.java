package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ValueTest {
    private static Type type(DType dtype, int... shape) {
        return Type.of(dtype, Shape.of(shape));
    }

    @Test
    void settingRoundsToTheElementType() {
        Value floats = Value.zeros(type(DType.F32, 2));
        floats.set(0, 0.1);
        assertEquals(0.1f, floats.at(0));
        Value whole = Value.zeros(type(DType.I32, 3));
        whole.set(0, 2.9);
        whole.set(1, -2.9);
        whole.set(2, Double.NaN);
        assertArrayEquals(new double[] {2, -2, 0}, whole.toDoubles());
        Value truth = Value.zeros(type(DType.BOOL, 2));
        truth.set(0, 5);
        assertArrayEquals(new double[] {1, 0}, truth.toDoubles());
    }

    @Test
    void wholeNumbersOfSixtyFourBitsStayExact() {
        long large = (1L << 53) + 1;
        Value value = new Value(type(DType.I64, 1), new long[] {large});
        assertEquals(large, value.longAt(0));
        Tensor moved = Tensor.concat(0, Tensor.data(value), Tensor.data(value)).slice(0, 1, 1);
        assertEquals(large, moved.value().longAt(0));
    }

    @Test
    void copiesAreIndependent() {
        Value value = Value.zeros(type(DType.F64, 2));
        Value copy = value.copy();
        value.set(0, 7);
        assertEquals(0, copy.at(0));
        assertEquals(7, value.withShape(Shape.of(1, 2)).at(0));
    }

    @Test
    void anArrayThatIsTooShortIsRefused() {
        String message = assertThrows(ShapeException.class, () -> new Value(type(DType.F32, 2, 3), new float[5]))
                .getMessage();
        assertTrue(message.contains("F32 [2, 3]") && message.contains("6") && message.contains("5"), message);
        assertThrows(ShapeException.class, () -> Tensor.of(new float[5], 2, 3));
        assertThrows(ShapeException.class, () -> Tensor.of(new double[7], 2, 3));
    }

    @Test
    void tensorsAndParametersCopyWhatTheyAreGiven() {
        float[] elements = {1, 2};
        Tensor tensor = Tensor.of(elements, 2);
        Parameter parameter = Parameter.of(elements, 2);
        elements[0] = 9;
        tensor.toFloats()[1] = 9;
        assertArrayEquals(new float[] {1, 2}, tensor.toFloats());
        assertArrayEquals(new float[] {1, 2}, parameter.tensor().toFloats());
    }

    @Test
    void assigningAnotherTypeIsRefusedNamingBoth() {
        Parameter parameter = Parameter.zeros(2, 3);
        String message = assertThrows(ShapeException.class, () -> parameter.assign(Value.zeros(type(DType.F32, 3, 2))))
                .getMessage();
        assertTrue(message.contains("F32 [2, 3]") && message.contains("F32 [3, 2]"), message);
        assertThrows(ShapeException.class, () -> new Assignment(parameter, Tensor.of(new double[6], 2, 3)));
    }
}
