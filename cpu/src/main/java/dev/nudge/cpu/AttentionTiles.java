package dev.nudge.cpu;

import java.util.Arrays;

/// What attention does with whole strips. [VectorAttention] and [Plain] give the same bits: each element of a
/// product is `c = fma(a, b, c)` with the inner index in order.
interface AttentionTiles {
    /// Rows of a tile; products of rows compute a multiple of them.
    int ROWS = 8;

    /// Rows `row` to `end` and strips `j` to `jEnd` of `c = a b`, or of `c + a b`, of which the inner index
    /// runs over strips `first` to `last` of `a`.
    void multiply(Strips a, int row, int end, int first, int last, Strips b, int j, int jEnd, boolean onto, Strips c);

    /// As many rows of `c = aᵀ b` as a strip has columns, those that belong to `strip` of `a`; the inner index
    /// runs over the first `depth` rows. All of its first `strips` strips.
    void multiplyTransposed(Strips a, int strip, int depth, Strips b, int strips, Strips c);

    /// Turns each column of `rows` rows of a strip into its softmax: `e (1 / Σ e)` with `e = exp(x - max)` by
    /// [ScalarMath#expBelowZero], added row by row.
    void softmax(Strips x, int strip, int rows);

    /// Turns the gradient `g` of columns `y` that [#softmax] wrote into that of their input: `y (g - Σ y g)`, where the
    /// sum is made of those of every fourth row, each product added in one rounding: `(s0 + s1) + (s2 + s3)`.
    void softmaxGradient(Strips y, Strips g, int strip, int rows);

    /// Copies `count` rows of `width` numbers, which begin `row` after each other, times `factor`, to the rows `to`,
    /// `to + step`, ..
    void split(float[] x, int from, int row, int count, int width, float factor, Strips out, int to, int step);

    /// The opposite of [#split].
    void join(Strips x, int from, int step, float factor, float[] out, int to, int row, int count, int width);

    /// A matrix in strips of [#WIDTH] columns, one after the other: so distances between neighbours in a column
    /// are known to the compiler, whatever the shape. It is reused with other shapes and grows to the largest.
    final class Strips {
        /// Columns of a strip.
        static final int WIDTH = RowKernels.LANES;

        private float[] array = new float[0];
        private int rows;

        /// Takes a shape; what the elements are then is not defined.
        void reshape(int rows, int strips) {
            this.rows = rows;
            if (array.length < rows * strips * WIDTH) {
                array = new float[rows * strips * WIDTH];
            }
        }

        float[] array() {
            return array;
        }

        /// Where a row of a strip begins.
        int at(int row, int strip) {
            return (strip * rows + row) * WIDTH;
        }

        /// From one strip to the next.
        int apart() {
            return rows * WIDTH;
        }

        /// Makes the first `strips` strips zero.
        void clear(int strips) {
            Arrays.fill(array, 0, strips * apart(), 0f);
        }
    }

    /// The definition, in plain Java.
    final class Plain implements AttentionTiles {
        private static final int WIDTH = Strips.WIDTH;

        @Override
        public void multiply(
                Strips a, int row, int end, int first, int last, Strips b, int j, int jEnd, boolean onto, Strips c) {
            for (int strip = j; strip < jEnd; strip++) {
                for (int i = row; i < end; i++) {
                    int to = c.at(i, strip);
                    if (!onto) {
                        Arrays.fill(c.array(), to, to + WIDTH, 0f);
                    }
                    for (int p = first * WIDTH; p < last * WIDTH; p++) {
                        add(a.array()[a.at(i, p / WIDTH) + p % WIDTH], b.array(), b.at(p, strip), c.array(), to);
                    }
                }
            }
        }

        @Override
        public void multiplyTransposed(Strips a, int strip, int depth, Strips b, int strips, Strips c) {
            for (int j = 0; j < strips; j++) {
                for (int i = 0; i < WIDTH; i++) {
                    int to = c.at(strip * WIDTH + i, j);
                    Arrays.fill(c.array(), to, to + WIDTH, 0f);
                    for (int p = 0; p < depth; p++) {
                        add(a.array()[a.at(p, strip) + i], b.array(), b.at(p, j), c.array(), to);
                    }
                }
            }
        }

        private static void add(float factor, float[] b, int from, float[] c, int to) {
            for (int j = 0; j < WIDTH; j++) {
                c[to + j] = Math.fma(factor, b[from + j], c[to + j]);
            }
        }

        @Override
        public void softmax(Strips x, int strip, int rows) {
            float[] array = x.array();
            for (int j = 0; j < WIDTH; j++) {
                float max = Float.NEGATIVE_INFINITY;
                for (int i = 0; i < rows; i++) {
                    float score = array[x.at(i, strip) + j];
                    max = score > max ? score : max; // a NaN shows in the sum
                }
                float sum = 0f;
                for (int i = 0; i < rows; i++) {
                    int at = x.at(i, strip) + j;
                    array[at] = ScalarMath.expBelowZero(array[at] - max);
                    sum += array[at];
                }
                float inverse = 1 / sum;
                for (int i = 0; i < rows; i++) {
                    array[x.at(i, strip) + j] *= inverse;
                }
            }
        }

        @Override
        public void softmaxGradient(Strips y, Strips g, int strip, int rows) {
            float[] sums = new float[4];
            for (int j = 0; j < WIDTH; j++) {
                Arrays.fill(sums, 0f);
                for (int i = 0; i < rows; i++) {
                    float weight = y.array()[y.at(i, strip) + j];
                    sums[i % 4] = Math.fma(weight, g.array()[g.at(i, strip) + j], sums[i % 4]);
                }
                float total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
                for (int i = 0; i < rows; i++) {
                    int at = g.at(i, strip) + j;
                    g.array()[at] = y.array()[y.at(i, strip) + j] * (g.array()[at] - total);
                }
            }
        }

        @Override
        public void split(
                float[] x, int from, int row, int count, int width, float factor, Strips out, int to, int step) {
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < width; j++) {
                    out.array()[out.at(to + i * step, j / WIDTH) + j % WIDTH] = x[from + i * row + j] * factor;
                }
            }
        }

        @Override
        public void join(
                Strips x, int from, int step, float factor, float[] out, int to, int row, int count, int width) {
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < width; j++) {
                    out[to + i * row + j] = x.array()[x.at(from + i * step, j / WIDTH) + j % WIDTH] * factor;
                }
            }
        }
    }
}
