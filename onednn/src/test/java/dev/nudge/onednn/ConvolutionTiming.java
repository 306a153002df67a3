package dev.nudge.onednn;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Prints GFLOP/s of convolutions with the kernels of Java and with those of oneDNN, in turns, best of several windows:
/// `java ... dev.nudge.onednn.ConvolutionTiming [threads [windows [operands [prefix]]]]`, as [MatmulTiming].
final class ConvolutionTiming {
    private record Case(String name, int batch, int size, int in, int out, int extent, int stride, int groups) {
        Case(String name, int batch, int size, int in, int out, int extent, int stride) {
            this(name, batch, size, in, out, extent, stride, 1);
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("W3 first", 64, 28, 1, 32, 5, 1),
            new Case("W3 second", 64, 14, 32, 64, 5, 1),
            new Case("W4 first", 128, 32, 3, 16, 3, 1),
            new Case("W4 16", 128, 32, 16, 16, 3, 1),
            new Case("W4 16 to 32", 128, 32, 16, 32, 3, 2),
            new Case("W4 32", 128, 16, 32, 32, 3, 1),
            new Case("W4 32 to 64", 128, 16, 32, 64, 3, 2),
            new Case("W4 64", 128, 8, 64, 64, 3, 1),
            new Case("1x1 64 to 128", 64, 32, 64, 128, 1, 1),
            new Case("small 8", 32, 12, 8, 8, 3, 1),
            new Case("small 16", 8, 14, 16, 32, 3, 1),
            new Case("large 256", 8, 28, 256, 256, 3, 1),
            new Case("groups of 2", 64, 32, 16, 16, 3, 1, 8),
            new Case("groups of 4", 64, 16, 32, 32, 3, 1, 8),
            new Case("groups of 8", 64, 8, 64, 64, 3, 1, 8),
            new Case("groups of 8 /2", 64, 16, 64, 64, 3, 2, 8),
            new Case("groups of 16", 64, 14, 128, 128, 3, 1, 8),
            new Case("groups of 16 /2", 64, 28, 128, 128, 3, 2, 8),
            new Case("groups of 32", 32, 14, 256, 256, 3, 1, 8),
            new Case("large image", 2, 224, 3, 64, 7, 2));

    private static final long WARMUP = 6_000_000_000L; // nanoseconds

    private ConvolutionTiming() {}

    public static void main(String[] arguments) {
        int threads = arguments.length < 1 ? 1 : Integer.parseInt(arguments[0]);
        int windows = arguments.length < 2 ? 10 : Integer.parseInt(arguments[1]);
        int operands = arguments.length < 3 ? 1 : Integer.parseInt(arguments[2]);
        String prefix = arguments.length < 4 ? "" : arguments[3];
        CpuBackend java = CpuBackend.of(threads).withoutProviders();
        CpuBackend both = CpuBackend.of(threads).withProviders(List.of(new OneDnn()));
        List<Case> cases = CASES.stream().filter(c -> c.name.startsWith(prefix)).toList();
        for (long start = System.nanoTime(); System.nanoTime() - start < WARMUP; ) { // until Java has compiled its own
            cases.forEach(c -> operations(c).forEach(op -> time(java, c, op, operands)));
        }
        for (Case c : cases) {
            for (Sliding op : operations(c)) {
                double first = 0;
                double second = 0;
                for (int window = 0; window < windows; window++) {
                    first = Math.max(first, time(java, c, op, operands));
                    second = Math.max(second, time(both, c, op, operands));
                }
                System.out.println(String.format(
                        Locale.ROOT,
                        "%-14s %-20s Java %6.1f  oneDNN %6.1f  ratio %.2f",
                        c.name,
                        op.name(),
                        first,
                        second,
                        second / first));
            }
        }
    }

    private static List<Sliding> operations(Case c) {
        Window window = Window.of(c.extent).withStride(c.stride).withPadding(c.extent / 2);
        return List.of(
                new Sliding.Convolve(window, window, c.groups),
                new Sliding.ConvolveTransposed(window, window, c.groups, c.size, c.size),
                new Sliding.ConvolveWeight(window, window, c.groups));
    }

    /// GFLOP/s of the better half of a window.
    private static double time(CpuBackend backend, Case c, Sliding op, int operands) {
        int places = op.height().places(c.size);
        Type x = Type.of(DType.F32, Shape.of(c.batch, c.size, c.size, c.in));
        Type y = Type.of(DType.F32, Shape.of(c.batch, places, places, c.out));
        Type w = Type.of(DType.F32, Shape.of(c.extent, c.extent, c.in / c.groups, c.out));
        List<Type> inputs = switch (op) {
            case Sliding.Convolve _ -> List.of(x, w);
            case Sliding.ConvolveTransposed _ -> List.of(y, w);
            default -> List.of(x, y);
        };
        Type output = ((Op) op).type(inputs);
        Kernel kernel = backend.kernel(op, inputs, output).orElseThrow();
        Random random = new Random(1);
        Object[][] from = new Object[operands][];
        Object[][] to = new Object[operands][];
        for (int i = 0; i < operands; i++) {
            from[i] = new Object[] {
                random(random, inputs.get(0).shape().elements()),
                random(random, inputs.get(1).shape().elements())
            };
            to[i] = new Object[] {new float[output.shape().elements()]};
        }
        double flops = 2.0 * y.shape().product(0, 3) * w.shape().elements();
        int calls = (int) Math.max(operands, Math.min(2_000, 5e8 / flops));
        long best = Long.MAX_VALUE;
        for (int half = 0; half < 2; half++) {
            long start = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                kernel.run(from[call % operands], to[call % operands]);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return flops * calls / best;
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
