package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.BlockKernel;
import java.lang.foreign.MemorySegment;

/// A convolution or transposed convolution, some images at a time.
/*
 * A task copies its images out of the heap, runs the library's code on them and copies the result back: from and to
 * memory of its thread that stays in the second-level cache, so a copy costs little beside the arithmetic of an image.
 */
final class ConvolutionKernel implements BlockKernel {
    /// Images of a task, as they are read and written.
    private static final int BYTES = 1 << 17;

    private final Primitives primitives;
    private final Pool pool;
    private final Primitive code;
    private final Primitive order;
    private final int tasks;
    private final int read; // elements that a task reads
    private final int written;
    private final int weight;
    private final MemorySegment ordered;

    private ConvolutionKernel(Convolution shapes, boolean transposed, Primitives primitives, Pool pool) {
        int images = shapes.imagesWithin(BYTES);
        this.primitives = primitives;
        this.pool = pool;
        this.code = transposed ? primitives.convolveTransposed(shapes, images) : primitives.convolve(shapes, images);
        this.order = primitives.toWeight(shapes, code, 1);
        this.ordered = Workspace.allocate(code.bytes(1));
        this.tasks = shapes.batch() / images;
        this.read = images * (transposed ? shapes.sizeOfY() : shapes.sizeOfX());
        this.written = images * (transposed ? shapes.sizeOfX() : shapes.sizeOfY());
        this.weight = shapes.sizeOfWeight();
    }

    /// @throws UnsupportedOperationException if the library has no code of its own for these shapes
    static BlockKernel convolve(Convolution shapes, Primitives primitives, Pool pool) {
        return new ConvolutionKernel(shapes, false, primitives, pool);
    }

    /// @throws UnsupportedOperationException if the library has no code of its own for these shapes
    static BlockKernel convolveTransposed(Convolution shapes, Primitives primitives, Pool pool) {
        return new ConvolutionKernel(shapes, true, primitives, pool);
    }

    @Override
    public String supplier() {
        return OneDnn.NAME;
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, Blocks blocks) {
        order((float[]) inputs[1]);
        float[] from = (float[]) inputs[0];
        float[] to = (float[]) outputs[0];
        pool.run(tasks, task -> {
            Workspace workspace = primitives.workspace();
            MemorySegment images = workspace.part(0, code.bytes(0));
            MemorySegment results = workspace.part(1, code.bytes(2));
            MemorySegment.copy(from, task * read, images, JAVA_FLOAT, 0, read);
            code.run(workspace, images, ordered, results);
            MemorySegment.copy(results, JAVA_FLOAT, 0, to, task * written, written);
            blocks.done(task * written, written);
        });
    }

    private void order(float[] values) {
        Workspace workspace = primitives.workspace();
        MemorySegment plain = workspace.part(0, order.bytes(0));
        MemorySegment.copy(values, 0, plain, JAVA_FLOAT, 0, weight);
        order.run(workspace, plain, ordered);
    }
}
