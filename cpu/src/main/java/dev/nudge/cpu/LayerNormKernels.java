package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.LayerNormGradients.LayerNormGradient;
import dev.nudge.tensor.LayerNormGradients.LayerNormSums;
import dev.nudge.tensor.Normalizations.LayerNorm;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
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

    /// Does something with the rows `first` to `end` of a task.
    @FunctionalInterface
    private interface Rows {
        void run(int first, int end, int task);
    }

    /// Mean and inverse size of each row, those of a task before anything is made of them.
    private final class Statistics {
        final float[] mean;
        final float[] inverse;
        private final Matrix matrix;
        private final float epsilon;

        Statistics(Matrix matrix, float epsilon) {
            this.mean = new float[matrix.rows()];
            this.inverse = new float[matrix.rows()];
            this.matrix = matrix;
            this.epsilon = epsilon;
        }

        void visit(float[] x, Rows body) {
            int features = matrix.features();
            workers.run(matrix.tasks(), task -> {
                int first = task * matrix.rowsOfTask();
                int end = Math.min(matrix.rows(), first + matrix.rowsOfTask());
                rows.sums(x, first * features, end - first, features, mean, first);
                for (int row = first; row < end; row++) {
                    mean[row] /= features;
                }
                rows.sumsOfSquares(x, first * features, end - first, features, mean, inverse, first);
                for (int row = first; row < end; row++) {
                    inverse[row] = 1 / (float) Math.sqrt(inverse[row] / features + epsilon);
                }
                body.run(first, end, task);
            });
        }
    }

    private Kernel normalize(Matrix matrix, float epsilon) {
        Statistics of = new Statistics(matrix, epsilon);
        int features = matrix.features();
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] weight = (float[]) in[1];
            float[] bias = (float[]) in[2];
            of.visit(x, (first, end, _) -> {
                for (int row = first; row < end; row++) {
                    elements.normalize(
                            x, row * features, of.mean[row], of.inverse[row], weight, bias, (float[]) out[0], features);
                }
            });
        };
    }

    private Kernel gradient(Matrix matrix, float epsilon) {
        Statistics of = new Statistics(matrix, epsilon);
        int features = matrix.features();
        float[] sums = new float[matrix.rows()];
        float[] products = new float[matrix.rows()];
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] weight = (float[]) in[1];
            float[] dy = (float[]) in[2];
            float[] g = (float[]) out[0];
            of.visit(x, (first, end, _) -> {
                for (int row = first; row < end; row++) {
                    elements.multiply(dy, row * features, weight, g, features);
                }
                rows.sums(g, first * features, end - first, features, sums, first);
                rows.sumsOfProducts(g, x, first * features, end - first, features, of.mean, products, first);
                for (int row = first; row < end; row++) {
                    float inverse = of.inverse[row];
                    elements.gradient(
                            g,
                            x,
                            row * features,
                            of.mean[row],
                            inverse,
                            sums[row] / features,
                            products[row] * inverse / features,
                            features);
                }
            });
        };
    }

    /// Each task adds up its rows, and the sums of tasks are added in f64, in order.
    private Kernel sums(Matrix matrix, float epsilon) {
        Statistics of = new Statistics(matrix, epsilon);
        int features = matrix.features();
        int both = 2 * features;
        float[] partial = new float[matrix.tasks() * both];
        return (in, out) -> {
            float[] x = (float[]) in[0];
            float[] dy = (float[]) in[1];
            of.visit(
                    x,
                    (first, end, task) ->
                            elements.sums(dy, x, first, end, of.mean, of.inverse, features, partial, task * both));
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
