package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.backend.Loop;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The same bits whether the interpreter, the first or the last compiler runs a kernel, and on narrower vectors.
class ColdAndWarmTest {
    private static final int RUNS = 400;

    @Test
    void compiledKernelsGiveTheBitsOfInterpretedOnes() throws Exception {
        int cold = hashOfAnotherJava("-Xint");
        for (int run = 0; run < RUNS; run++) {
            assertEquals(cold, KernelHash.of(1 + run % 4), "run " + run);
        }
    }

    @Test
    void halfTheVectorWidthGivesTheSameBits() throws Exception {
        // The option is ignored where the machine is not x86.
        int narrow = hashOfAnotherJava("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2");
        assertEquals(narrow, KernelHash.of(1));
        int narrower = hashOfAnotherJava("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=0");
        assertEquals(narrower, KernelHash.of(2));
    }

    private static int hashOfAnotherJava(String... options)
            throws IOException, InterruptedException, URISyntaxException {
        Path classes = locationOf(Workers.class);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp"));
        command.add(String.join(
                File.pathSeparator,
                classes.toString(),
                classes.resolveSibling("test-classes").toString(),
                locationOf(Loop.class).toString()));
        command.addAll(List.of(KernelHash.class.getName(), "2"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return Integer.parseInt(output.strip());
    }

    private static Path locationOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
