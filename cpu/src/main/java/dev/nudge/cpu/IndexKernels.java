package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Kernels that pick f32 rows by `I32` indices.
final class IndexKernels {
    private IndexKernels() {}

    static Optional<Kernel> of(Indexing op, List<Type> inputs, Type output) {
        if (output.dtype() != DType.F32 || inputs.getLast().dtype() != DType.I32) {
            return Optional.empty();
        }
        int count = inputs.getLast().shape().elements();
        Shape out = output.shape();
        return Optional.of(
                switch (op) {
                    case Indexing.Gather _ -> {
                        Shape table = inputs.getFirst().shape();
                        int rows = table.extent(0);
                        int width = table.product(1, table.rank());
                        yield (arrays, results) -> {
                            int[] indices = (int[]) arrays[1];
                            for (int i = 0; i < count; i++) {
                                int row = checked("gather", indices, i, rows);
                                System.arraycopy(arrays[0], row * width, results[0], i * width, width);
                            }
                        };
                    }
                    case Indexing.ScatterAdd(int rows) -> {
                        int width = out.product(1, out.rank());
                        yield (arrays, results) -> scatter(
                                (float[]) arrays[0], (int[]) arrays[1], count, rows, width, (float[]) results[0]);
                    }
                    case Indexing.OneHot(int classes, DType _) ->
                        (arrays, results) -> {
                            float[] target = (float[]) results[0];
                            int[] indices = (int[]) arrays[0];
                            Arrays.fill(target, 0, out.elements(), 0);
                            for (int i = 0; i < count; i++) {
                                target[i * classes + checked("oneHot", indices, i, classes)] = 1;
                            }
                        };
                });
    }

    private static void scatter(float[] updates, int[] indices, int count, int rows, int width, float[] sums) {
        Arrays.fill(sums, 0, rows * width, 0);
        for (int i = 0; i < count; i++) {
            int row = checked("scatterAdd", indices, i, rows) * width;
            for (int j = 0; j < width; j++) {
                sums[row + j] += updates[i * width + j];
            }
        }
    }

    private static int checked(String operation, int[] indices, int position, int rows) {
        int index = indices[position];
        if (index < 0 || index >= rows) {
            throw Indexing.outside(operation, index, position, rows);
        }
        return index;
    }
}
