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

    /// Writes the sums of `columns` columns of `rows` rows that lie `stride` apart, each added row by row from
    /// zero.
    void sumColumns(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom);

    /// Writes the sums of `(x - shift)^2` of `columns` columns of `rows` rows, where each column has its own
    /// shift; each square is added in one rounding, row by row from zero.
    void sumColumnSquares(
            float[] x, int from, int rows, int columns, float[] shift, int shiftFrom, float[] out, int outFrom);

    /// As [#sumColumnSquares], of `y (x - shift)`, shifts from index 0; `y` and `x` start at the same place.
    void sumColumnProducts(
            float[] y, float[] x, int from, int rows, int columns, float[] shift, float[] out, int outFrom);
}
