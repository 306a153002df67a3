package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The one vector shape that all kernels use: the machine's own, but at most the 16 lanes that reductions define.
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.length() > RowKernels.LANES
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    private Lanes() {}
}
