package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;

/// How fast a core multiplies and adds single-precision numbers.
final class Peak {
    private static final int ROWS = 256;
    private static final int COLUMNS = 512;
    private static final int INNER = 256;
    private static final double SECONDS = 2;

    private Peak() {}

    /// Floating-point operations per second of the fastest of many products whose operands the caches
    /// hold: the most that was seen of a core, some percent less than what its registers alone could
    /// do.
    static double ofCore() {
        Type left = Type.of(DType.F32, Shape.of(ROWS, INNER));
        Type right = Type.of(DType.F32, Shape.of(INNER, COLUMNS));
        Type result = Type.of(DType.F32, Shape.of(ROWS, COLUMNS));
        Kernel product = CpuBackend.of(1)
                .kernel(new Matmul(false, false), List.of(left, right), result)
                .orElseThrow();
        Object[] inputs = {ones(ROWS * INNER), ones(INNER * COLUMNS)};
        Object[] outputs = {new float[ROWS * COLUMNS]};
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        for (long now = System.nanoTime(); now < end; ) {
            product.run(inputs, outputs);
            long then = System.nanoTime();
            best = Math.min(best, then - now);
            now = then;
        }
        return 2e9 * ROWS * COLUMNS * INNER / best;
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
