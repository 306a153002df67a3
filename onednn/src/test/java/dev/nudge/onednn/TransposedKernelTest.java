package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransposedKernelTest {
    private static final ThreadLocal<TransposedKernel.Room> ROOMS = ThreadLocal.withInitial(TransposedKernel.Room::new);

    private static final Pool ALONE = (tasks, body) -> {
        for (int task = 0; task < tasks; task++) {
            body.accept(task);
        }
    };

    private static Kernel kernel(ProductSample sample) {
        return new TransposedKernel(sample.product(), Installed.library(), ALONE, ROOMS);
    }

    @Test
    void everyShapeIsRightUpToRounding() {
        for (int m : new int[] {1, 15, 16, 17, 48, 130}) {
            for (int n : new int[] {1, 16, 127, 129, 400}) {
                for (int k : new int[] {1, 7, 64, 257}) {
                    ProductSample sample = ProductSample.of(false, true, 1, m, n, k);
                    sample.check(sample.with(kernel(sample)));
                }
            }
        }
    }

    @Test
    void manyRowsAreCutIntoSmallerBlocks() {
        ProductSample sample = ProductSample.of(false, true, 1, 3000, 70, 20);
        sample.check(sample.with(kernel(sample)));
    }

    @Test
    void theBitsDoNotDependOnWhichThreadComputesWhat() {
        ProductSample sample = ProductSample.of(false, true, 1, 100, 900, 600);
        float[] expected = sample.with(kernel(sample));
        Pool backwards = (tasks, body) -> {
            for (int task = tasks - 1; task >= 0; task--) {
                body.accept(task);
            }
        };
        Kernel other = new TransposedKernel(sample.product(), Installed.library(), backwards, ROOMS);
        assertArrayEquals(expected, sample.with(other));
    }

    @Test
    void itIsForTheGradientOfTheInputOfAWideLayer() {
        for (Product wide :
                List.of(new Product(false, true, 1, 256, 2048, 2048), new Product(false, true, 1, 32, 1024, 1024))) {
            assertTrue(wide.isBetterTransposed(), wide.toString());
        }
        for (Product other : List.of(
                new Product(false, false, 1, 256, 2048, 2048),
                new Product(true, true, 1, 256, 2048, 2048),
                new Product(false, true, 2, 256, 2048, 2048),
                new Product(false, true, 1, 4096, 2048, 2048),
                new Product(false, true, 1, 64, 3136, 512),
                new Product(false, true, 1, 768, 128, 512))) {
            assertFalse(other.isBetterTransposed(), other.toString());
        }
    }
}
