package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ColumnSums] with the Vector API.
final class VectorColumns implements ColumnSums {
    private static final int WIDTH = SPECIES.length();
    private static final int TOGETHER = 4; // vectors of columns
    private static final int WIDE = 256;
    private static final int WIDE_ROWS = 4;

    @Override
    public void sums(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom) {
        int j = columns >= WIDE ? wideSums(x, from, rows, stride, columns, out, outFrom) : 0;
        for (; j + TOGETHER * WIDTH <= columns; j += TOGETHER * WIDTH) {
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
        for (; j + WIDTH <= columns; j += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0, q = from + j; i < rows; i++, q += stride) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, q));
            }
            sum.intoArray(out, outFrom + j);
        }
        if (j < columns) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, columns);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0, q = from + j; i < rows; i++, q += stride) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, q, rest));
            }
            sum.intoArray(out, outFrom + j, rest);
        }
    }

    /// Goes along [#WIDE_ROWS] rows at a time, which memory delivers faster than short pieces of many rows. Returns how
    /// many columns are done: all but those that fill no vector.
    private static int wideSums(float[] x, int from, int rows, int stride, int columns, float[] out, int outFrom) {
        int end = SPECIES.loopBound(columns);
        Arrays.fill(out, outFrom, outFrom + end, 0f);
        int i = 0;
        for (; i + WIDE_ROWS <= rows; i += WIDE_ROWS) {
            int q0 = from + i * stride;
            int q1 = q0 + stride;
            int q2 = q1 + stride;
            int q3 = q2 + stride;
            for (int j = 0; j < end; j += WIDTH) {
                FloatVector.fromArray(SPECIES, out, outFrom + j)
                        .add(FloatVector.fromArray(SPECIES, x, q0 + j))
                        .add(FloatVector.fromArray(SPECIES, x, q1 + j))
                        .add(FloatVector.fromArray(SPECIES, x, q2 + j))
                        .add(FloatVector.fromArray(SPECIES, x, q3 + j))
                        .intoArray(out, outFrom + j);
            }
        }
        for (; i < rows; i++) {
            Elementwise.add(out, outFrom, x, from + i * stride, out, outFrom, end);
        }
        return end;
    }

    @Override
    public void squares(
            float[] x, int from, int rows, int columns, float[] shift, int shiftFrom, float[] out, int outFrom) {
        int j = 0;
        for (; j + WIDTH <= columns; j += WIDTH) {
            FloatVector center = FloatVector.fromArray(SPECIES, shift, shiftFrom + j);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0, q = from + j; i < rows; i++, q += columns) {
                FloatVector difference = FloatVector.fromArray(SPECIES, x, q).sub(center);
                sum = difference.fma(difference, sum);
            }
            sum.intoArray(out, outFrom + j);
        }
        if (j < columns) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, columns);
            FloatVector center = FloatVector.fromArray(SPECIES, shift, shiftFrom + j, rest);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0, q = from + j; i < rows; i++, q += columns) {
                FloatVector difference =
                        FloatVector.fromArray(SPECIES, x, q, rest).sub(center);
                sum = difference.fma(difference, sum);
            }
            sum.intoArray(out, outFrom + j, rest);
        }
    }

    @Override
    public void products(
            float[] y,
            float[] x,
            int from,
            int rows,
            int columns,
            float[] shift,
            float[] sums,
            float[] products,
            int outFrom) {
        int j = 0;
        for (; j + 2 * WIDTH <= columns; j += 2 * WIDTH) {
            FloatVector center0 = FloatVector.fromArray(SPECIES, shift, j);
            FloatVector center1 = FloatVector.fromArray(SPECIES, shift, j + WIDTH);
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector product0 = sum0;
            FloatVector product1 = sum0;
            for (int i = 0, q = from + j; i < rows; i++, q += columns) {
                FloatVector y0 = FloatVector.fromArray(SPECIES, y, q);
                FloatVector y1 = FloatVector.fromArray(SPECIES, y, q + WIDTH);
                sum0 = sum0.add(y0);
                sum1 = sum1.add(y1);
                product0 = y0.fma(FloatVector.fromArray(SPECIES, x, q).sub(center0), product0);
                product1 = y1.fma(FloatVector.fromArray(SPECIES, x, q + WIDTH).sub(center1), product1);
            }
            sum0.intoArray(sums, outFrom + j);
            sum1.intoArray(sums, outFrom + j + WIDTH);
            product0.intoArray(products, outFrom + j);
            product1.intoArray(products, outFrom + j + WIDTH);
        }
        for (; j + WIDTH <= columns; j += WIDTH) {
            FloatVector center = FloatVector.fromArray(SPECIES, shift, j);
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector product = sum;
            for (int i = 0, q = from + j; i < rows; i++, q += columns) {
                FloatVector value = FloatVector.fromArray(SPECIES, y, q);
                sum = sum.add(value);
                product = value.fma(FloatVector.fromArray(SPECIES, x, q).sub(center), product);
            }
            sum.intoArray(sums, outFrom + j);
            product.intoArray(products, outFrom + j);
        }
        if (j < columns) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, columns);
            FloatVector center = FloatVector.fromArray(SPECIES, shift, j, rest);
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector product = sum;
            for (int i = 0, q = from + j; i < rows; i++, q += columns) {
                FloatVector value = FloatVector.fromArray(SPECIES, y, q, rest);
                FloatVector difference =
                        FloatVector.fromArray(SPECIES, x, q, rest).sub(center);
                sum = sum.add(value);
                product = value.fma(difference, product);
            }
            sum.intoArray(sums, outFrom + j, rest);
            product.intoArray(products, outFrom + j, rest);
        }
    }
}
