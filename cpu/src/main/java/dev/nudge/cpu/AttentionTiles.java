package dev.nudge.cpu;

/// What attention does with whole strips. [VectorAttention] and [ScalarAttention] give the same bits: each element of a
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

    /// Writes the rows of a square of strip width as columns.
    void turn(float[] x, int from, float[] out, int outFrom);

    /// Copies `count` rows of `width` numbers, which begin `row` after each other, times `factor`, to the rows `to`,
    /// `to + step`, ..
    void split(float[] x, int from, int row, int count, int width, float factor, Strips out, int to, int step);

    /// The opposite of [#split].
    void join(Strips x, int from, int step, float factor, float[] out, int to, int row, int count, int width);
}
