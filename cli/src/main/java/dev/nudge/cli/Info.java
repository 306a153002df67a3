package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import java.util.List;
import java.util.stream.Stream;

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

    /// For each supplier of other kernels whether they are in use, and why.
    static List<String> kernels(CpuBackend backend) {
        if (backend.providers().isEmpty()) {
            return List.of("java: no other is on the path");
        }
        Stream<String> used = backend.providers().stream()
                .map(provider -> provider.obstacle()
                        .map(why -> "java: " + provider.name() + " is not used, since " + why)
                        .orElse("java, and " + provider.name()
                                + " for large matrix products and convolutions: its library loads"));
        Stream<String> wished = backend.providers().stream()
                .filter(provider -> provider.obstacle().isEmpty())
                .flatMap(provider -> provider.inBfloat16().stream())
                .map(provider -> provider.obstacle()
                        .map(why -> provider.name() + " cannot be used, since " + why)
                        .orElse(provider.name() + " with --kernels " + Execute.BFLOAT16));
        return Stream.concat(used, wished).toList();
    }
}
