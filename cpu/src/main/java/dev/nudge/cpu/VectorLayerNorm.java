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
        for (int i = 0; i < length; i += WIDTH) {
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
        for (int i = 0; i < length; i += WIDTH) {
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
    public void add(float[] dy, float[] x, int from, float mean, float inverse, float[] sums, int at, int length) {
        for (int i = 0; i < length; i += WIDTH) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector d = FloatVector.fromArray(SPECIES, dy, from + i, rest);
            FloatVector normalized =
                    FloatVector.fromArray(SPECIES, x, from + i, rest).sub(mean).mul(inverse);
            FloatVector.fromArray(SPECIES, sums, at + i, rest)
                    .add(d.mul(normalized))
                    .intoArray(sums, at + i, rest);
            FloatVector.fromArray(SPECIES, sums, at + length + i, rest).add(d).intoArray(sums, at + length + i, rest);
        }
    }
}
