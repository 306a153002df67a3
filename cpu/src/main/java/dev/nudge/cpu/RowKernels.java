package dev.nudge.cpu;

/// Reductions over one block of at most [#BLOCK] adjacent f32 numbers, from which [Reductions] and [Softmax] are
/// built.
///
/// Order of every sum, on any machine: lane l of 16 adds up elements l, l + 16, l + 32, ... from zero; then
/// lanes are folded, l + (l + 8), then l + (l + 4), l + (l + 2), l + (l + 1). So results do not depend on the
/// width of vectors.
interface RowKernels {
    /// The lanes that define the order of a sum.
    int LANES = 16;

    /// The longest block that is summed in f32; sums of blocks are added in f64, in order.
    int BLOCK = 4096;

    /// The sum of a block.
    float sum(float[] x, int from, int length);

    /// Writes the [#sum] of each of `rows` adjacent rows of `length` elements to `out` from `outFrom` on.
    default void sums(float[] x, int from, int rows, int length, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            out[outFrom + row] = sum(x, from + row * length, length);
        }
    }

    /// Writes the [#sumOfSquares] of each of `rows` adjacent rows, whose shifts lie in `shift` from `outFrom` on.
    default void sumsOfSquares(float[] x, int from, int rows, int length, float[] shift, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            out[outFrom + row] = sumOfSquares(x, from + row * length, length, shift[outFrom + row]);
        }
    }

    /// Writes the [#sumOfProducts] of each of `rows` adjacent rows, whose shifts lie in `shift` from `outFrom` on.
    default void sumsOfProducts(
            float[] y, float[] x, int from, int rows, int length, float[] shift, float[] out, int outFrom) {
        for (int row = 0; row < rows; row++) {
            out[outFrom + row] = sumOfProducts(y, x, from + row * length, length, shift[outFrom + row]);
        }
    }

    /// The sum of x - shift.
    float sumOfDifferences(float[] x, int from, int length, float shift);

    /// The sum of (x - shift)^2.
    float sumOfSquares(float[] x, int from, int length, float shift);

    /// The sum of y (x - shift), where `y` and `x` start at the same place; each product is added in one rounding.
    float sumOfProducts(float[] y, float[] x, int from, int length, float shift);

    /// The sum of exp(x - shift).
    float sumOfExponentials(float[] x, int from, int length, float shift);

    /// The greatest element, NaN if any is NaN, minus infinity if there is none.
    float max(float[] x, int from, int length);

    /// The least element, NaN if any is NaN, infinity if there is none.
    float min(float[] x, int from, int length);

    /// Writes exp(x - shift).
    void exponentials(float[] x, int from, float shift, float[] out, int outFrom, int length);

    /// The sums down columns that go with these.
    ColumnSums columns();
}
