package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// Recurrent cells with and without the Vector API.
class CellsTest {
    private static final CellKernels VECTOR = new VectorCells();
    private static final CellKernels SCALAR = new ScalarCells();

    @Test
    void plainCellsGiveTheBitsOfVectors() {
        for (int width : new int[] {1, 15, 16, 17, 40, 64}) {
            assertArrayEquals(
                    KernelHash.cells(VECTOR, new Random(width), width),
                    KernelHash.cells(SCALAR, new Random(width), width),
                    "" + width);
        }
    }

    @Test
    void anOpenLstmAddsItsCandidateToItsMemory() {
        float[] y = new float[6];
        VECTOR.lstm(new float[] {100, 100, 0.5f, 100}, 0, new float[] {2}, 0, y, 0, new float[1], 0, 1);
        float memory = 2 + (float) Math.tanh(0.5);
        assertArrayEquals(new float[] {(float) Math.tanh(memory), memory, 1, 1, (float) Math.tanh(0.5), 1}, y, 1e-6f);
    }

    @Test
    void aClosedUpdateGateMakesTheNewStateTheWholeState() {
        float[] y = new float[5];
        float[] state = {7};
        VECTOR.gru(new float[] {100, -200, 0.25f}, 0, new float[] {0, 0, 0.5f}, 0, y, 0, state, 0, 1);
        float fresh = (float) Math.tanh(0.75);
        assertArrayEquals(new float[] {fresh, 1, 0, fresh, 0.5f}, y, 1e-6f);
        assertEquals(fresh, state[0], 1e-6f);
    }
}
