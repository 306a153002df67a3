package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `out = x relation y ? then : otherwise` over ranges of f32 arrays: a comparison and the choice by it in one pass,
/// without a mask in memory. The operator must be a constant where it is used, hence one method for each.
final class Selections {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private Selections() {}

    static void less(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.LT, y)).intoArray(out, outFrom + i, rest);
        }
    }

    static void lessOrEqual(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.LE, y)).intoArray(out, outFrom + i, rest);
        }
    }

    static void greater(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.GT, y)).intoArray(out, outFrom + i, rest);
        }
    }

    static void greaterOrEqual(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.GE, y)).intoArray(out, outFrom + i, rest);
        }
    }

    static void equal(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.EQ, y)).intoArray(out, outFrom + i, rest);
        }
    }

    static void notEqual(
            float[] xs,
            int xsFrom,
            float[] ys,
            int ysFrom,
            float[] then,
            int thenFrom,
            float[] otherwise,
            int otherwiseFrom,
            float[] out,
            int outFrom,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = FloatVector.fromArray(SPECIES, xs, xsFrom + i, rest);
            FloatVector y = FloatVector.fromArray(SPECIES, ys, ysFrom + i, rest);
            FloatVector a = FloatVector.fromArray(SPECIES, then, thenFrom + i, rest);
            FloatVector b = FloatVector.fromArray(SPECIES, otherwise, otherwiseFrom + i, rest);
            b.blend(a, x.compare(VectorOperators.NE, y)).intoArray(out, outFrom + i, rest);
        }
    }
}
