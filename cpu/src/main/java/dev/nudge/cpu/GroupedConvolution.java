package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;

/// Convolutions of f32 images in groups of few channels, whose products are too small for [Gemm].
/*
 * A block of 16 channels, some whole groups, is copied out of an image with its padding, once for each channel of a
 * group: in copy i each channel holds channel i of its group. Then every output channel has what it reads beside it, and
 * a place is a sum of vectors times vectors ([ChannelTiles]), lane by lane.
 *
 * Order of additions. Tasks are cut by the shapes alone.
 *  - Convolve: fma along (ky, kx, channel of the group) in order, padding as zeros. A task is a block of an image.
 *  - ConvolveWeight: fma along the places of an image in order; images are added in order to the sum of a chunk, and
 *    chunks in order at last. A task is a block in a chunk.
 */
final class GroupedConvolution {
    private static final int CHANNELS = ChannelTiles.CHANNELS;
    private static final int MOST_CHUNKS = 16;

    private final Workers workers;
    private final ChannelTiles tiles;
    private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

    GroupedConvolution(Workers workers, ChannelTiles tiles) {
        this.workers = workers;
        this.tiles = tiles;
    }

    private static final class Scratch {
        private float[] copies = {};
        private float[] terms = {};

        float[] copies(int length) {
            copies = copies.length < length ? new float[length] : copies;
            return copies;
        }

        float[] terms(int length) {
            terms = terms.length < length ? new float[length] : terms;
            return terms;
        }
    }

    /// Whether a convolution from images `x` to images `y` is of this form.
    static boolean fits(Shape x, Shape y, int groups) {
        int channels = x.extent(3);
        int size = channels / groups;
        return groups > 1
                && y.extent(3) == channels
                && channels % CHANNELS == 0
                && (size == 1 || size == 2 || size == 4 || size == 8)
                && x.elements() > 0
                && y.elements() > 0;
    }

    /// @param x images `[batch, height, width, channels]`
    Kernel convolve(Window down, Window across, int groups, Shape x, Shape out) {
        Copies copies = new Copies(down, across, x, out, groups, 1);
        int channels = out.extent(3);
        int blocks = channels / CHANNELS;
        long work = (long) out.elements() * copies.offsets.length;
        return (in, results) -> workers.runIf(work >= Gemm.PARALLEL, x.extent(0) * blocks, task -> {
            int image = task / blocks;
            int channel = task % blocks * CHANNELS;
            Scratch scratch = scratches.get();
            float[] spread = copies.of((float[]) in[0], image, channel, scratch);
            float[] factors = scratch.terms(copies.offsets.length * CHANNELS);
            for (int t = 0; t < copies.offsets.length; t++) {
                System.arraycopy((float[]) in[1], t * channels + channel, factors, t * CHANNELS, CHANNELS);
            }
            for (int line = 0; line < copies.lines; line++) {
                tiles.multiply(
                        copies.places,
                        spread,
                        line * copies.line,
                        copies.place,
                        copies.offsets,
                        factors,
                        (float[]) results[0],
                        (image * copies.lines + line) * copies.places * channels + channel,
                        channels);
            }
        });
    }

    /// @param x images `[batch, height, width, channels]`
    /// @param g gradient with respect to the output
    Kernel weight(Window down, Window across, int groups, Shape x, Shape g, Shape out) {
        Copies copies = new Copies(down, across, x, g, groups, ChannelTiles.TERMS);
        int channels = g.extent(3);
        int blocks = channels / CHANNELS;
        int batch = x.extent(0);
        int chunks = Math.min(batch, MOST_CHUNKS);
        int images = (batch + chunks - 1) / chunks;
        int terms = out.elements() / channels;
        float[][] sums = new float[chunks][out.elements()];
        return (in, results) -> {
            workers.run(chunks * blocks, task -> {
                int chunk = task / blocks;
                int channel = task % blocks * CHANNELS;
                for (int t = 0; t < terms; t++) {
                    Arrays.fill(sums[chunk], t * channels + channel, t * channels + channel + CHANNELS, 0f);
                }
                int end = Math.min(batch, (chunk + 1) * images);
                for (int image = chunk * images; image < end; image++) {
                    float[] ofImage = ofImage(copies, (float[]) in[0], (float[]) in[1], image, channel, channels);
                    for (int t = 0; t < terms; t++) {
                        Patches.add(ofImage, t * CHANNELS, sums[chunk], t * channels + channel, CHANNELS);
                    }
                }
            });
            ConvolutionKernels.addUp(sums, out.elements(), (float[]) results[0]);
        };
    }

