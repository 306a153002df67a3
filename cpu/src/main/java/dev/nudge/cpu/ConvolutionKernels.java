package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Convolutions of f32 images as matrix products of [Patches] and weights; a 1x1 convolution is one product of the
/// pixels themselves. Those that others do better are theirs: [DirectConvolution], [GroupedConvolution],
/// [DepthwiseKernels].
/*
 * Windows are copied out for a block of places at a time, few enough to stay in the second-level cache, so no matrix of
 * all windows ever exists. The copy costs little beside a product with tens of output channels, takes care of
 * padding, stride, dilation and groups, and leaves the product its plain form.
 *
 * Order of additions. Blocks and tasks are cut by the shapes alone.
 *  - Convolve: fma along (ky, kx, channel) in order, padding as zeros.
 *  - ConvolveTransposed of stride 1: as Convolve, with the weight turned around. Else fma along the output channels in
 *    order gives what a place adds to each pixel; these are added place after place. A task is an image.
 *  - ConvolveWeight: fma along the places of a block in order; blocks are added in order to the sum of a chunk of
 *    images, and chunks in order at last. A task is a chunk and some rows of the kernel.
 */
final class ConvolutionKernels {
    /// Elements of a block of patches: a quarter of a megabyte, beside which weights fit the second-level cache.
    private static final int BLOCK = 1 << 16;
    private static final int MAX_CHUNKS = 16;
    /// Most elements of all the sums of chunks together.
    private static final int MAX_SUMS = 1 << 22;
    /// Rows of a block are a multiple of this, the rows of a register tile.
    private static final int TILE = 12;
    private static final int MAX_ROWS = 504;

    private static final float[] NONE = {};

    /// What a thread copies windows into, and the products that are added elsewhere.
    private static final class Scratch {
        float[] rows = NONE;
        float[] product = NONE;

        float[] rows(int length) {
            rows = rows.length < length ? new float[length] : rows;
            return rows;
        }

        float[] product(int length) {
            product = product.length < length ? new float[length] : product;
            return product;
        }
    }

    private final Workers workers;
    private final MatmulKernels.Product shared; // on all threads
    private final MatmulKernels.Product alone; // on the thread of a task
    private final DirectConvolution direct;
    private final GroupedConvolution grouped;
    private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

    ConvolutionKernels(
            Workers workers,
            MatmulKernels.Product shared,
            MatmulKernels.Product alone,
            DirectConvolution direct,
            GroupedConvolution grouped) {
        this.direct = direct;
        this.grouped = grouped;
        this.workers = workers;
        this.shared = shared;
        this.alone = alone;
    }

    Optional<Kernel> of(Sliding op, List<Type> inputs, Type output) {
        if (output.dtype() != DType.F32) {
            return Optional.empty();
        }
        Shape first = inputs.getFirst().shape();
        Shape second = inputs.getLast().shape();
        Shape out = output.shape();
        return Optional.of(
                switch (op) {
                    case Sliding.Windows _ -> windows(new Patches(op.height(), op.width(), first, 1), first, out);
                    case Sliding.Fold _ -> fold(new Patches(op.height(), op.width(), out, 1), first, out);
                    case Sliding.Convolve(var height, var width, int groups) ->
                        isDepthwise(first, out, groups)
                                ? DepthwiseKernels.convolve(op, workers, first, out)
                                : convolve(height, width, groups, first, second, out);
                    case Sliding.ConvolveTransposed(var height, var width, int groups, int _, int _) ->
                        isFlippable(height) && isFlippable(width) && !isDepthwise(first, out, groups)
                                ? flipped(op, groups, first, second, out)
                                : DepthwiseKernels.isDepthwise(out, first, groups)
                                        ? DepthwiseKernels.transposed(op, workers, out)
                                        : transposed(
                                                new Patches(height, width, out, groups), groups, first, second, out);
                    case Sliding.ConvolveWeight weight -> weight(weight, first, second, out);
                });
    }

    /// Whether each channel stays by itself, and there are not as many as whole vectors hold.
    private static boolean isDepthwise(Shape x, Shape y, int groups) {
        return DepthwiseKernels.isDepthwise(x, y, groups) && !GroupedConvolution.fits(x, y, groups);
    }

    /// Places of a block whose patches have `length` elements.
    private static int blockOf(int length) {
        return Math.max(TILE, Math.min(MAX_ROWS, BLOCK / Math.max(1, length) / TILE * TILE));
    }

    private static int ceilDiv(int x, int y) {
        return (x + y - 1) / y;
    }

    private Kernel windows(Patches patches, Shape x, Shape out) {
        int places = patches.placesOfImage();
        int kernelRows = patches.length(1) == 0 ? 1 : out.extent(3) * out.extent(4) / patches.length(1);
        return (in, results) -> {
            if (out.elements() > 0) {
                patches.copyOut((float[]) in[0], 0, 0, kernelRows, 0, x.extent(0) * places, (float[]) results[0]);
            }
        };
    }

