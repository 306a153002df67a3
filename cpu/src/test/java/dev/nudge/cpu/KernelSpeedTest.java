package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whether the compiler still handles the vector kernels: one whose vectors are boxed runs ten times
/// slower, with the same results.
///
/// The measure is the plain loop that gives the same bits, run in turns with it in the same process. On
/// vectors of 512 bits products are some 26 times as fast as that, convolutions 40, chains 6 and
/// softmax 3.5 times; each must be a quarter to a third of that, which leaves room for narrower vectors
/// and for others on the machine.
@Tag("slow")
class KernelSpeedTest {
    private static final long TIME = 5_000_000_000L;

    private final PlannedExecution vector = PlannedExecution.of(CpuBackend.of(1).withoutProviders());
    private final PlannedExecution plain =
            PlannedExecution.of(CpuBackend.of(1).withoutProviders().withoutVectors());

    @Test
    void productsAreManyTimesAsFastAsThePlainLoop() {
        Tensor left = normal(1, 192, 384);
        Tensor right = normal(2, 384, 512);
        assertFaster("product", 6, () -> left.matmul(right));
    }

    @Test
    void convolutionsAreManyTimesAsFastAsThePlainLoop() {
        Tensor images = normal(1, 2, 28, 28, 32);
        Tensor weight = normal(2, 3, 3, 32, 64);
        Window window = Window.of(3).withPadding(1);
        assertFaster("convolution", 10, () -> images.convolve(weight, window, window, 1));
    }

    @Test
    void elementwiseChainsAreFasterThanThePlainLoop() {
        Tensor x = normal(1, 1 << 17);
        Tensor y = normal(2, 1 << 17);
        assertFaster("chain", 1.5, () -> x.mul(y).add(x).tanh().mul(y).sub(x).exp());
    }

    @Test
    void softmaxIsFasterThanThePlainLoop() {
        Tensor logits = normal(1, 128, 1000);
        assertFaster("softmax", 1.2, () -> logits.softmax());
    }

    private static Tensor normal(long key, int... shape) {
        return Tensor.data(Tensor.normal(RandomKey.of(key), shape).value());
    }

    private void assertFaster(String name, double least, Supplier<Tensor> work) {
        assumeTrue(VectorModule.isPresent() && VectorModule.bits() >= 256, "no vectors of 256 bits on this machine");
        double fast = Double.MAX_VALUE;
        double slow = Double.MAX_VALUE;
        long end = System.nanoTime() + TIME;
        while (System.nanoTime() < end) { // the fastest of many: compiled, and not disturbed by others
            fast = Math.min(fast, time(vector, work));
            slow = Math.min(slow, time(plain, work));
        }
        double ratio = slow / fast;
        String message = String.format(
                Locale.ROOT,
                "%s: %.0f us with vectors, %.0f with the plain loop, ratio %.2f; at least %.1f expected",
                name,
                fast / 1e3,
                slow / 1e3,
                ratio,
                least);
        System.out.println(message);
        assertTrue(ratio >= least, message);
    }

    private static long time(PlannedExecution execution, Supplier<Tensor> work) {
        return Execution.with(execution, () -> {
            Tensor result = work.get();
            long start = System.nanoTime();
            execution.run(List.of(), List.of(result));
            return System.nanoTime() - start;
        });
    }
}
