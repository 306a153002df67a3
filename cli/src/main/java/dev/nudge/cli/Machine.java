package dev.nudge.cli;

import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a run ran on.
final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    static JsonObject describe() {
        return JsonObject.EMPTY
                .with("java", Runtime.version().toString())
                .with("vm", System.getProperty("java.vm.name", ""))
                .with(
                        "os",
                        System.getProperty("os.name", "") + " " + System.getProperty("os.version", "") + " "
                                + System.getProperty("os.arch", ""))
                .with("cpu", processor())
                .with("processors", Runtime.getRuntime().availableProcessors());
    }

    /// The processor's name where the system tells, else its kind.
    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElseGet(() -> System.getProperty("os.arch", ""));
        } catch (IOException | RuntimeException _) {
            return System.getProperty("os.arch", "");
        }
    }
}