    private Kernel fold(Patches patches, Shape windows, Shape out) {
        return (in, results) -> {
            float[] x = (float[]) results[0];
            Arrays.fill(x, 0, out.elements(), 0);
            patches.addBack((float[]) in[0], 0, 0, windows.extent(0) * patches.placesOfImage(), x);
        };
    }

    private Kernel convolve(Window down, Window across, int groups, Shape x, Shape w, Shape out) {
        if (GroupedConvolution.fits(x, out, groups)) {
            return grouped.convolve(down, across, groups, x, out);
        }
        Patches patches = new Patches(down, across, x, groups);
        if (DirectConvolution.fits(down, across, groups) && !patches.isIdentity()) {
            return direct.convolve(down, across, x, w, out);
        }
        int places = x.extent(0) * patches.placesOfImage();
        int channels = out.extent(3);
        int outOfGroup = channels / groups;
        int length = w.product(0, 3);
        if (patches.isIdentity()) {
            return (in, results) -> shared.multiply(
                    places,
                    channels,
                    length,
                    (float[]) in[0],
                    0,
                    length,
                    1,
                    (float[]) in[1],
                    0,
                    channels,
                    1,
                    (float[]) results[0],
                    0,
                    channels);
        }
        int block = blockOf(length);
        return (BlockKernel) (in, results, blocks) -> workers.runIf(
                (long) places * length * outOfGroup * groups >= Gemm.PARALLEL, ceilDiv(places, block), task -> {
                    int first = task * block;
                    int count = Math.min(block, places - first);
                    float[] rows = scratches.get().rows(block * length);
                    for (int group = 0; group < groups; group++) {
                        patches.copyOut((float[]) in[0], group, 0, w.extent(0), first, count, rows);
                        alone.multiply(
                                count,
                                outOfGroup,
                                length,
                                rows,
                                0,
                                length,
                                1,
                                (float[]) in[1],
                                group * outOfGroup,
                                channels,
                                1,
                                (float[]) results[0],
                                first * channels + group * outOfGroup,
                                channels);
                    }
                    blocks.done(first * channels, count * channels);
                });
    }

    private Kernel transposed(Patches patches, int groups, Shape g, Shape w, Shape out) {
        int channels = g.extent(3);
        int outOfGroup = channels / groups;
        int length = w.product(0, 3);
        int places = patches.placesOfImage();
        int batch = g.extent(0);
        int block = blockOf(length);
        int image = out.product(1, 4);
        float[] turned = new float[w.elements()]; // [out, length], read by every block
        return (BlockKernel) (in, results, blocks) -> {
            float[] x = (float[]) results[0];
            Transposition.copy((float[]) in[1], 0, channels, length, channels, turned, 0, length);
            workers.runIf((long) batch * places * length * channels >= Gemm.PARALLEL, batch, task -> {
                Arrays.fill(x, task * image, (task + 1) * image, 0);
                float[] rows = scratches.get().rows(block * length);
                for (int group = 0; group < groups; group++) {
                    for (int place = 0; place < places; place += block) {
                        int first = task * places + place;
                        int count = Math.min(block, places - place);
                        alone.multiply(
                                count,
                                length,
                                outOfGroup,
                                (float[]) in[0],
                                first * channels + group * outOfGroup,
                                channels,
                                1,
                                turned,
                                group * outOfGroup * length,
                                length,
                                1,
                                rows,
                                0,
                                length);
                        patches.addBack(rows, group, first, count, x);
                    }
                }
                blocks.done(task * image, image);
            });
        };
    }

    /// Whether the transposed convolution is a convolution: each element then adds up what it gets by itself.
    private static boolean isFlippable(Window window) {
        return window.stride() == 1 && window.before() < window.span() && window.after() < window.span();
    }

    private static Window flipped(Window window) {
        int most = window.span() - 1;
        return window.withPadding(most - window.before(), most - window.after());
    }

    /// A transposed convolution of stride 1 as convolution with the weight turned around, in and out exchanged.
    private Kernel flipped(Sliding op, int groups, Shape g, Shape w, Shape out) {
        Shape turned = Shape.of(w.extent(0), w.extent(1), w.extent(3) / groups, w.extent(2) * groups);
        Kernel convolve = convolve(flipped(op.height()), flipped(op.width()), groups, g, turned, out);
        return new TurnedConvolution(convolve, w, groups);
    }

    private Kernel weight(Sliding.ConvolveWeight op, Shape x, Shape g, Shape out) {
        int groups = op.groups();
        if (isDepthwise(x, g, groups)) {
            return DepthwiseKernels.weight(op, workers, x);
        }
        if (GroupedConvolution.fits(x, g, groups)) {
            return grouped.weight(op.height(), op.width(), groups, x, g, out);
        }
        Patches patches = new Patches(op.height(), op.width(), x, groups);
        return DirectConvolution.fits(op.height(), op.width(), groups) && !patches.isIdentity()
                ? direct.weight(op.height(), op.width(), x, g, out)
                : weight(patches, op, groups, x, g, out);
    }

