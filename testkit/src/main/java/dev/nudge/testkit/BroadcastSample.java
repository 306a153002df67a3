package dev.nudge.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;
import java.util.function.BinaryOperator;

/// A binary operation on operands of different shapes.
///
/// @param op     what is computed for one element
/// @param method the method that writes it
/// @param a      shape of the first operand
/// @param b      shape of the second operand
/// @param result shape that NumPy gives
record BroadcastSample(Elementwise op, BinaryOperator<Tensor> method, DType dtype, Shape a, Shape b, Shape result) {
    private static final RandomKey KEY = RandomKey.of(10);

    /// Checks every element against the operation on the elements that NumPy's rule pairs.
    void assertFollowsNumPy(Execution... executions) {
        Value left = Draw.uniform(KEY.at(0), Type.of(dtype, a), 0.5, 3);
        Value right = Draw.uniform(KEY.at(1), Type.of(dtype, b), 0.5, 3);
        for (Execution execution : executions) {
            Value actual = OpContract.values(execution, List.of(method.apply(Tensor.data(left), Tensor.data(right))))
                    .getFirst();
            assertEquals(result, actual.type().shape());
            for (int i = 0; i < actual.elements(); i++) {
                double expected = op.apply(left.at(position(a, i)), right.at(position(b, i)));
                double tolerance = (op instanceof Binary.Pow ? 1e-6 : 0x1p-24) * Math.abs(expected);
                int element = i;
                assertTrue(
                        Math.abs(actual.at(i) - expected) <= tolerance,
                        () -> "element " + element + " is " + actual.at(element) + " instead of " + expected);
            }
        }
    }

    /// Where element `index` of the result is found in an operand of shape `operand`.
    private int position(Shape operand, int index) {
        int position = 0;
        int stride = 1;
        int rest = index;
        for (int axis = 1; axis <= result.rank(); axis++) { // from the last
            int coordinate = rest % result.extent(-axis);
            rest /= result.extent(-axis);
            if (axis <= operand.rank()) {
                position += operand.extent(-axis) == 1 ? 0 : coordinate * stride;
                stride *= operand.extent(-axis);
            }
        }
        return position;
    }

    @Override
    public String toString() {
        return op + " " + dtype + " " + a + " " + b;
    }
}
