package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    private static Shape shape(String extents) {
        String[] parts = extents.isBlank() ? new String[0] : extents.trim().split(" ", -1);
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Integer.parseInt(parts[i]);
        }
        return Shape.of(numbers);
    }

    @Test
    void elementsAreTheProductOfTheExtents() {
        assertEquals(1, Shape.SCALAR.elements());
        assertEquals(24, Shape.of(2, 3, 4).elements());
        assertEquals(0, Shape.of(2, 0, 4).elements());
        assertSame(Shape.SCALAR, Shape.of());
    }

    @Test
    void extentsAreCountedFromEitherEnd() {
        Shape shape = Shape.of(2, 3, 5);
        assertEquals(2, shape.extent(0));
        assertEquals(5, shape.extent(-1));
        assertEquals(2, shape.extent(-3));
        String message =
                assertThrows(ShapeException.class, () -> shape.extent(3)).getMessage();
        assertTrue(message.contains("axis 3") && message.contains("[2, 3, 5]"), message);
        assertThrows(ShapeException.class, () -> shape.extent(-4));
    }

    @Test
    void equalExtentsAreEqualShapes() {
        assertEquals(Shape.of(2, 3), Shape.of(2, 3));
        assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
        assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
        assertNotEquals(Shape.of(3), Shape.of(3, 1));
        assertEquals("[2, 3]", Shape.of(2, 3).toString());
    }

    @Test
    void theGivenArrayCanBeReused() {
        int[] extents = {2, 3};
        Shape shape = Shape.of(extents);
        extents[0] = 7;
        shape.toArray()[1] = 9;
        assertEquals(Shape.of(2, 3), shape);
    }

    @Test
    void negativeExtentsAndTooManyElementsAreRefused() {
        assertTrue(assertThrows(ShapeException.class, () -> Shape.of(2, -1))
                .getMessage()
                .contains("[2, -1]"));
        String message =
                assertThrows(ShapeException.class, () -> Shape.of(65536, 65536)).getMessage();
        assertTrue(message.contains("[65536, 65536]") && message.contains("smaller"), message);
        assertThrows(ShapeException.class, () -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void stridesAreRowMajor() {
        assertArrayEquals(new int[] {15, 5, 1}, Shape.of(2, 3, 5).strides());
        assertArrayEquals(new int[] {0, 1, 0}, Shape.of(4, 1).stridesBroadcastTo(Shape.of(3, 4, 2)));
        assertArrayEquals(new int[] {0, 0}, Shape.SCALAR.stridesBroadcastTo(Shape.of(3, 4)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', ''",
        "3, '', 3",
        "3, 1, 3",
        "2 3, 3, 2 3",
        "2 3, 2 1, 2 3",
        "4 1, 3, 4 3",
        "2 1 4, 3 1, 2 3 4",
        "0 3, 1, 0 3",
        "0, 3 1, 3 0",
        "8 1 6 1, 7 1 5, 8 7 6 5" // the last from NumPy's own manual
    })
    void broadcastFollowsNumPy(String a, String b, String result) {
        assertEquals(shape(result), Shape.broadcast("add", shape(a), shape(b)));
        assertEquals(shape(result), Shape.broadcast("add", shape(b), shape(a)));
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "2 3, 2", "2 1, 8 4 3", "0, 2", "2 3 4, 2 4"})
    void whatDoesNotBroadcastIsRefusedNamingBothShapes(String a, String b) {
        String message = assertThrows(ShapeException.class, () -> Shape.broadcast("add", shape(a), shape(b)))
                .getMessage();
        assertTrue(message.startsWith("add"), message);
        assertTrue(message.contains(shape(a).toString()) && message.contains(shape(b).toString()), message);
    }
}
