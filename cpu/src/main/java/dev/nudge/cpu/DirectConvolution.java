package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Convolutions of whole images without a copy of their windows: with channels last, a window is one run of numbers
/// for each of its rows, and the next place begins a few numbers further on.
/*
 * So a line of places is a product whose rows overlap ([RunProduct]): runs are the rows of the kernel, steps go along
 * (kx, channel). Where a window would reach over the edge, a task works on a copy of its image with zeros around it.
 *
 * Order of additions. Tasks are cut by the shapes alone.
 *  - Convolve: fma along (ky, kx, channel) in order, padding as zeros. A task is a band of lines of an image.
 *  - ConvolveWeight: fma along the places of a few images in order; these are added in order to the sum of a chunk, and
 *    chunks in order at last. A task is a chunk, of a small batch one row of the kernel in a chunk.
 */
final class DirectConvolution {
    private static final int MOST_CHUNKS = 16;
    /// Tasks that a small batch is cut into, so that all threads have work.
    private static final int TASKS = 16;
    /// Places whose terms are added one by one; more are added up in parts, whose rounding errors are smaller.
    private static final int PLACES = 1024;
    /// Most elements of all the sums of chunks together.
    private static final int MOST_SUMS = 1 << 22;

    private final Workers workers;
    private final RunProduct product;
    private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

    DirectConvolution(Workers workers, RunProduct product) {
        this.workers = workers;
        this.product = product;
    }

    /// Whether the convolution is of this form.
    static boolean fits(Window down, Window across, int groups) {
        return groups == 1 && down.dilation() == 1 && across.dilation() == 1;
    }

    /// @param x images `[batch, height, width, in]`
    /// @param w weight `[height, width, in, out]`
    BlockKernel convolve(Window down, Window across, Shape x, Shape w, Shape out) {
        Frame frame = new Frame(down, across, x);
        int channels = out.extent(3);
        int width = RunProduct.padded(channels);
        int lines = out.extent(1);
        int places = out.extent(2);
        int bands = Math.clamp(TASKS / Math.max(1, x.extent(0)), 1, Math.max(1, lines));
        int band = (lines + bands - 1) / bands;
        long work = (long) out.elements() * w.product(0, 3);
        float[] padded = new float[width == channels ? 0 : w.product(0, 3) * width];
        return (in, results, blocks) -> {
            float[] weight = widened((float[]) in[1], channels, width, padded);
            float[] y = (float[]) results[0];
            workers.runIf(work >= Gemm.PARALLEL, x.extent(0) * bands, task -> {
                int image = task / bands;
                int first = task % bands * band;
                int count = Math.min(band, lines - first);
                if (count <= 0) {
                    return;
                }
                Scratch scratch = scratches.get();
                frame.take((float[]) in[0], image, first, count, scratch);
                float[] held = width == channels ? y : scratch.held(places * width);
                for (int line = 0; line < count; line++) {
                    int to = (image * lines + first + line) * places * channels;
                    product.multiply(
                            places,
                            width,
                            w.extent(0),
                            frame.line(),
                            w.extent(1) * w.extent(2) * width,
                            w.extent(1) * w.extent(2),
                            scratch.image,
                            scratch.from + line * down.stride() * frame.line(),
                            across.stride() * x.extent(3),
                            1,
                            weight,
                            0,
                            width,
                            false,
                            held,
                            width == channels ? to : 0,
                            width);
                    if (width != channels) {
                        narrowed(held, width, channels, places, y, to);
                    }
                }
                scratch.release();
                blocks.done((image * lines + first) * places * channels, count * places * channels);
            });
        };
    }

