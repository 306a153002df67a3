package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.LayerNormGradients.LayerNormGradient;
import dev.nudge.tensor.LayerNormGradients.LayerNormSums;
import dev.nudge.tensor.Normalizations.LayerNorm;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Layer normalization of f32 rows and its gradients as kernels: one visit to each row, which stays in the first-level
/// cache meanwhile.
final class LayerNormKernels {
    /// Elements per task.
    private static final int TASK = 1 << 14;

    private final Workers workers;
    private final RowKernels rows;
    private final LayerNormRows elements;

    LayerNormKernels(Workers workers, RowKernels rows, LayerNormRows elements) {
        this.workers = workers;
        this.rows = rows;
        this.elements = elements;
    }

    /// A kernel for `op`, or none where it is another operation or a row is more than one block.
    Optional<Kernel> of(Fused op, List<Type> inputs) {
        Type x = inputs.getFirst();
        int features = x.shape().rank() == 0 ? 0 : x.shape().extent(-1);
        if (x.dtype() != DType.F32 || features == 0 || features > RowKernels.BLOCK) {
            return Optional.empty();
        }
        Matrix matrix = new Matrix(x.shape().elements() / features, features);
        return switch (op) {
            case LayerNorm(double epsilon) -> Optional.of(normalize(matrix, (float) epsilon));
            case LayerNormGradient(double epsilon) -> Optional.of(gradient(matrix, (float) epsilon));
            case LayerNormSums(double epsilon) -> Optional.of(sums(matrix, (float) epsilon));
            default -> Optional.empty(); // the door is open to users
        };
    }

    private record Matrix(int rows, int features) {
        int rowsOfTask() {
            return Math.max(1, TASK / features);
        }

        int tasks() {
            return (rows + rowsOfTask() - 1) / rowsOfTask();
        }
    }

    /// Does something with the row that begins at `from`.
    @FunctionalInterface
    private interface Row {
        void run(int from, float mean, float inverse, int task);
    }

    /// Visits each row; those of a task in order.
    private void visit(Matrix matrix, float epsilon, float[] x, Row row) {
        int features = matrix.features();
        workers.run(matrix.tasks(), task -> {
            int first = task * matrix.rowsOfTask();
            int end = Math.min(matrix.rows(), first + matrix.rowsOfTask());
            for (int from = first * features; from < end * features; from += features) {
                float mean = rows.sum(x, from, features) / features;
                float variance = rows.sumOfSquares(x, from, features, mean) / features;
                row.run(from, mean, 1 / (float) Math.sqrt(variance + epsilon), task);
            }
        });
    }

    private Kernel normalize(Matrix matrix, float epsilon) {
        return (in, out) -> visit(
                matrix,
                epsilon,
                (float[]) in[0],
                (from, mean, inverse, _) -> elements.normalize(
                        (float[]) in[0],
                        from,
                        mean,
                        inverse,
                        (float[]) in[1],
                        (float[]) in[2],
                        (float[]) out[0],
                        matrix.features()));
    }

    private Kernel gradient(Matrix matrix, float epsilon) {
        int features = matrix.features();
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] g = (float[]) out[0];
            visit(matrix, epsilon, x, (from, mean, inverse, _) -> {
                elements.multiply((float[]) in[2], from, (float[]) in[1], g, features);
                float meanGradient = rows.sum(g, from, features) / features;
                float meanProduct = rows.sumOfProducts(g, x, from, features, mean) * inverse / features;
                elements.gradient(g, x, from, mean, inverse, meanGradient, meanProduct, features);
            });
        };
    }

    /// Each task adds up its rows, and the sums of tasks are added in f64, in order.
    private Kernel sums(Matrix matrix, float epsilon) {
        int features = matrix.features();
        int both = 2 * features;
        float[] partial = new float[matrix.tasks() * both];
        return (in, out) -> {
            Arrays.fill(partial, 0f);
            visit(
                    matrix,
                    epsilon,
                    (float[]) in[0],
                    (from, mean, inverse, task) -> elements.add(
                            (float[]) in[1], (float[]) in[0], from, mean, inverse, partial, task * both, features));
            for (int sum = 0; sum < both; sum++) {
                double total = 0;
                for (int task = 0; task < matrix.tasks(); task++) {
                    total += partial[task * both + sum];
                }
                ((float[]) out[0])[sum] = (float) total;
            }
        };
    }
}
