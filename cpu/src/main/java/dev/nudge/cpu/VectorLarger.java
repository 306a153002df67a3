package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [Larger] with the Vector API.
final class VectorLarger implements Larger {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final VectorSpecies<Integer> INDICES = VectorSpecies.of(int.class, SPECIES.vectorShape());
    private static final int LANES = SPECIES.length();

    @Override
    public void values(float[] x, int from, float[] largest, int to, int count) {
        int c = 0;
        for (; c <= count - LANES; c += LANES) {
            FloatVector candidate = FloatVector.fromArray(SPECIES, x, from + c);
            FloatVector present = FloatVector.fromArray(SPECIES, largest, to + c);
            VectorMask<Float> larger = larger(candidate, present);
            present.blend(candidate, larger).intoArray(largest, to + c);
        }
        for (; c < count; c++) {
            float candidate = x[from + c];
            if (Larger.isLarger(candidate, largest[to + c])) {
                largest[to + c] = candidate;
            }
        }
    }

    @Override
    public void largest(float[] x, int from, int[] pixels, float[] largest, int to, int count) {
        int c = 0;
        for (; c <= count - LANES; c += LANES) {
            FloatVector present = FloatVector.fromArray(SPECIES, x, from + pixels[0] + c);
            for (int k = 1; k < pixels.length; k++) {
                FloatVector candidate = FloatVector.fromArray(SPECIES, x, from + pixels[k] + c);
                present = present.blend(candidate, larger(candidate, present));
            }
            present.intoArray(largest, to + c);
        }
        Larger.super.largest(x, from + c, pixels, largest, to + c, count - c);
    }

    @Override
    public void positions(float[] x, int from, float[] largest, int[] position, int count) {
        int c = 0;
        for (; c <= count - LANES; c += LANES) {
            FloatVector candidate = FloatVector.fromArray(SPECIES, x, from + c);
            FloatVector present = FloatVector.fromArray(SPECIES, largest, c);
            VectorMask<Float> larger = larger(candidate, present);
            present.blend(candidate, larger).intoArray(largest, c);
            IntVector here = IntVector.broadcast(INDICES, from + c).addIndex(1);
            IntVector.fromArray(INDICES, position, c)
                    .blend(here, larger.cast(INDICES))
                    .intoArray(position, c);
        }
        for (; c < count; c++) {
            float candidate = x[from + c];
            if (Larger.isLarger(candidate, largest[c])) {
                largest[c] = candidate;
                position[c] = from + c;
            }
        }
    }

    @Override
    public void spread(float[] x, int from, int[] pixels, float[] dy, int dyFrom, float[] dx, int count) {
        int c = 0;
        for (; c <= count - LANES; c += LANES) {
            FloatVector largest = FloatVector.fromArray(SPECIES, x, from + pixels[0] + c);
            FloatVector best = FloatVector.zero(SPECIES); // the number of the pixel
            for (int k = 1; k < pixels.length; k++) {
                FloatVector candidate = FloatVector.fromArray(SPECIES, x, from + pixels[k] + c);
                VectorMask<Float> larger = larger(candidate, largest);
                largest = largest.blend(candidate, larger);
                best = best.blend(k, larger);
            }
            FloatVector gradient =
                    FloatVector.fromArray(SPECIES, dy, dyFrom + c).add(0f);
            for (int k = 0; k < pixels.length; k++) {
                FloatVector.zero(SPECIES)
                        .blend(gradient, best.compare(VectorOperators.EQ, k))
                        .intoArray(dx, from + pixels[k] + c);
            }
        }
        for (; c < count; c++) {
            Larger.spreadOne(x, from, pixels, dy[dyFrom + c], dx, c);
        }
    }

    private static VectorMask<Float> larger(FloatVector candidate, FloatVector present) {
        return present.compare(VectorOperators.EQ, present) // no NaN, which stays
                .andNot(candidate.compare(VectorOperators.LE, present));
    }
}
