package dev.nudge.cpu;

import dev.nudge.cpu.LoopCompiler.SharedCode;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Loop;
import java.util.Arrays;
import java.util.Random;

/// One pass over all kernels, reduced to a hash of the bits of their outputs. Also a program that prints it.
final class KernelHash {
    private KernelHash() {}

    public static void main(String[] arguments) {
        System.out.println(of(Integer.parseInt(arguments[0])));
    }

    static int of(int threads) {
        Random random = new Random(42);
        try (Workers workers = new Workers(threads)) {
            int hash = 31 * (31 * products(random, new Gemm(workers)) + elements(random)) + rows(random);
            hash = 31 * hash + Arrays.hashCode(cells(new VectorCells(), random, 37));
            hash = 31 * hash + Arrays.hashCode(blocks());
            hash = 31 * hash + convolutions(random, new DirectConvolution(workers, new PatchProduct.Vectors()));
            hash = 31 * hash + attention(random, new AttentionKernels(workers, new VectorAttention()));
            return 31 * hash + loops(random, workers);
        }
    }

    private static int[] blocks() {
        int[] words = new int[4 * 61];
        new VectorBlocks().fill(0x299f31d0a4093822L, 0x0370734413198a2eL, 5, 61, words);
        return words;
    }

    /// Panels of one and two vectors and a rest, lines of every tile, windows that are copied out.
    private static int convolutions(Random random, DirectConvolution convolutions) {
        Window three = Window.of(3).withPadding(1);
        int hash = 0;
        int[][] channels = {{16, 16}, {9, 40}, {1, 6}};
        for (int[] pair : channels) {
            Shape x = Shape.of(1, 3, 31, pair[0]);
            Shape w = Shape.of(3, 3, pair[0], pair[1]);
            Shape y = Shape.of(1, 3, 31, pair[1]);
            float[] images = Samples.normal(random, x.elements());
            float[] weight = Samples.normal(random, w.elements());
            float[] results = new float[y.elements()];
            float[] gradient = new float[w.elements()];
            convolutions.convolve(three, three, x, w, y).run(new Object[] {images, weight}, new Object[] {results});
            convolutions.weight(three, three, x, y, w).run(new Object[] {images, results}, new Object[] {gradient});
            hash = 31 * (31 * hash + Arrays.hashCode(results)) + Arrays.hashCode(gradient);
        }
        return hash;
    }

    private static int attention(Random random, AttentionKernels kernels) {
        Shape packed = Shape.of(2, 37, 4 * 24);
        float[] x = Samples.normal(random, packed.elements());
        float[] y = new float[2 * 37 * 2 * 24];
        float[] gradient = new float[x.length];
        kernels.of(new Attentions.SelfAttention(2, 1, true), packed).run(new Object[] {x}, new Object[] {y});
        kernels.of(new Attentions.SelfAttentionGradient(2, 1, true), packed)
                .run(new Object[] {x, y}, new Object[] {gradient});
        return 31 * Arrays.hashCode(y) + Arrays.hashCode(gradient);
    }

    private static int loops(Random random, Workers workers) {
        Loop loop = SampleLoops.ofAll(3, 16);
        SharedCode code = new SharedCode((_, _) -> {});
        code.keep(LoopCode.of(loop).orElseThrow());
        LoopKernel kernel = LoopKernel.of(loop, workers, ThreadLocal.withInitial(Tile::new), true, code)
                .orElseThrow();
        Object[] outputs = SampleLoops.outputs(loop);
        kernel.run(SampleLoops.inputs(random, loop), outputs);
        return Arrays.deepHashCode(outputs);
    }

    private static int products(Random random, Gemm gemm) {
        int hash = 0;
        int[][] shapes = {{13, 40, 20}, {25, 20, 33}, {5, 70, 16}, {32, 2, 17}, {14, 33, 300}};
        for (int[] shape : shapes) {
            int m = shape[0];
            int n = shape[1];
            int k = shape[2];
            float[] a = Samples.normal(random, m * k);
            float[] b = Samples.normal(random, k * n);
            float[] c = new float[m * n];
            gemm.multiply(m, n, k, a, 0, k, 1, b, 0, n, 1, c, 0, n);
            hash = 31 * hash + Arrays.hashCode(c);
            gemm.multiply(m, n, k, a, 0, 1, m, b, 0, 1, k, c, 0, n);
            hash = 31 * hash + Arrays.hashCode(c);
        }
        return hash;
    }