    private Kernel weight(Patches patches, Sliding op, int groups, Shape x, Shape g, Shape out) {
        int batch = x.extent(0);
        int channels = g.extent(3);
        int outOfGroup = channels / groups;
        int places = patches.placesOfImage();
        int elements = out.elements();
        if (patches.isIdentity()) {
            int in = x.extent(3);
            return (arrays, results) -> shared.multiply(
                    in,
                    channels,
                    batch * places,
                    (float[]) arrays[0],
                    0,
                    1,
                    in,
                    (float[]) arrays[1],
                    0,
                    channels,
                    1,
                    (float[]) results[0],
                    0,
                    channels);
        }
        int kernelRows =
                patches.length(op.height().extent()) <= 256 ? op.height().extent() : 1; // of a task
        int parts = op.height().extent() / kernelRows;
        int length = patches.length(kernelRows);
        int block = blockOf(length);
        int chunks = Math.max(1, Math.min(Math.min(batch, MAX_CHUNKS), MAX_SUMS / Math.max(1, elements)));
        int images = Math.max(1, ceilDiv(batch, chunks));
        float[][] sums = new float[chunks][elements];
        return (arrays, results) -> {
            workers.runIf((long) batch * places * elements >= Gemm.PARALLEL, chunks * parts, task -> {
                int chunk = task / parts;
                int row = task % parts * kernelRows;
                int from = task % parts * length * channels;
                int start = Math.min(batch, chunk * images) * places;
                int end = Math.min(batch, (chunk + 1) * images) * places;
                Arrays.fill(sums[chunk], from, from + length * channels, 0);
                Scratch scratch = scratches.get();
                float[] rows = scratch.rows(block * length);
                float[] product = scratch.product(length * outOfGroup);
                for (int group = 0; group < groups; group++) {
                    for (int first = start; first < end; first += block) {
                        int count = Math.min(block, end - first);
                        patches.copyOut((float[]) arrays[0], group, row, row + kernelRows, first, count, rows);
                        alone.multiply(
                                length,
                                outOfGroup,
                                count,
                                rows,
                                0,
                                1,
                                length,
                                (float[]) arrays[1],
                                first * channels + group * outOfGroup,
                                channels,
                                1,
                                product,
                                0,
                                outOfGroup);
                        for (int r = 0; r < length; r++) {
                            int to = from + r * channels + group * outOfGroup;
                            Patches.add(product, r * outOfGroup, sums[chunk], to, outOfGroup);
                        }
                    }
                }
            });
            addUp(sums, elements, (float[]) results[0]);
        };
    }

    /// Adds the sums of chunks in order.
    static void addUp(float[][] sums, int elements, float[] total) {
        System.arraycopy(sums[0], 0, total, 0, elements);
        for (int chunk = 1; chunk < sums.length; chunk++) {
            Patches.add(sums[chunk], 0, total, 0, elements);
        }
    }

    /// A transposed convolution as a convolution with the weight turned around: its elements in the opposite
    /// order, inputs and outputs exchanged.
    private static final class TurnedConvolution implements BlockKernel {
        private final Kernel convolve;
        private final int elements;
        private final int inOfGroup;
        private final int outOfGroup;
        private final int groups;
        private final float[] turned; // [elements, outOfGroup, in]
        private final Object[] operands;

        /// @param convolve convolves with the turned weight
        /// @param w        shape of the weight as it is
        TurnedConvolution(Kernel convolve, Shape w, int groups) {
            this.convolve = convolve;
            this.elements = w.product(0, 2);
            this.inOfGroup = w.extent(2);
            this.outOfGroup = w.extent(3) / groups;
            this.groups = groups;
            this.turned = new float[w.elements()];
            this.operands = new Object[] {NONE, turned};
        }

        @Override
        public void run(Object[] inputs, Object[] outputs, Blocks blocks) {
            turnAround((float[]) inputs[1]);
            operands[0] = inputs[0];
            if (convolve instanceof BlockKernel telling) {
                telling.run(operands, outputs, blocks);
            } else {
                convolve.run(operands, outputs);
            }
            operands[0] = NONE; // holds on to nobody's images
        }

        @Override
        public boolean hasBlocks() {
            return convolve instanceof BlockKernel telling && telling.hasBlocks();
        }

        private void turnAround(float[] weight) {
            int from = 0;
            for (int k = 0; k < elements; k++) {
                for (int i = 0; i < inOfGroup; i++) {
                    for (int o = 0; o < outOfGroup * groups; o++, from++) {
                        int row = (elements - 1 - k) * outOfGroup + o % outOfGroup;
                        turned[(row * groups + o / outOfGroup) * inOfGroup + i] = weight[from];
                    }
                }
            }
        }
    }
}
