package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Convolutions of whole images without a copy of their windows: with channels last, a window is one run of numbers
/// for each of its rows, and the next place begins a few numbers further on.
/*
 * So a row of the kernel is a product whose left operand is read where it lies ([PatchProduct]). Where a window would
 * reach over the edge, a task works on a copy of its image with zeros around it ([Frame]). The right operand, weight or
 * gradient, comes in panels, so that the innermost loops step by constants (ADR 019).
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
    /// Places that a row of the kernel goes over before the next one does, about: few enough for the nearest cache.
    private static final int BLOCK = 128;

    private final Workers workers;
    private final PatchProduct product;
    private final ThreadLocal<Frame.Scratch> scratches = ThreadLocal.withInitial(Frame.Scratch::new);

    DirectConvolution(Workers workers, PatchProduct product) {
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
        int lines = out.extent(1);
        int places = out.extent(2);
        int channels = out.extent(3);
        int width = PatchProduct.padded(channels);
        int length = w.product(0, 3);
        int block = blockOf(places);
        Frame frame = new Frame(down, across, x, places, block, product);
        int bands = Math.clamp(TASKS / Math.max(1, x.extent(0)), 1, Math.max(1, lines));
        int band = (lines + bands - 1) / bands;
        long work = (long) out.elements() * length;
        float[] panels = new float[PatchProduct.isPanel(channels) ? 0 : length * width];
        return (in, results, blocks) -> {
            float[] weight = panelled((float[]) in[1], 0, length, channels, panels);
            float[] y = (float[]) results[0];
            workers.runIf(work >= Gemm.PARALLEL, x.extent(0) * bands, task -> {
                int image = task / bands;
                int first = task % bands * band;
                int count = Math.min(band, lines - first);
                if (count <= 0) {
                    return;
                }
                Frame.Scratch scratch = scratches.get();
                int from = (image * lines + first) * places * channels;
                for (int line = 0; line < count; line += block) {
                    int at = frame.take((float[]) in[0], image, first, line, count, scratch);
                    int down0 = Math.min(block, count - line);
                    int to = from + line * places * channels;
                    float[] held = width == channels ? y : scratch.held(block * places * width);
                    for (int j = 0; j < width; j += PatchProduct.PANEL) {
                        int panel = Math.min(PatchProduct.PANEL, width - j);
                        for (int run = 0; run < frame.runs; run++) {
                            product.rows(
                                    down0,
                                    places,
                                    frame.length,
                                    panel,
                                    scratch.image,
                                    at + run * frame.aRun,
                                    frame.aLine,
                                    frame.aPlace,
                                    weight,
                                    j * length + run * frame.length * panel,
                                    run > 0,
                                    held,
                                    (width == channels ? to : 0) + j,
                                    width);
                        }
                    }
                    if (width != channels) {
                        narrowed(held, width, channels, down0 * places, y, to);
                    }
                }
                scratch.release();
                blocks.done(from, count * places * channels);
            });
        };
    }

    /// @param x images `[batch, height, width, in]`
    /// @param g gradient of the result, `[batch, places down, places across, out]`
    Kernel weight(Window down, Window across, Shape x, Shape g, Shape out) {
        int batch = x.extent(0);
        int lines = g.extent(1);
        int places = g.extent(2);
        int channels = g.extent(3);
        int width = PatchProduct.padded(channels);
        int block = blockOf(places);
        Frame frame = new Frame(down, across, x, places, block, product);
        int ofRun = frame.rows * width;
        int elements = frame.runs * ofRun;
        int chunks = Math.clamp(MOST_SUMS / Math.max(1, elements), 1, Math.clamp(batch, 1, MOST_CHUNKS));
        int images = (batch + chunks - 1) / chunks;
        int part = Math.max(1, PLACES / Math.max(1, lines * places));
        int runs = chunks < MOST_CHUNKS ? 1 : frame.runs; // of a task
        int tasks = frame.runs / runs;
        float[][] sums = new float[chunks][elements];
        long work = (long) batch * lines * places * elements;
        return (in, results) -> {
            workers.runIf(work >= Gemm.PARALLEL, chunks * tasks, task -> {
                int chunk = task / tasks;
                int first = task % tasks * runs;
                float[] sum = sums[chunk];
                Arrays.fill(sum, first * ofRun, (first + runs) * ofRun, 0f);
                Frame.Scratch scratch = scratches.get();
                for (int i = 0; i < images && chunk * images + i < batch; i++) {
                    int image = chunk * images + i;
                    boolean begins = i % part == 0;
                    boolean ends = (i + 1) % part == 0 || i + 1 == images || image + 1 == batch;
                    // The first part is the sum itself.
                    float[] held = i < part ? sum : scratch.held(elements);
                    if (begins && held != sum) {
                        Arrays.fill(held, first * ofRun, (first + runs) * ofRun, 0f);
                    }
                    float[] gradient = (float[]) in[1];
                    int from = image * lines * places * channels;
                    if (!PatchProduct.isPanel(channels)) {
                        float[] panels = scratch.panels(lines * places * width);
                        gradient = panelled(gradient, from, lines * places, channels, panels);
                        from = 0;
                    }
                    for (int line = 0; line < lines; line += block) {
                        int at = frame.take((float[]) in[0], image, 0, line, lines, scratch);
                        for (int run = first; run < first + runs; run++) {
                            for (int j = 0; j < width; j += PatchProduct.PANEL) {
                                int panel = Math.min(PatchProduct.PANEL, width - j);
                                product.columns(
                                        Math.min(block, lines - line),
                                        places,
                                        frame.rows,
                                        panel,
                                        scratch.image,
                                        at + run * frame.aRun,
                                        frame.aLine,
                                        frame.aPlace,
                                        gradient,
                                        from + (j * lines + line * panel) * places,
                                        true,
                                        held,
                                        run * ofRun + j,
                                        width);
                            }
                        }
                    }
                    if (ends && held != sum) {
                        Patches.add(held, first * ofRun, sum, first * ofRun, runs * ofRun);
                    }
                }
                scratch.release();
            });
            ConvolutionKernels.addUp(sums, elements, sums[0]);
            narrowed(sums[0], width, channels, out.product(0, 3), (float[]) results[0], 0);
        };
    }

    /// Lines of a block, where they have so many places.
    private static int blockOf(int places) {
        return Math.max(1, BLOCK / Math.max(1, places));
    }

    /// Rows of `channels` elements in panels; as they are if they are one.
    private static float[] panelled(float[] from, int at, int rows, int channels, float[] panels) {
        if (PatchProduct.isPanel(channels)) {
            return from;
        }
        PatchProduct.pack(rows, channels, from, at, panels);
        return panels;
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

    /// An image with what its windows see beyond its edges, as left operand of a [PatchProduct].
    /*
     * A row of the kernel sees a run of neighbours. Where that is short, as with few channels, starting a tile would cost
     * more than its steps; then whole windows are copied out, one after the other, as if the kernel had one row, for few
     * enough lines that they are still in the nearest cache when they are read.
     */
    private static final class Frame {
        /// Elements of a run at least.
        private static final int FEWEST = 16;

        /// Runs that a window has.
        final int runs;

        /// From a run to the next.
        final int aRun;

        /// Elements of a run.
        final int length;

        /// As many and perhaps a few more, which mean nothing: a number that tiles divide.
        final int rows;

        /// From a line of places to the next.
        final int aLine;

        /// From a place to the next.
        final int aPlace;

        private final PatchProduct product;
        private final Window down;
        private final Window across;
        private final int height;
        private final int width;
        private final int channels;
        private final int places; // of a line
        private final int line; // elements of a line of the image with its frame
        private final boolean whole; // windows are copied out
        private final int ready; // lines of windows that are made ready at once

        /// @param x      images `[batch, height, width, channels]`
        /// @param places windows beside each other
        /// @param block  lines of windows that are looked at before the next ones
        Frame(Window down, Window across, Shape x, int places, int block, PatchProduct product) {
            this.product = product;
            this.down = down;
            this.across = across;
            this.height = x.extent(1);
            this.width = x.extent(2);
            this.channels = x.extent(3);
            this.places = places;
            this.line = (across.before() + width + across.after()) * channels;
            int row = across.extent() * channels;
            this.whole = row < FEWEST;
            this.runs = whole ? 1 : down.extent();
            this.aRun = whole ? 0 : line;
            this.length = whole ? down.extent() * row : row;
            this.rows = whole ? (length + 3) / 4 * 4 : length;
            this.aPlace = whole ? PatchProduct.padded(length) + PatchProduct.LANES : across.stride() * channels;
            this.aLine = whole ? places * aPlace : down.stride() * line;
            this.ready = whole ? block : Integer.MAX_VALUE;
        }

        /// Makes what windows see ready in `scratch`, of which all lines from the first on were asked for one block
        /// after the other.
        ///
        /// @param first line of places
        /// @param next  first line of the block, from `first` on
        /// @param count lines from `first` on that will be asked for
        /// @return where the block begins in the image of `scratch`
        int take(float[] x, int image, int first, int next, int count, Scratch scratch) {
            if (next % ready == 0) {
                makeReady(x, image, first + next, Math.min(ready, count - next), scratch);
            }
            return scratch.from + next % ready * aLine;
        }

        private void makeReady(float[] x, int image, int first, int count, Scratch scratch) {
            int top = first * down.stride() - down.before();
            int start = image * height * width * channels;
            boolean inside = !whole && down.before() == 0 && down.after() == 0 && line == width * channels;
            scratch.image = inside ? x : framed(x, start, top, (count - 1) * down.stride() + down.extent(), scratch);
            scratch.from = inside ? start + top * line : 0;
            if (whole) {
                scratch.image = copiedOut(scratch.image, scratch.from, count, scratch);
                scratch.from = 0;
            }
        }

        private float[] framed(float[] x, int start, int top, int lines, Scratch scratch) {
            float[] framed = scratch.framed = Scratch.grown(scratch.framed, lines * line + PatchProduct.LANES);
            int left = across.before() * channels;
            int right = left + width * channels;
            for (int i = 0; i < lines; i++) {
                int to = i * line;
                int y = top + i;
                if (y < 0 || y >= height) {
                    Arrays.fill(framed, to, to + line, 0f);
                } else {
                    Arrays.fill(framed, to, to + left, 0f);
                    System.arraycopy(x, start + y * width * channels, framed, to + left, width * channels);
                    Arrays.fill(framed, to + right, to + line, 0f);
                }
            }
            return framed;
        }

        private float[] copiedOut(float[] image, int from, int count, Scratch scratch) {
            float[] windows = scratch.windows = Scratch.grown(scratch.windows, count * aLine + PatchProduct.LANES);
            int row = across.extent() * channels;
            int step = across.stride() * channels;
            for (int i = 0; i < count * down.extent(); i++) {
                int ky = i % down.extent();
                int at = from + (i / down.extent() * down.stride() + ky) * line;
                int to = i / down.extent() * aLine + ky * row;
                product.copy(places, row, image, at, step, windows, to, aPlace);
            }
            return windows;
        }

        /// What a thread works on; arrays grow to the largest convolution and are then reused.
        static final class Scratch {
            private static final float[] NONE = {};

            /// The image in use, which begins at `from`.
            float[] image = NONE;

            int from;
            private float[] framed = NONE;
            private float[] windows = NONE;
            private float[] held = NONE;
            private float[] panels = NONE;

            private static float[] grown(float[] array, int length) {
                return array.length < length ? new float[length] : array;
            }

            /// Results that are added, or narrowed, later.
            float[] held(int length) {
                held = grown(held, length);
                return held;
            }

            /// Right operands in panels.
            float[] panels(int length) {
                panels = grown(panels, length);
                return panels;
            }

            /// Forgets an image that is somebody else's.
            void release() {
                image = NONE;
            }
        }
    }
}
