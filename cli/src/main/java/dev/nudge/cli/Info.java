package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import java.util.List;

/// What the program is and runs on.
final class Info {
    private Info() {}

    static List<String> version() {
        return List.of("nudge " + Main.VERSION, "Java " + Runtime.version());
    }

    /// Why this backend is in use.
    static String why(CpuBackend backend) {
        return backend.isVectorized()
                ? "the Vector API module is there"
                : "the module jdk.incubator.vector is missing; start Java with --add-modules jdk.incubator.vector";
    }
}
