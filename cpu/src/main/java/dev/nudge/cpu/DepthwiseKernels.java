package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Convolutions of f32 images that keep each channel to itself, where [GroupedConvolution] does not: all channels of a
/// pixel at once, window by window.
///
/// Additions go over `(place, ky, kx)` in order; the weight's, summed up by chunks of images, chunk after chunk.
final class DepthwiseKernels {
    private static final int MAX_CHUNKS = 16;

    /// What is done where a window reads: starts of the pixel, of the element of the weight, of the place.
    @FunctionalInterface
    private interface Step {
        void run(int pixel, int weight, int place);
    }

    private final Window down;
    private final Window across;
    private final int height;
    private final int width;
    private final int channels;
    private final int placesDown;
    private final int placesAcross;

    private DepthwiseKernels(Sliding op, Shape x) {
        this.down = op.height();
        this.across = op.width();
        this.height = x.extent(1);
        this.width = x.extent(2);
        this.channels = x.extent(3);
        this.placesDown = down.places(height);
        this.placesAcross = across.places(width);
    }

    /// Whether each channel of `x` makes one of `y`.
    static boolean isDepthwise(Shape x, Shape y, int groups) {
        return groups > 1 && x.extent(3) == groups && y.extent(3) == groups;
    }

    /// Visits what the windows of one line of places read, in order.
    private void line(int line, Step step) {
        int image = line / placesDown * height;
        for (int p = 0; p < placesAcross; p++) {
            for (int k = 0; k < down.extent() * across.extent(); k++) {
                int row = down.element(line % placesDown, k / across.extent());
                int column = across.element(p, k % across.extent());
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    step.run(
                            ((image + row) * width + column) * channels,
                            k * channels,
                            (line * placesAcross + p) * channels);
                }
            }
        }
    }

    /// `sum += a b`, element by element; C2 vectorises the loop.
    private static void accumulate(float[] a, int i, float[] b, int j, float[] sum, int to, int count) {
        for (int c = 0; c < count; c++) {
            sum[to + c] = Math.fma(a[i + c], b[j + c], sum[to + c]);
        }
    }

    static Kernel convolve(Sliding op, Workers workers, Shape x, Shape out) {
        DepthwiseKernels kernel = new DepthwiseKernels(op, x);
        int n = kernel.channels;
        return (in, results) -> {
            float[] y = (float[]) results[0];
            Arrays.fill(y, 0, out.elements(), 0);
            workers.run(
                    x.extent(0) * kernel.placesDown,
                    line -> kernel.line(
                            line, (p, k, q) -> accumulate((float[]) in[0], p, (float[]) in[1], k, y, q, n)));
        };
    }

    static Kernel transposed(Sliding op, Workers workers, Shape out) {
        DepthwiseKernels kernel = new DepthwiseKernels(op, out);
        int n = kernel.channels;
        return (in, results) -> {
            float[] x = (float[]) results[0];
            Arrays.fill(x, 0, out.elements(), 0);
            workers.run(out.extent(0), image -> {
                for (int line = image * kernel.placesDown; line < (image + 1) * kernel.placesDown; line++) {
                    kernel.line(line, (p, k, q) -> accumulate((float[]) in[0], q, (float[]) in[1], k, x, p, n));
                }
            });
        };
    }

    static Kernel weight(Sliding op, Workers workers, Shape x) {
        DepthwiseKernels kernel = new DepthwiseKernels(op, x);
        int n = kernel.channels;
        int batch = x.extent(0);
        int chunks = Math.clamp(batch, 1, MAX_CHUNKS);
        int images = (batch + chunks - 1) / chunks;
        int elements = op.height().extent() * op.width().extent() * n;
        float[][] sums = new float[chunks][elements];
        return (in, results) -> {
            workers.run(chunks, chunk -> {
                float[] sum = sums[chunk];
                Arrays.fill(sum, 0);
                int end = Math.min(batch, (chunk + 1) * images) * kernel.placesDown;
                for (int line = chunk * images * kernel.placesDown; line < end; line++) {
                    kernel.line(line, (p, k, q) -> accumulate((float[]) in[0], p, (float[]) in[1], q, sum, k, n));
                }
            });
            ConvolutionKernels.addUp(sums, elements, (float[]) results[0]);
        };
    }
}
