package dev.nudge.onednn;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Prints GFLOP/s of matrix products with the kernels of Java and with those of oneDNN, of floats and
/// of operands that are rounded to bfloat16 first, in turns, best of several windows: `java ...
/// dev.nudge.onednn.MatmulTiming [threads [windows [operands [prefix]]]]`.
///
/// With `operands` above 1 as many sets of matrices take turns, so that caches are as cold as between
/// the steps of a training run.
final class MatmulTiming {
    private record Product(String name, int m, int n, int k, boolean transposedA, boolean transposedB) {}

    private static final List<Product> PRODUCTS = List.of(
            new Product("W1 forward NN", 32, 128, 784, false, false),
            new Product("W1 weights TN", 784, 128, 32, true, false),
            new Product("W1 head NN", 32, 10, 128, false, false),
            new Product("W1 head TN", 128, 10, 32, true, false),
            new Product("W1 head NT", 32, 128, 10, false, true),
            new Product("W2 forward NN", 256, 2048, 784, false, false),
            new Product("W2 hidden NN", 256, 2048, 2048, false, false),
            new Product("W2 hidden NT", 256, 2048, 2048, false, true),
            new Product("W2 hidden TN", 2048, 2048, 256, true, false),
            new Product("W2 first TN", 784, 2048, 256, true, false),
            new Product("W2 head NN", 256, 10, 2048, false, false),
            new Product("W2 head NT", 256, 2048, 10, false, true),
            new Product("W2 head TN", 2048, 10, 256, true, false),
            new Product("W3 dense NN", 64, 512, 3136, false, false),
            new Product("W3 dense NT", 64, 3136, 512, false, true),
            new Product("W3 dense TN", 3136, 512, 64, true, false),
            new Product("W7 NN", 32, 64, 64, false, false),
            new Product("W7 TN", 64, 64, 32, true, false),
            new Product("W5 in NN", 768, 384, 128, false, false),
            new Product("W5 in NT", 768, 128, 384, false, true),
            new Product("W5 in TN", 128, 384, 768, true, false),
            new Product("W5 out NN", 768, 128, 128, false, false),
            new Product("W5 up NN", 768, 512, 128, false, false),
            new Product("W5 up NT", 768, 128, 512, false, true),
            new Product("W5 up TN", 128, 512, 768, true, false),
            new Product("W5 down NN", 768, 128, 512, false, false),
            new Product("W5 down NT", 768, 512, 128, false, true),
            new Product("W5 down TN", 512, 128, 768, true, false),
            new Product("W5 head NT", 768, 65, 128, false, true),
            new Product("W5 head NN", 768, 128, 65, false, false),
            new Product("W5 head TN", 65, 128, 768, true, false),
            new Product("W6 whole TN", 256, 1024, 2048, true, false),
            new Product("W6 in NN", 2048, 1024, 64, false, false),
            new Product("thin 16", 16, 1024, 1024, false, false),
            new Product("thin 32", 32, 1024, 1024, false, false),
            new Product("thin 48", 48, 1024, 1024, false, false),
            new Product("thin 64", 64, 1024, 1024, false, false),
            new Product("thin 96", 96, 1024, 1024, false, false),
            new Product("thin TN 16", 1024, 1024, 16, true, false),
            new Product("thin TN 32", 1024, 1024, 32, true, false),
            new Product("tall 16", 4096, 16, 256, false, false),
            new Product("tall NT 16", 4096, 16, 256, false, true),
            new Product("tall 32", 4096, 32, 256, false, false),
            new Product("square 32", 32, 32, 32, false, false),
            new Product("square 64", 64, 64, 64, false, false),
            new Product("square 128", 128, 128, 128, false, false),
            new Product("square 192", 192, 192, 192, false, false),
            new Product("square 256", 256, 256, 256, false, false),
            new Product("square 2048", 2048, 2048, 2048, false, false));

    private static final long WARMUP = 6_000_000_000L; // nanoseconds

    private MatmulTiming() {}

    public static void main(String[] arguments) {
        int threads = arguments.length < 1 ? 1 : Integer.parseInt(arguments[0]);
        int windows = arguments.length < 2 ? 10 : Integer.parseInt(arguments[1]);
        int operands = arguments.length < 3 ? 1 : Integer.parseInt(arguments[2]);
        String prefix = arguments.length < 4 ? "" : arguments[3];
        CpuBackend java = CpuBackend.of(threads).withoutProviders();
        OneDnn provider = new OneDnn();
        CpuBackend both = CpuBackend.of(threads).withProviders(List.of(provider));
        CpuBackend rounding = both.withBfloat16();
        for (long start = System.nanoTime(); System.nanoTime() - start < WARMUP; ) { // until Java has compiled its own
            for (Product product : PRODUCTS) {
                if (product.name.startsWith(prefix)) {
                    time(java, product, operands);
                    time(rounding, product, operands);
                }
            }
        }
        for (Product product : PRODUCTS) {
            if (product.name.startsWith(prefix)) {
                double first = 0;
                double second = 0;
                double third = 0;
                for (int window = 0; window < windows; window++) {
                    first = Math.max(first, time(java, product, operands));
                    second = Math.max(second, time(both, product, operands));
                    third = Math.max(third, time(rounding, product, operands));
                }
                System.out.println(line(product, first, second, third));
            }
        }
    }

    private static String line(Product p, double first, double second, double third) {
        return String.format(
                Locale.ROOT,
                "%-14s %5d x %5d x %5d  Java %6.1f  oneDNN %6.1f  ratio %.2f  bf16 %6.1f  ratio %.2f",
                p.name,
                p.m,
                p.n,
                p.k,
                first,
                second,
                second / first,
                third,
                third / second);
    }

    /// GFLOP/s of the better half of a window.
    private static double time(CpuBackend backend, Product p, int operands) {
        List<Type> types = List.of(
                p.transposedA ? matrix(p.k, p.m) : matrix(p.m, p.k),
                p.transposedB ? matrix(p.n, p.k) : matrix(p.k, p.n));
        Kernel kernel = backend.kernel(new Matmul(p.transposedA, p.transposedB), types, matrix(p.m, p.n))
                .orElseThrow();
        Random random = new Random(1);
        List<Object[]> inputs = new ArrayList<>();
        List<Object[]> outputs = new ArrayList<>();
        for (int i = 0; i < operands; i++) {
            inputs.add(new Object[] {random(random, p.m * p.k), random(random, p.k * p.n)});
            outputs.add(new Object[] {new float[p.m * p.n]});
        }
        double flops = 2.0 * p.m * p.n * p.k;
        int calls = (int) Math.max(operands, Math.min(5_000, 1e9 / flops));
        long best = Long.MAX_VALUE;
        for (int half = 0; half < 2; half++) {
            long start = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                kernel.run(inputs.get(call % operands), outputs.get(call % operands));
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return flops * calls / best;
    }

    private static Type matrix(int rows, int columns) {
        return Type.of(DType.F32, Shape.of(rows, columns));
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
