package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [Bfloat16] with the Vector API, which plain loops over floats as bits and shorts are ten times
/// slower than.
final class VectorBfloat16 {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final VectorSpecies<Integer> BITS = VectorSpecies.of(int.class, SPECIES.vectorShape());
    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
    private static final int LANES = SPECIES.length();

    private VectorBfloat16() {}

    /// Rounds as many of the elements as fill whole vectors; gives the place after the last of them.
    static int round(float[] from, short[] to, int first, int end) {
        int i = first;
        for (; i <= end - LANES; i += LANES) {
            FloatVector values = FloatVector.fromArray(SPECIES, from, i);
            IntVector bits = values.reinterpretAsInts();
            IntVector up = bits.lanewise(VectorOperators.LSHR, 16).and(1).add(Bfloat16.BELOW_HALF);
            IntVector rounded = bits.add(up)
                    .blend(
                            bits.or(Bfloat16.QUIET),
                            values.compare(VectorOperators.NE, values).cast(BITS))
                    .lanewise(VectorOperators.LSHR, 16);
            ((ShortVector) rounded.convertShape(VectorOperators.I2S, HALVES, 0)).intoArray(to, i);
        }
        return i;
    }
}
