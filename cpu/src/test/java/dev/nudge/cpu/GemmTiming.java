package dev.nudge.cpu;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/// Prints GFLOP/s of [Gemm] per shape, best and median of several windows:
/// `java ... dev.nudge.cpu.GemmTiming [threads [windows [prefix [operands]]]]`.
///
/// With `operands` above 1 as many sets of matrices take turns, so that caches are as cold as
/// between the steps of a training run.
final class GemmTiming {
    private record Shape(String name, int m, int n, int k, boolean transposedA, boolean transposedB) {}

    private static final Shape[] SHAPES = {
        new Shape("W1 forward NN", 32, 128, 784, false, false),
        new Shape("W1 weights TN", 784, 128, 32, true, false),
        new Shape("W1 head NN", 32, 10, 128, false, false),
        new Shape("W1 head TN", 128, 10, 32, true, false),
        new Shape("W1 head NT", 32, 128, 10, false, true),
        new Shape("W2 forward NN", 256, 2048, 784, false, false),
        new Shape("W2 hidden NN", 256, 2048, 2048, false, false),
        new Shape("W2 hidden NT", 256, 2048, 2048, false, true),
        new Shape("W2 hidden TN", 2048, 2048, 256, true, false),
        new Shape("W2 first TN", 784, 2048, 256, true, false),
        new Shape("W2 head NN", 256, 10, 2048, false, false),
        new Shape("W2 head NT", 256, 2048, 10, false, true),
        new Shape("W2 head TN", 2048, 10, 256, true, false),
        new Shape("W7 NN", 32, 64, 20, false, false),
        new Shape("W7 NN", 32, 64, 64, false, false),
        new Shape("W7 NN", 32, 2, 64, false, false),
        new Shape("W7 NT", 32, 64, 64, false, true),
        new Shape("W7 NT", 32, 64, 2, false, true),
        new Shape("W7 TN", 64, 64, 32, true, false),
        new Shape("W7 TN", 20, 64, 32, true, false),
        new Shape("W7 TN", 64, 2, 32, true, false),
        new Shape("W5 up NN", 768, 512, 128, false, false),
        new Shape("W5 up NT", 768, 128, 512, false, true),
        new Shape("W5 up TN", 128, 512, 768, true, false),
        new Shape("W5 down NN", 768, 128, 512, false, false),
        new Shape("W5 down NT", 768, 512, 128, false, true),
        new Shape("W5 down TN", 512, 128, 768, true, false),
        new Shape("W5 head NT", 768, 65, 128, false, true),
        new Shape("W5 head NN", 768, 128, 65, false, false),
        new Shape("W5 head TN", 65, 128, 768, true, false),
        new Shape("W6 step NN", 32, 1024, 256, false, false),
        new Shape("W6 step NT", 32, 256, 1024, false, true),
        new Shape("W6 step TN", 256, 1024, 32, true, false),
        new Shape("W6 whole TN", 256, 1024, 2048, true, false),
        new Shape("W6 in NN", 2048, 1024, 64, false, false),
        new Shape("NT", 768, 512, 128, false, true),
        new Shape("TT", 512, 512, 512, true, true),
        new Shape("square NN", 2048, 2048, 2048, false, false),
    };

    private GemmTiming() {}

    public static void main(String[] arguments) {
        int threads = arguments.length == 0 ? 1 : Integer.parseInt(arguments[0]);
        int windows = arguments.length < 2 ? 40 : Integer.parseInt(arguments[1]);
        int operands = arguments.length < 4 ? 1 : Integer.parseInt(arguments[3]);
        try (Workers workers = new Workers(threads)) {
            Gemm gemm = new Gemm(workers);
            for (int round = 0; round < 2; round++) {
                for (Shape shape : SHAPES) {
                    if (arguments.length > 2 && !shape.name.startsWith(arguments[2])) {
                        continue;
                    }
                    String line = time(gemm, shape, round == 0 ? 12 : windows, operands);
                    if (round == 1) {
                        System.out.println(line);
                    }
                }
            }
        }
    }

    private static String time(Gemm gemm, Shape s, int windows, int operands) {
        Random random = new Random(1);
        float[][] as = new float[operands][];
        float[][] bs = new float[operands][];
        float[][] cs = new float[operands][];
        for (int i = 0; i < operands; i++) {
            as[i] = random(random, s.m * s.k);
            bs[i] = random(random, s.k * s.n);
            cs[i] = new float[s.m * s.n];
        }
        double flops = 2.0 * s.m * s.n * s.k;
        int calls = (int) Math.max(1, Math.min(5_000, 1e9 / flops));
        int aRow = s.transposedA ? 1 : s.k;
        int aColumn = s.transposedA ? s.m : 1;
        int bRow = s.transposedB ? 1 : s.n;
        int bColumn = s.transposedB ? s.k : 1;
        ThreadMXBean beans = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] times = new long[windows];
        long allocated = 0;
        for (int window = 0; window < windows; window++) {
            long before = beans.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                int i = call % operands;
                gemm.multiply(s.m, s.n, s.k, as[i], 0, aRow, aColumn, bs[i], 0, bRow, bColumn, cs[i], 0, s.n);
            }
            times[window] = System.nanoTime() - start;
            allocated = (beans.getCurrentThreadAllocatedBytes() - before) / calls;
        }
        Arrays.sort(times);
        double best = (double) times[0] / calls;
        double median = (double) times[windows / 2] / calls;
        return String.format(
                "%-14s %5d x %5d x %5d  %9.2f us  %6.1f GFLOP/s, median %6.1f  %d bytes/call",
                s.name, s.m, s.n, s.k, best / 1000, flops / best, flops / median, allocated);
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
