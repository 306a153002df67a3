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
            VectorMask<Float> larger = candidate
                    .compare(VectorOperators.GT, present)
                    .or(candidate
                            .compare(VectorOperators.NE, candidate)
                            .and(present.compare(VectorOperators.EQ, present)));
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
    public void positions(float[] x, int from, float[] largest, int[] position, int count) {
        int c = 0;
        for (; c <= count - LANES; c += LANES) {
            FloatVector candidate = FloatVector.fromArray(SPECIES, x, from + c);
            FloatVector present = FloatVector.fromArray(SPECIES, largest, c);
            VectorMask<Float> larger = candidate
                    .compare(VectorOperators.GT, present)
                    .or(candidate
                            .compare(VectorOperators.NE, candidate)
                            .and(present.compare(VectorOperators.EQ, present)));
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
}
