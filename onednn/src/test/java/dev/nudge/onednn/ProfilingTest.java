package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.Op;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Java's own profiler interrupts threads by signals, wherever they are.
class ProfilingTest {
    @TempDir
    Path folder;

    @Test
    void aProductWithstandsTheSamplesOfAProfiler() throws Exception {
        Path library = Installed.file();
        Path classes = locationOf(Library.class);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:StartFlightRecording:settings=profile,jdk.ExecutionSample#period=1ms,filename="
                                + folder.resolve("samples.jfr"),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                classes.toString(),
                                classes.resolveSibling("test-classes").toString(),
                                locationOf(KernelProvider.class).toString(),
                                locationOf(Op.class).toString(),
                                locationOf(Nullable.class).toString()),
                        ProfiledProducts.class.getName(),
                        library.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    private static Path locationOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
