package dev.nudge.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalkTest {
    @Test
    void everyNodeIsMetOnceInputsBeforeUsersAndFoundByItsNumber() {
        List<Tensor> made = new ArrayList<>();
        Tensor sum = Tensor.of(0f);
        made.add(sum);
        for (int i = 0; i < 3000; i++) { // more than the table has room for at first, and deeper than any stack
            Tensor one = Tensor.constant(DType.F32, 1); // nodes that are equal but for their identity
            Tensor next = sum.add(one);
            made.add(one);
            made.add(next);
            sum = i % 100 == 0 ? next.mul(next) : next;
            if (sum != next) {
                made.add(sum);
            }
        }
        Walk walk = Evaluation.walk(List.of(sum));
        assertEquals(made.size(), walk.nodes().size());
        for (Tensor node : made) {
            int index = walk.indexOf(node);
            assertSame(node, walk.nodes().get(index));
            node.inputs().forEach(input -> assertTrue(walk.indexOf(input) < index));
        }
        assertEquals(-1, walk.indexOf(Tensor.of(1f)));
    }

    @Test
    void nodesBehindTheBoundaryAreNotAmongThem() {
        Tensor x = Tensor.of(2f);
        Tensor y = x.exp();
        Tensor z = y.add(y);
        Walk walk = Evaluation.walk(List.of(z), List.of(y));
        assertEquals(List.of(y, z), walk.nodes());
        assertEquals(-1, walk.indexOf(x));
    }
}
