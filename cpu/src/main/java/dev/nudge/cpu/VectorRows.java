package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [RowKernels] with the Vector API.
///
/// A machine with fewer than 16 lanes takes one pass for each part of the 16: the block is in the
/// first-level cache, and each pass keeps one accumulator. Lanes are folded by shuffles, because
/// the order of `reduceLanes` is unspecified.
///
/// Vectors that lie inside a block are read without a mask: with one, numbers come from memory at less than half the
/// speed (11 and 28 GB/s on one thread of a Zen 5).
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int WIDTH = SPECIES.length();
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 8) % WIDTH);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 4) % WIDTH);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 2) % WIDTH);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 1) % WIDTH);
    private static final int ROWS = 4;

    private final ColumnSums columns = new VectorColumns();

    @Override
    public float sum(float[] x, int from, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (; WIDTH == LANES && i + LANES <= length; i += LANES) {
            sum0 = sum0.add(FloatVector.fromArray(SPECIES, x, from + i));
        }
        for (; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sum0 = sum0.add(value);
            if (WIDTH < 16) {
                VectorMask<Float> rest1 = SPECIES.indexInRange(i + WIDTH, length);
                FloatVector value1 = FloatVector.fromArray(SPECIES, x, from + i + WIDTH, rest1);
                sum1 = sum1.add(value1);
            }
            if (WIDTH < 8) {
                VectorMask<Float> rest2 = SPECIES.indexInRange(i + 2 * WIDTH, length);
                FloatVector value2 = FloatVector.fromArray(SPECIES, x, from + i + 2 * WIDTH, rest2);
                sum2 = sum2.add(value2);
                VectorMask<Float> rest3 = SPECIES.indexInRange(i + 3 * WIDTH, length);
                FloatVector value3 = FloatVector.fromArray(SPECIES, x, from + i + 3 * WIDTH, rest3);
                sum3 = sum3.add(value3);
            }
        }
        return fold(sum0, sum1, sum2, sum3);
    }

    @Override
    public void sums(float[] x, int from, int rows, int length, float[] out, int outFrom) {
        int together = togetherRows(rows, length);
        for (int row = 0; row < together; row += ROWS) {
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            int q = from + row * length;
            for (int i = 0; i < length; i += LANES) {
                sum0 = sum0.add(FloatVector.fromArray(SPECIES, x, q + i));
                sum1 = sum1.add(FloatVector.fromArray(SPECIES, x, q + length + i));
                sum2 = sum2.add(FloatVector.fromArray(SPECIES, x, q + 2 * length + i));
                sum3 = sum3.add(FloatVector.fromArray(SPECIES, x, q + 3 * length + i));
            }
            out[outFrom + row] = fold(sum0);
            out[outFrom + row + 1] = fold(sum1);
            out[outFrom + row + 2] = fold(sum2);
            out[outFrom + row + 3] = fold(sum3);
        }
        RowKernels.super.sums(x, from + together * length, rows - together, length, out, outFrom + together);
    }

    @Override
    public void sumsOfSquares(float[] x, int from, int rows, int length, float[] shift, float[] out, int outFrom) {
        int together = togetherRows(rows, length);
        for (int row = 0; row < together; row += ROWS) {
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            FloatVector shift0 = FloatVector.broadcast(SPECIES, shift[outFrom + row]);
            FloatVector shift1 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 1]);
            FloatVector shift2 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 2]);
            FloatVector shift3 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 3]);
            int q = from + row * length;
            for (int i = 0; i < length; i += LANES) {
                FloatVector difference0 =
                        FloatVector.fromArray(SPECIES, x, q + i).sub(shift0);
                FloatVector difference1 =
                        FloatVector.fromArray(SPECIES, x, q + length + i).sub(shift1);
                FloatVector difference2 =
                        FloatVector.fromArray(SPECIES, x, q + 2 * length + i).sub(shift2);
                FloatVector difference3 =
                        FloatVector.fromArray(SPECIES, x, q + 3 * length + i).sub(shift3);
                sum0 = difference0.fma(difference0, sum0);
                sum1 = difference1.fma(difference1, sum1);
                sum2 = difference2.fma(difference2, sum2);
                sum3 = difference3.fma(difference3, sum3);
            }
            out[outFrom + row] = fold(sum0);
            out[outFrom + row + 1] = fold(sum1);
            out[outFrom + row + 2] = fold(sum2);
            out[outFrom + row + 3] = fold(sum3);
        }
        RowKernels.super.sumsOfSquares(
                x, from + together * length, rows - together, length, shift, out, outFrom + together);
    }

    @Override
    public void sumsOfProducts(
            float[] y, float[] x, int from, int rows, int length, float[] shift, float[] out, int outFrom) {
        int together = togetherRows(rows, length);
        for (int row = 0; row < together; row += ROWS) {
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            FloatVector shift0 = FloatVector.broadcast(SPECIES, shift[outFrom + row]);
            FloatVector shift1 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 1]);
            FloatVector shift2 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 2]);
            FloatVector shift3 = FloatVector.broadcast(SPECIES, shift[outFrom + row + 3]);
            int q0 = from + row * length;
            int q1 = q0 + length;
            int q2 = q1 + length;
            int q3 = q2 + length;
            for (int i = 0; i < length; i += LANES) {
                FloatVector difference0 =
                        FloatVector.fromArray(SPECIES, x, q0 + i).sub(shift0);
                FloatVector difference1 =
                        FloatVector.fromArray(SPECIES, x, q1 + i).sub(shift1);
                FloatVector difference2 =
                        FloatVector.fromArray(SPECIES, x, q2 + i).sub(shift2);
                FloatVector difference3 =
                        FloatVector.fromArray(SPECIES, x, q3 + i).sub(shift3);
                sum0 = FloatVector.fromArray(SPECIES, y, q0 + i).fma(difference0, sum0);
                sum1 = FloatVector.fromArray(SPECIES, y, q1 + i).fma(difference1, sum1);
                sum2 = FloatVector.fromArray(SPECIES, y, q2 + i).fma(difference2, sum2);
                sum3 = FloatVector.fromArray(SPECIES, y, q3 + i).fma(difference3, sum3);
            }
            out[outFrom + row] = fold(sum0);
            out[outFrom + row + 1] = fold(sum1);
            out[outFrom + row + 2] = fold(sum2);
            out[outFrom + row + 3] = fold(sum3);
        }
        RowKernels.super.sumsOfProducts(
                y, x, from + together * length, rows - together, length, shift, out, outFrom + together);
    }

    /// How many of `rows` rows are summed [#ROWS] at a time: a row ends in operations that wait for each other, so that
    /// short rows take half the time side by side.
    private static int togetherRows(int rows, int length) {
        return WIDTH == LANES && length % LANES == 0 ? rows / ROWS * ROWS : 0;
    }

    @Override
    public float sumOfDifferences(float[] x, int from, int length, float shift) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (; WIDTH == LANES && i + LANES <= length; i += LANES) {
            sum0 = sum0.add(FloatVector.fromArray(SPECIES, x, from + i).sub(shift));
        }
        for (; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sum0 = sum0.add(value.sub(shift), rest);
            if (WIDTH < 16) {
                VectorMask<Float> rest1 = SPECIES.indexInRange(i + WIDTH, length);
                FloatVector value1 = FloatVector.fromArray(SPECIES, x, from + i + WIDTH, rest1);
                sum1 = sum1.add(value1.sub(shift), rest1);
            }
            if (WIDTH < 8) {
                VectorMask<Float> rest2 = SPECIES.indexInRange(i + 2 * WIDTH, length);
                FloatVector value2 = FloatVector.fromArray(SPECIES, x, from + i + 2 * WIDTH, rest2);
                sum2 = sum2.add(value2.sub(shift), rest2);
                VectorMask<Float> rest3 = SPECIES.indexInRange(i + 3 * WIDTH, length);
                FloatVector value3 = FloatVector.fromArray(SPECIES, x, from + i + 3 * WIDTH, rest3);
                sum3 = sum3.add(value3.sub(shift), rest3);
            }
        }
        return fold(sum0, sum1, sum2, sum3);
    }

    @Override
    public float sumOfExponentials(float[] x, int from, int length, float shift) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sum0 = sum0.add(VectorMath.exp(value.sub(shift)), rest);
            if (WIDTH < 16) {
                VectorMask<Float> rest1 = SPECIES.indexInRange(i + WIDTH, length);
                FloatVector value1 = FloatVector.fromArray(SPECIES, x, from + i + WIDTH, rest1);
                sum1 = sum1.add(VectorMath.exp(value1.sub(shift)), rest1);
            }
            if (WIDTH < 8) {
                VectorMask<Float> rest2 = SPECIES.indexInRange(i + 2 * WIDTH, length);
                FloatVector value2 = FloatVector.fromArray(SPECIES, x, from + i + 2 * WIDTH, rest2);
                sum2 = sum2.add(VectorMath.exp(value2.sub(shift)), rest2);
                VectorMask<Float> rest3 = SPECIES.indexInRange(i + 3 * WIDTH, length);
                FloatVector value3 = FloatVector.fromArray(SPECIES, x, from + i + 3 * WIDTH, rest3);
                sum3 = sum3.add(VectorMath.exp(value3.sub(shift)), rest3);
            }
        }
        return fold(sum0, sum1, sum2, sum3);
    }

    @Override
    public float sumOfSquares(float[] x, int from, int length, float shift) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (; WIDTH == LANES && i + LANES <= length; i += LANES) {
            FloatVector difference = FloatVector.fromArray(SPECIES, x, from + i).sub(shift);
            sum0 = difference.fma(difference, sum0);
        }
        for (; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            FloatVector difference0 = value.sub(shift);
            sum0 = sum0.blend(difference0.fma(difference0, sum0), rest);
            if (WIDTH < 16) {
                VectorMask<Float> rest1 = SPECIES.indexInRange(i + WIDTH, length);
                FloatVector value1 = FloatVector.fromArray(SPECIES, x, from + i + WIDTH, rest1);
                FloatVector difference1 = value1.sub(shift);
                sum1 = sum1.blend(difference1.fma(difference1, sum1), rest1);
            }
            if (WIDTH < 8) {
                VectorMask<Float> rest2 = SPECIES.indexInRange(i + 2 * WIDTH, length);
                FloatVector value2 = FloatVector.fromArray(SPECIES, x, from + i + 2 * WIDTH, rest2);
                FloatVector difference2 = value2.sub(shift);
                sum2 = sum2.blend(difference2.fma(difference2, sum2), rest2);
                VectorMask<Float> rest3 = SPECIES.indexInRange(i + 3 * WIDTH, length);
                FloatVector value3 = FloatVector.fromArray(SPECIES, x, from + i + 3 * WIDTH, rest3);
                FloatVector difference3 = value3.sub(shift);
                sum3 = sum3.blend(difference3.fma(difference3, sum3), rest3);
            }
        }
        return fold(sum0, sum1, sum2, sum3);
    }

    @Override
    public float sumOfProducts(float[] y, float[] x, int from, int length, float shift) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (; WIDTH == LANES && i + LANES <= length; i += LANES) {
            FloatVector difference = FloatVector.fromArray(SPECIES, x, from + i).sub(shift);
            sum0 = FloatVector.fromArray(SPECIES, y, from + i).fma(difference, sum0);
        }
        for (; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector difference0 =
                    FloatVector.fromArray(SPECIES, x, from + i, rest).sub(shift);
            FloatVector factor0 = FloatVector.fromArray(SPECIES, y, from + i, rest);
            sum0 = sum0.blend(factor0.fma(difference0, sum0), rest);
            if (WIDTH < 16) {
                VectorMask<Float> rest1 = SPECIES.indexInRange(i + WIDTH, length);
                FloatVector difference1 = FloatVector.fromArray(SPECIES, x, from + i + WIDTH, rest1)
                        .sub(shift);
                FloatVector factor1 = FloatVector.fromArray(SPECIES, y, from + i + WIDTH, rest1);
                sum1 = sum1.blend(factor1.fma(difference1, sum1), rest1);
            }
            if (WIDTH < 8) {
                VectorMask<Float> rest2 = SPECIES.indexInRange(i + 2 * WIDTH, length);
                FloatVector difference2 = FloatVector.fromArray(SPECIES, x, from + i + 2 * WIDTH, rest2)
                        .sub(shift);
                FloatVector factor2 = FloatVector.fromArray(SPECIES, y, from + i + 2 * WIDTH, rest2);
                sum2 = sum2.blend(factor2.fma(difference2, sum2), rest2);
                VectorMask<Float> rest3 = SPECIES.indexInRange(i + 3 * WIDTH, length);
                FloatVector difference3 = FloatVector.fromArray(SPECIES, x, from + i + 3 * WIDTH, rest3)
                        .sub(shift);
                FloatVector factor3 = FloatVector.fromArray(SPECIES, y, from + i + 3 * WIDTH, rest3);
                sum3 = sum3.blend(factor3.fma(difference3, sum3), rest3);
            }
        }
        return fold(sum0, sum1, sum2, sum3);
    }

    @Override
    public float max(float[] x, int from, int length) {
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += WIDTH) {
            max = max.max(FloatVector.fromArray(SPECIES, x, from + i));
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            max = max.max(FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY)
                    .blend(FloatVector.fromArray(SPECIES, x, from + i, rest), rest));
        }
        if (WIDTH == 16) {
            max = max.max(max.rearrange(SWAP_8));
        }
        if (WIDTH >= 8) {
            max = max.max(max.rearrange(SWAP_4));
        }
        max = max.max(max.rearrange(SWAP_2));
        return max.max(max.rearrange(SWAP_1)).lane(0);
    }

    @Override
    public float min(float[] x, int from, int length) {
        FloatVector min = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += WIDTH) {
            min = min.min(FloatVector.fromArray(SPECIES, x, from + i));
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            min = min.min(FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY)
                    .blend(FloatVector.fromArray(SPECIES, x, from + i, rest), rest));
        }
        if (WIDTH == 16) {
            min = min.min(min.rearrange(SWAP_8));
        }
        if (WIDTH >= 8) {
            min = min.min(min.rearrange(SWAP_4));
        }
        min = min.min(min.rearrange(SWAP_2));
        return min.min(min.rearrange(SWAP_1)).lane(0);
    }

    @Override
    public void exponentials(float[] x, int from, float shift, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i += WIDTH) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            VectorMath.exp(value.sub(shift)).intoArray(out, outFrom + i, rest);
        }
    }

    @Override
    public ColumnSums columns() {
        return columns;
    }

    private static float fold(FloatVector sum) {
        return fold(sum, sum, sum, sum);
    }

    private static float fold(FloatVector sum0, FloatVector sum1, FloatVector sum2, FloatVector sum3) {
        FloatVector sums = sum0;
        if (WIDTH == 16) {
            sums = sums.add(sums.rearrange(SWAP_8));
        } else if (WIDTH == 8) {
            sums = sums.add(sum1);
        } else {
            sums = sums.add(sum2).add(sum1.add(sum3));
        }
        if (WIDTH >= 8) {
            sums = sums.add(sums.rearrange(SWAP_4));
        }
        sums = sums.add(sums.rearrange(SWAP_2));
        return sums.add(sums.rearrange(SWAP_1)).lane(0);
    }
}