    private float[] ofImage(Copies copies, float[] x, float[] g, int image, int channel, int channels) {
        Scratch scratch = scratches.get();
        float[] spread = copies.of(x, image, channel, scratch);
        int length = copies.offsets.length * CHANNELS;
        float[] sums = scratch.terms(length);
        Arrays.fill(sums, 0, length, 0f);
        for (int line = 0; line < copies.lines; line++) {
            for (int first = 0; first < copies.offsets.length; first += ChannelTiles.TERMS) {
                tiles.accumulate(
                        copies.places,
                        spread,
                        line * copies.line,
                        copies.place,
                        copies.offsets,
                        first,
                        g,
                        (image * copies.lines + line) * copies.places * channels + channel,
                        channels,
                        sums);
            }
        }
        return sums;
    }

    /// How blocks of channels are copied out of images.
    private final class Copies {
        final int lines; // of places
        final int places; // of a line
        final int line; // from a line of places to the next, in a copy
        final int place; // from a place to the next
        final int[] offsets; // of each term, from its place
        private final int size;
        private final int height;
        private final int width;
        private final int channels;
        private final int top;
        private final int left;
        private final int rows;
        private final int columns;
        private final int plane;

        /// @param multiple the number of offsets is filled up to a multiple of this, by the last one again
        Copies(Window down, Window across, Shape x, Shape out, int groups, int multiple) {
            height = x.extent(1);
            width = x.extent(2);
            channels = x.extent(3);
            size = channels / groups;
            lines = out.extent(1);
            places = out.extent(2);
            top = down.before();
            left = across.before();
            rows = (lines - 1) * down.stride() + down.span();
            columns = (places - 1) * across.stride() + across.span();
            plane = rows * columns * CHANNELS;
            line = down.stride() * columns * CHANNELS;
            place = across.stride() * CHANNELS;
            int terms = down.extent() * across.extent() * size;
            offsets = new int[(terms + multiple - 1) / multiple * multiple];
            for (int t = 0; t < offsets.length; t++) {
                int term = Math.min(t, terms - 1);
                int ky = term / size / across.extent();
                int kx = term / size % across.extent();
                offsets[t] = term % size * plane + (ky * down.dilation() * columns + kx * across.dilation()) * CHANNELS;
            }
        }

        /// Copies channels from `channel` on of an image.
        float[] of(float[] x, int image, int channel, Scratch scratch) {
            float[] copies = scratch.copies(size * plane);
            int first = Math.min(columns, left); // columns that lie in the image
            int end = Math.max(first, Math.min(columns, left + width));
            for (int row = 0; row < rows; row++) {
                int source = row - top;
                int to = row * columns * CHANNELS;
                boolean inside = source >= 0 && source < height;
                for (int i = 0; i < size; i++) {
                    int at = i * plane + to;
                    Arrays.fill(copies, at, at + (inside ? first : columns) * CHANNELS, 0f);
                    if (inside) {
                        Arrays.fill(copies, at + end * CHANNELS, at + columns * CHANNELS, 0f);
                    }
                }
                if (inside) {
                    tiles.spread(
                            x,
                            ((image * height + source) * width + first - left) * channels + channel,
                            channels,
                            end - first,
                            size,
                            copies,
                            to + first * CHANNELS,
                            plane);
                }
            }
            return copies;
        }
    }
}
