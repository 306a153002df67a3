package dev.nudge.cpu;

import jdk.incubator.vector.FloatVector;

/// Tells whether the running Java offers the Vector API.
///
/// Ask before the first use of a class that needs it; plain-Java twins with the same results exist for all of them.
final class VectorModule {
    private VectorModule() {}

    /// Whether the incubator module is there; if it is not, one log line says so.
    static boolean isPresent() {
        return Lookup.PRESENT;
    }

    /// Width of the vectors in bits, where the module is there.
    static int bits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    private static final class Lookup {
        static final boolean PRESENT = lookUp();

        private static boolean lookUp() {
            boolean present =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            if (!present) {
                System.getLogger(CpuBackend.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "The Vector API is not there, so plain loops run, several times slower. Start java with"
                                        + " --add-modules jdk.incubator.vector, or put Nudge on the module path.");
            }
            return present;
        }
    }
}