    /// @param x images `[batch, height, width, in]`
    /// @param g gradient of the result, `[batch, places down, places across, out]`
    Kernel weight(Window down, Window across, Shape x, Shape g, Shape out) {
        Frame frame = new Frame(down, across, x);
        int batch = x.extent(0);
        int channels = g.extent(3);
        int width = RunProduct.padded(channels);
        int rows = across.extent() * x.extent(3);
        int places = g.extent(1) * g.extent(2);
        int elements = down.extent() * rows * width;
        int chunks = Math.clamp(MOST_SUMS / Math.max(1, elements), 1, Math.clamp(batch, 1, MOST_CHUNKS));
        int images = (batch + chunks - 1) / chunks;
        int part = Math.max(1, PLACES / Math.max(1, places));
        int kernelRows = chunks < MOST_CHUNKS ? 1 : down.extent(); // of a task
        int tasks = down.extent() / kernelRows;
        float[][] sums = new float[chunks][elements];
        long work = (long) batch * places * elements;
        return (in, results) -> {
            workers.runIf(work >= Gemm.PARALLEL, chunks * tasks, task -> {
                int chunk = task / tasks;
                int first = task % tasks * kernelRows;
                float[] sum = sums[chunk];
                Arrays.fill(sum, first * rows * width, (first + kernelRows) * rows * width, 0f);
                Scratch scratch = scratches.get();
                for (int i = 0; i < images && chunk * images + i < batch; i++) {
                    int image = chunk * images + i;
                    boolean begins = i % part == 0;
                    boolean ends = (i + 1) % part == 0 || i + 1 == images || image + 1 == batch;
                    // The first part is the sum itself.
                    float[] held = i < part ? sum : scratch.held(elements);
                    float[] gradient = (float[]) in[1];
                    int from = image * places * channels;
                    if (width != channels) {
                        gradient = scratch.widened(gradient, from, places, channels, width);
                        from = 0;
                    }
                    frame.take((float[]) in[0], image, 0, g.extent(1), scratch);
                    for (int ky = first; ky < first + kernelRows; ky++) {
                        int at = ky * rows * width;
                        product.multiply(
                                rows,
                                width,
                                g.extent(1),
                                down.stride() * frame.line(),
                                g.extent(2) * width,
                                g.extent(2),
                                scratch.image,
                                scratch.from + ky * frame.line(),
                                1,
                                across.stride() * x.extent(3),
                                gradient,
                                from,
                                width,
                                !begins,
                                held,
                                at,
                                width);
                        if (ends && held != sum) {
                            Patches.add(held, at, sum, at, rows * width);
                        }
                    }
                }
                scratch.release();
            });
            ConvolutionKernels.addUp(sums, elements, sums[0]);
            narrowed(sums[0], width, channels, down.extent() * rows, (float[]) results[0], 0);
        };
    }

    /// Rows of `channels` elements with zeros up to `width`; the rows themselves if there are none to add.
    private static float[] widened(float[] rows, int channels, int width, float[] padded) {
        if (width == channels) {
            return rows;
        }
        for (int i = 0; i < padded.length / width; i++) {
            System.arraycopy(rows, i * channels, padded, i * width, channels);
        }
        return padded;
    }

    private static void narrowed(float[] from, int width, int channels, int rows, float[] to, int at) {
        if (width == channels) {
            System.arraycopy(from, 0, to, at, rows * width);
            return;
        }
        for (int i = 0; i < rows; i++) {
            System.arraycopy(from, i * width, to, at + i * channels, channels);
        }
    }

    /// An image with what its windows see beyond its edges.
    private static final class Frame {
        private final Window down;
        private final Window across;
        private final int height;
        private final int width;
        private final int channels;
        private final int framed; // pixels of a line with its frame
        private final boolean inside;

        Frame(Window down, Window across, Shape x) {
            this.down = down;
            this.across = across;
            this.height = x.extent(1);
            this.width = x.extent(2);
            this.channels = x.extent(3);
            this.inside = down.before() == 0 && down.after() == 0 && across.before() == 0 && across.after() == 0;
            this.framed = inside ? width : across.before() + width + across.after();
        }

        /// Numbers of a line.
        int line() {
            return framed * channels;
        }

        /// Makes the lines that `count` lines of windows from `first` on see ready in `scratch`.
        void take(float[] x, int image, int first, int count, Scratch scratch) {
            int top = first * down.stride() - down.before();
            int start = image * height * width * channels;
            if (inside) {
                scratch.image = x;
                scratch.from = start + top * line();
                return;
            }
            int lines = (count - 1) * down.stride() + down.extent();
            float[] framedImage = scratch.framed(lines * line());
            int left = across.before() * channels;
            for (int i = 0; i < lines; i++) {
                int to = i * line();
                int y = top + i;
                if (y < 0 || y >= height) {
                    Arrays.fill(framedImage, to, to + line(), 0f);
                } else {
                    Arrays.fill(framedImage, to, to + left, 0f);
                    System.arraycopy(x, start + y * width * channels, framedImage, to + left, width * channels);
                    Arrays.fill(framedImage, to + left + width * channels, to + line(), 0f);
                }
            }
            scratch.image = framedImage;
            scratch.from = 0;
        }
    }

    /// What a thread works on.
    private static final class Scratch {
        private static final float[] NONE = {};

        /// The image in use, which begins at `from`.
        float[] image = NONE;

        int from;
        private float[] framed = NONE;
        private float[] held = NONE;
        private float[] gradient = NONE;

        float[] framed(int length) {
            framed = framed.length < length ? new float[length] : framed;
            return framed;
        }

        float[] held(int length) {
            held = held.length < length ? new float[length] : held;
            return held;
        }

        float[] widened(float[] rows, int from, int count, int channels, int width) {
            gradient = gradient.length < count * width ? new float[count * width] : gradient;
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows, from + i * channels, gradient, i * width, channels);
                Arrays.fill(gradient, i * width + channels, (i + 1) * width, 0f);
            }
            return gradient;
        }

        /// Forgets an image that is somebody else's.
        void release() {
            image = NONE;
        }
    }
}