    private static int elements(Random random) {
        int n = 333;
        float[] x = Samples.mixed(random, n);
        float[] y = Samples.mixed(random, n);
        float[] out = new float[n];
        int hash = 0;
        for (int kernel = 0; kernel < 25; kernel++) {
            switch (kernel) {
                case 0 -> Elementwise.add(x, 0, y, 0, out, 0, n);
                case 1 -> Elementwise.subtract(x, 0, y, 0, out, 0, n);
                case 2 -> Elementwise.multiply(x, 0, y, 0, out, 0, n);
                case 3 -> Elementwise.divide(x, 0, y, 0, out, 0, n);
                case 4 -> Elementwise.max(x, 0, y, 0, out, 0, n);
                case 5 -> Elementwise.min(x, 0, y, 0, out, 0, n);
                case 6 -> Elementwise.power(x, 0, y, 0, out, 0, n);
                case 7 -> Elementwise.max(x, 0, -0f, out, 0, n);
                case 8 -> Elementwise.min(0f, y, 0, out, 0, n);
                case 9 -> Elementwise.divide(1f, y, 0, out, 0, n);
                case 10 -> Functions.negate(x, 0, out, 0, n);
                case 11 -> Functions.abs(x, 0, out, 0, n);
                case 12 -> Functions.sign(x, 0, out, 0, n);
                case 13 -> Functions.sqrt(x, 0, out, 0, n);
                case 14 -> Functions.square(x, 0, out, 0, n);
                case 15 -> Functions.reciprocal(x, 0, out, 0, n);
                case 16 -> Functions.exp(x, 0, out, 0, n);
                case 17 -> Functions.log(x, 0, out, 0, n);
                case 18 -> Functions.tanh(x, 0, out, 0, n);
                case 19 -> Functions.sigmoid(x, 0, out, 0, n);
                case 20 -> Functions.erf(x, 0, out, 0, n);
                case 21 -> Functions.softplus(x, 0, out, 0, n);
                case 22 -> Functions.relu(x, 0, out, 0, n);
                case 23 -> Functions.step(x, 0, out, 0, n);
                default -> Functions.leakyRelu(x, 0, 0.2f, out, 0, n);
            }
            hash = 31 * hash + Arrays.hashCode(out);
        }
        return hash;
    }

    private static int rows(Random random) {
        Reductions reductions = new Reductions(new VectorRows());
        Softmax softmax = new Softmax(new VectorRows());
        int hash = 0;
        for (int n : new int[] {2, 10, 37, 5000}) {
            float[] x = Samples.normal(random, 3 * n);
            float[] out = new float[3 * n];
            int[] classes = {0, n / 2, n - 1};
            reductions.sum(x, 0, 3, n, 1, out, 0);
            reductions.sum(x, 0, 1, 3, n, out, 3);
            hash = 31 * hash + Arrays.hashCode(out);
            reductions.max(x, 0, 3, n, 1, out, 0);
            reductions.variance(x, 0, 3, n, 1, 0, out, 3);
            hash = 31 * hash + Arrays.hashCode(out);
            softmax.softmax(x, 0, 3, n, out, 0);
            hash = 31 * hash + Arrays.hashCode(out);
            softmax.logSoftmax(x, 0, 3, n, out, 0);
            hash = 31 * hash + Arrays.hashCode(out);
            softmax.crossEntropyGradient(x, 0, 3, n, classes, 0, 0.1f, out, 0);
            softmax.logSumExp(x, 0, 3, n, out, 0);
            hash = 31 * hash + Arrays.hashCode(out);
            softmax.crossEntropy(x, 0, 3, n, classes, 0, out, 0);
            hash = 31 * hash + Arrays.hashCode(out);
        }
        return hash;
    }

    /// Everything that cells write for parts of `width` numbers, some of them not at the beginning of an array.
    static float[] cells(CellKernels cells, Random random, int width) {
        float[] gates = Samples.normal(random, 4 * width + 3);
        float[] memory = Samples.normal(random, width + 1);
        float[] y = new float[6 * width + 2];
        float[] output = new float[width];
        cells.lstm(gates, 3, memory, 1, y, 2, output, 0, width);
        float[] lstm = joined(y, output);

        float[] upstream = Samples.normal(random, 6 * width);
        float[] ofOutput = Samples.normal(random, width);
        float[] ofMemory = Samples.normal(random, width);
        float[] blames = new float[4 * width];
        cells.lstmGradient(y, 2, memory, 1, upstream, ofOutput, 0, ofMemory, 0, blames, 0, new float[4 * width], width);
        float[] lstmGradient = joined(joined(ofOutput, ofMemory), blames);

        float[] state = Samples.normal(random, width);
        float[] before = state.clone();
        float[] unit = new float[5 * width];
        cells.gru(gates, 3, Samples.normal(random, 3 * width), 0, unit, 0, state, 0, width);
        float[] ofState = Samples.normal(random, width);
        float[] shares = new float[4 * width];
        cells.gruGradient(unit, 0, before, 0, upstream, ofState, 0, shares, width);
        return joined(joined(lstm, lstmGradient), joined(joined(unit, state), joined(ofState, shares)));
    }

    private static float[] joined(float[] first, float[] second) {
        float[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
