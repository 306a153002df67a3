package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [LayerNormRows] with the Vector API.
final class VectorLayerNorm implements LayerNormRows {
    private static final int WIDTH = SPECIES.length();

    @Override
    public void normalize(
            float[] x, int from, float mean, float inverse, float[] weight, float[] bias, float[] out, int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, from + i)
                    .sub(mean)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(SPECIES, weight, i))
                    .add(FloatVector.fromArray(SPECIES, bias, i))
                    .intoArray(out, from + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector.fromArray(SPECIES, x, from + i, rest)
                    .sub(mean)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(SPECIES, weight, i, rest))
                    .add(FloatVector.fromArray(SPECIES, bias, i, rest))
                    .intoArray(out, from + i, rest);
        }
    }

    @Override
    public void multiply(float[] dy, int from, float[] weight, float[] out, int length) {
        Elementwise.multiply(dy, from, weight, 0, out, from, length);
    }

    @Override
    public void gradient(
            float[] g,
            float[] x,
            int from,
            float mean,
            float inverse,
            float meanGradient,
            float meanProduct,
            int length) {
        int i = 0;
        for (int end = SPECIES.loopBound(length); i < end; i += WIDTH) {
            FloatVector along = FloatVector.fromArray(SPECIES, x, from + i)
                    .sub(mean)
                    .mul(inverse)
                    .mul(meanProduct);
            FloatVector.fromArray(SPECIES, g, from + i)
                    .sub(meanGradient)
                    .sub(along)
                    .mul(inverse)
                    .intoArray(g, from + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector along = FloatVector.fromArray(SPECIES, x, from + i, rest)
                    .sub(mean)
                    .mul(inverse)
                    .mul(meanProduct);
            FloatVector.fromArray(SPECIES, g, from + i, rest)
                    .sub(meanGradient)
                    .sub(along)
                    .mul(inverse)
                    .intoArray(g, from + i, rest);
        }
    }

    @Override
    public void sums(
            float[] dy,
            float[] x,
            int first,
            int end,
            float[] mean,
            float[] inverse,
            int features,
            float[] out,
            int at) {
        int i = 0;
        for (; i + 2 * WIDTH <= features; i += 2 * WIDTH) {
            FloatVector product0 = FloatVector.zero(SPECIES);
            FloatVector product1 = product0;
            FloatVector sum0 = product0;
            FloatVector sum1 = product0;
            for (int row = first; row < end; row++) {
                int from = row * features + i;
                FloatVector d0 = FloatVector.fromArray(SPECIES, dy, from);
                FloatVector d1 = FloatVector.fromArray(SPECIES, dy, from + WIDTH);
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + WIDTH);
                product0 = product0.add(d0.mul(x0.sub(mean[row]).mul(inverse[row])));
                product1 = product1.add(d1.mul(x1.sub(mean[row]).mul(inverse[row])));
                sum0 = sum0.add(d0);
                sum1 = sum1.add(d1);
            }
            product0.intoArray(out, at + i);
            product1.intoArray(out, at + i + WIDTH);
            sum0.intoArray(out, at + features + i);
            sum1.intoArray(out, at + features + i + WIDTH);
        }
        for (; i < features; i += WIDTH) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, features);
            FloatVector product = FloatVector.zero(SPECIES);
            FloatVector sum = product;
            for (int row = first; row < end; row++) {
                int from = row * features + i;
                FloatVector d = FloatVector.fromArray(SPECIES, dy, from, rest);
                FloatVector difference =
                        FloatVector.fromArray(SPECIES, x, from, rest).sub(mean[row]);
                product = product.add(d.mul(difference.mul(inverse[row])));
                sum = sum.add(d);
            }
            product.intoArray(out, at + i, rest);
            sum.intoArray(out, at + features + i, rest);
        }
    }
}
