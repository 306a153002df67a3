package dev.nudge.cpu;

/// Tells whether the running Java offers the Vector API.
///
/// Ask before the first use of a class that needs it; plain-Java twins with the same results exist for all of them.
final class VectorModule {
    private VectorModule() {}

    static boolean isPresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
