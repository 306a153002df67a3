package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [RowKernels] with the Vector API.
///
/// A machine with fewer than 16 lanes takes one pass for each part of the 16: the block is in the first-level cache,
/// and
/// each pass keeps one accumulator. Lanes are folded by shuffles, because the order of `reduceLanes` is unspecified.
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int WIDTH = SPECIES.length();
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 8) % WIDTH);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 4) % WIDTH);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 2) % WIDTH);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(SPECIES, l -> (l ^ 1) % WIDTH);
    private static final int COLUMN_VECTORS = 4;

    @Override
    public float sum(float[] x, int from, int length) {
        FloatVector sums = sum(x, from, length, 0);
        if (WIDTH == 8) {
            sums = sums.add(sum(x, from, length, 8));
        } else if (WIDTH == 4) {
            FloatVector odd = sum(x, from, length, 4).add(sum(x, from, length, 12));
            sums = sums.add(sum(x, from, length, 8)).add(odd);
        }
        return fold(sums);
    }

    private static FloatVector sum(float[] x, int from, int length, int lane) {
        FloatVector sums = FloatVector.zero(SPECIES);
        int i = lane;
        for (; i + WIDTH <= length; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i);
            sums = sums.add(value);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sums = sums.add(value);
        }
        return sums;
    }

    @Override
    public float sumOfDifferences(float[] x, int from, int length, float shift) {
        FloatVector sums = sumOfDifferences(x, from, length, shift, 0);
        if (WIDTH == 8) {
            sums = sums.add(sumOfDifferences(x, from, length, shift, 8));
        } else if (WIDTH == 4) {
            FloatVector odd =
                    sumOfDifferences(x, from, length, shift, 4).add(sumOfDifferences(x, from, length, shift, 12));
            sums = sums.add(sumOfDifferences(x, from, length, shift, 8)).add(odd);
        }
        return fold(sums);
    }

    private static FloatVector sumOfDifferences(float[] x, int from, int length, float shift, int lane) {
        FloatVector sums = FloatVector.zero(SPECIES);
        int i = lane;
        for (; i + WIDTH <= length; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i);
            sums = sums.add(value.sub(shift));
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sums = sums.add(value.sub(shift), rest);
        }
        return sums;
    }

    @Override
    public float sumOfSquares(float[] x, int from, int length, float shift) {
        FloatVector sums = sumOfSquares(x, from, length, shift, 0);
        if (WIDTH == 8) {
            sums = sums.add(sumOfSquares(x, from, length, shift, 8));
        } else if (WIDTH == 4) {
            FloatVector odd = sumOfSquares(x, from, length, shift, 4).add(sumOfSquares(x, from, length, shift, 12));
            sums = sums.add(sumOfSquares(x, from, length, shift, 8)).add(odd);
        }
        return fold(sums);
    }

    private static FloatVector sumOfSquares(float[] x, int from, int length, float shift, int lane) {
        FloatVector sums = FloatVector.zero(SPECIES);
        int i = lane;
        for (; i + WIDTH <= length; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i);
            FloatVector difference = value.sub(shift);
            sums = difference.fma(difference, sums);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            FloatVector difference = value.sub(shift);
            sums = sums.blend(difference.fma(difference, sums), rest);
        }
        return sums;
    }

    @Override
    public float sumOfExponentials(float[] x, int from, int length, float shift) {
        FloatVector sums = sumOfExponentials(x, from, length, shift, 0);
        if (WIDTH == 8) {
            sums = sums.add(sumOfExponentials(x, from, length, shift, 8));
        } else if (WIDTH == 4) {
            FloatVector odd =
                    sumOfExponentials(x, from, length, shift, 4).add(sumOfExponentials(x, from, length, shift, 12));
            sums = sums.add(sumOfExponentials(x, from, length, shift, 8)).add(odd);
        }
        return fold(sums);
    }

    private static FloatVector sumOfExponentials(float[] x, int from, int length, float shift, int lane) {
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = lane; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector value = FloatVector.fromArray(SPECIES, x, from + i, rest);
            sums = sums.add(VectorMath.exp(value.sub(shift)), rest);
        }
        return sums;
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
    public void sumColumns(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom) {
        int j = 0;
        for (; j + COLUMN_VECTORS * WIDTH <= columns; j += COLUMN_VECTORS * WIDTH) {
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            int q = from + j;
            for (int i = 0; i < rows; i++) {
                sum0 = sum0.add(FloatVector.fromArray(SPECIES, x, q));
                sum1 = sum1.add(FloatVector.fromArray(SPECIES, x, q + WIDTH));
                sum2 = sum2.add(FloatVector.fromArray(SPECIES, x, q + 2 * WIDTH));
                sum3 = sum3.add(FloatVector.fromArray(SPECIES, x, q + 3 * WIDTH));
                q += stride;
            }
            sum0.intoArray(out, outFrom + j);
            sum1.intoArray(out, outFrom + j + WIDTH);
            sum2.intoArray(out, outFrom + j + 2 * WIDTH);
            sum3.intoArray(out, outFrom + j + 3 * WIDTH);
        }
        for (; j < columns; j += WIDTH) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, columns);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0; i < rows; i++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, from + i * stride + j, rest));
            }
            sum.intoArray(out, outFrom + j, rest);
        }
    }

    private static float fold(FloatVector sums) {
        if (WIDTH == 16) {
            sums = sums.add(sums.rearrange(SWAP_8));
        }
        if (WIDTH >= 8) {
            sums = sums.add(sums.rearrange(SWAP_4));
        }
        sums = sums.add(sums.rearrange(SWAP_2));
        return sums.add(sums.rearrange(SWAP_1)).lane(0);
    }
}
