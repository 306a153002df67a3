package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.nudge.cpu.KernelProvider.Pool;
import dev.nudge.tensor.backend.Kernel;
import java.lang.foreign.MemorySegment;

/// The gradient of a convolution with respect to its weight: sums over chunks of the batch, added in order.
/*
 * Chunks depend on the shapes alone, so that bits do not depend on threads. Sums stay in the library's own order of
 * elements until the last.
 */
final class ConvolutionWeightKernel implements Kernel {
    /// Images of a call, as they are read.
    private static final int BYTES = 1 << 18;

    private static final int MOST_CHUNKS = 16;
    /// Most elements of the sums of all chunks.
    private static final int MOST_SUMS = 1 << 22;
    /// Elements that a task adds up.
    private static final int RANGE = 1 << 13;

    private final Primitives primitives;
    private final Pool pool;
    private final Primitive code;
    private final Primitive order;
    private final int calls;
    private final int callsOfChunk;
    private final int sizeOfX; // elements of a call
    private final int sizeOfY;
    private final int size; // elements of the weight
    private final int elements; // of the weight as the library orders it
    private final float[][] sums;

    /// @throws UnsupportedOperationException if the library has no code of its own for these shapes
    ConvolutionWeightKernel(Convolution shapes, Primitives primitives, Pool pool) {
        int images = shapes.imagesWithin(BYTES);
        this.primitives = primitives;
        this.pool = pool;
        this.code = primitives.convolveWeight(shapes, images);
        this.order = primitives.fromWeight(shapes, code, 2);
        this.calls = shapes.batch() / images;
        this.sizeOfX = images * shapes.sizeOfX();
        this.sizeOfY = images * shapes.sizeOfY();
        this.size = shapes.sizeOfWeight();
        this.elements = Math.toIntExact(code.bytes(2) / Float.BYTES);
        int chunks = Math.clamp(MOST_SUMS / elements, 1, Math.min(calls, MOST_CHUNKS));
        this.callsOfChunk = Math.ceilDiv(calls, chunks);
        this.sums = new float[Math.ceilDiv(calls, callsOfChunk)][elements];
    }

    @Override
    public String supplier() {
        return OneDnn.NAME;
    }

    @Override
    public void run(Object[] inputs, Object[] outputs) {
        float[] x = (float[]) inputs[0];
        float[] y = (float[]) inputs[1];
        pool.run(sums.length, chunk -> {
            int first = chunk * callsOfChunk;
            for (int call = first; call < Math.min(calls, first + callsOfChunk); call++) {
                add(x, y, call, call == first, sums[chunk]);
            }
        });
        pool.run(Math.ceilDiv(elements, RANGE), range -> addUp(range * RANGE, Math.min(elements, (range + 1) * RANGE)));
        Workspace workspace = primitives.workspace();
        MemorySegment sum = workspace.part(0, code.bytes(2));
        MemorySegment weight = workspace.part(1, order.bytes(1));
        MemorySegment.copy(sums[0], 0, sum, JAVA_FLOAT, 0, elements);
        order.run(workspace, sum, weight);
        MemorySegment.copy(weight, JAVA_FLOAT, 0, (float[]) outputs[0], 0, size);
    }

    private void add(float[] x, float[] y, int call, boolean first, float[] sum) {
        Workspace workspace = primitives.workspace();
        MemorySegment images = workspace.part(0, code.bytes(0));
        MemorySegment gradients = workspace.part(1, code.bytes(1));
        MemorySegment weight = workspace.part(2, code.bytes(2));
        MemorySegment.copy(x, call * sizeOfX, images, JAVA_FLOAT, 0, sizeOfX);
        MemorySegment.copy(y, call * sizeOfY, gradients, JAVA_FLOAT, 0, sizeOfY);
        code.run(workspace, images, gradients, weight);
        if (first) {
            MemorySegment.copy(weight, JAVA_FLOAT, 0, sum, 0, elements);
        } else {
            float[] more = workspace.numbers(elements);
            MemorySegment.copy(weight, JAVA_FLOAT, 0, more, 0, elements);
            add(more, sum, 0, elements);
        }
    }

    private void addUp(int from, int to) {
        for (int chunk = 1; chunk < sums.length; chunk++) {
            add(sums[chunk], sums[0], from, to);
        }
    }

    private static void add(float[] from, float[] to, int first, int last) {
        for (int i = first; i < last; i++) {
            to[i] += from[i];
        }
    }
}
