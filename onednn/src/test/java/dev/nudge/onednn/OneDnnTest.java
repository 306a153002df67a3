package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.plan.EagerExecution;
import dev.nudge.tensor.plan.PlannedExecution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneDnnTest {
    @TempDir
    Path folder;

    @Test
    void theBackendFindsIt() {
        assertEquals(
                List.of("oneDNN 3.11.0"),
                CpuBackend.of(1).providers().stream().map(KernelProvider::name).toList());
    }

    @Test
    void largeProductsComeFromTheLibraryAndSmallOnesFromJava() {
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(Installed.provider()));
        String alone = CpuBackend.of(1).withoutProviders().name();
        product(backend, 32, 784, 128); // as in a small network: 3 million multiplications
        assertEquals(alone, backend.name());
        product(backend, 300, 200, 200);
        assertEquals(alone + ", oneDNN 3.11.0", backend.name());
    }

    @Test
    void flatProductsComeFromJava() {
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(Installed.provider()));
        product(backend, 2048, 500, 10);
        assertFalse(backend.name().contains("oneDNN"), backend.name());
    }

    @Test
    void aFolderThatCannotBeWrittenIsAReasonAndJavaComputes() throws IOException {
        Installed.provider(); // skips where no library would be unpacked
        Path file = Files.writeString(folder.resolve("file"), "");
        OneDnn provider = OneDnn.in(file.resolve("below"));
        String why = provider.obstacle().orElseThrow();
        assertTrue(why.startsWith("the library cannot be unpacked into " + file.resolve("below")), why);
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(provider));
        assertArrayEquals(product(CpuBackend.of(1).withoutProviders(), 300, 200, 200), product(backend, 300, 200, 200));
        assertFalse(backend.name().contains("oneDNN"), backend.name());
    }

    @Test
    void aUserWithoutAHomeIsToldWhatToSet() {
        Installed.provider(); // skips where no library would be unpacked
        LibraryFiles files = new LibraryFiles(Path.of("?", ".cache"));
        String message =
                assertThrows(IllegalStateException.class, files::library).getMessage();
        assertTrue(message.contains("XDG_CACHE_HOME"), message);
        assertFalse(Files.exists(Path.of("?")));
    }

    @Test
    void aFileThatIsNoLibraryIsAReason() throws IOException {
        Path text = Files.writeString(folder.resolve("library.so"), "text");
        String message = assertThrows(IllegalStateException.class, () -> Library.open(text))
                .getMessage();
        assertTrue(message.startsWith("the library " + text + " cannot be used"), message);
    }

    @Test
    void aDamagedFileIsUnpackedAgain() throws IOException {
        Installed.provider();
        LibraryFiles files = new LibraryFiles(folder);
        Path other = Files.writeString(folder.resolve("libgomp.so.1"), "half of it");
        Path library = files.library();
        assertTrue(Files.size(other) > 100_000, "replaced");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(library, other), left.sorted().toList(), "nothing else is left behind");
        }
    }

    @Test
    void trainingGivesTheSameBitsPlannedAndEagerOnAnyNumberOfThreads() {
        OneDnn provider = Installed.provider();
        CpuBackend first = CpuBackend.of(1).withProviders(List.of(provider));
        List<float[]> expected = train(PlannedExecution.of(first));
        assertTrue(first.name().contains("oneDNN"), first.name());
        for (int threads = 1; threads <= 3; threads++) {
            CpuBackend backend = CpuBackend.of(threads).withProviders(List.of(provider));
            assertSame(expected, train(PlannedExecution.of(backend)), threads + " threads");
            assertSame(expected, train(EagerExecution.of(backend)), threads + " threads, eager");
        }
        List<float[]> java = train(PlannedExecution.of(CpuBackend.of(1).withoutProviders()));
        assertNotEquals(
                List.of(java.get(0)[0], java.get(1)[0]),
                List.of(expected.get(0)[0], expected.get(1)[0]),
                "else the" + " library took no part");
    }

    @Test
    void trainingInBfloat16GivesTheSameBitsPlannedAndEagerOnAnyNumberOfThreads() {
        OneDnn provider = Installed.provider();
        Installed.ofBfloat16();
        CpuBackend first = CpuBackend.of(1).withProviders(List.of(provider)).withBfloat16();
        List<float[]> expected = train(PlannedExecution.of(first));
        assertTrue(first.name().contains("oneDNN 3.11.0 bf16"), first.name());
        for (int threads = 1; threads <= 3; threads++) {
            CpuBackend backend =
                    CpuBackend.of(threads).withProviders(List.of(provider)).withBfloat16();
            assertSame(expected, train(PlannedExecution.of(backend)), threads + " threads");
            assertSame(expected, train(EagerExecution.of(backend)), threads + " threads, eager");
        }
        List<float[]> floats = train(PlannedExecution.of(CpuBackend.of(1).withProviders(List.of(provider))));
        float difference = Math.abs(floats.get(2)[0] - expected.get(2)[0]);
        assertTrue(
                difference > 0 && difference < 0.01 * floats.get(2)[0], () -> "a loss that differs by " + difference);
    }

    private static void assertSame(List<float[]> expected, List<float[]> found, String where) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), where);
        }
    }

    /// Some steps of a network with a wide hidden layer: losses, then weights.
    private static List<float[]> train(Execution execution) {
        RandomKey key = RandomKey.of(3);
        List<Parameter> parameters = List.of(
                Parameter.of(Tensor.normal(key.at(0), 600, 400).mul(0.05).value()),
                Parameter.of(Tensor.normal(key.at(1), 400, 100).mul(0.05).value()));
        List<float[]> values = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            Tensor x = Tensor.data(Tensor.normal(key.at(2).at(step), 256, 600).value());
            Tensor y = x.matmul(parameters.get(0).tensor())
                    .tanh()
                    .matmul(parameters.get(1).tensor());
            Tensor loss = y.sub(1).square().mean();
            Gradients gradients = loss.backward(parameters);
            List<Assignment> assignments = parameters.stream()
                    .map(parameter -> new Assignment(
                            parameter,
                            parameter.tensor().sub(gradients.of(parameter).mul(0.1))))
                    .toList();
            execution.run(assignments, List.of(loss));
            values.add(loss.toFloats());
        }
        parameters.forEach(
                parameter -> values.add((float[]) parameter.storage().copy().array()));
        return values;
    }

    private static float[] product(CpuBackend backend, int m, int k, int n) {
        Tensor a = Tensor.data(Tensor.normal(RandomKey.of(1), m, k).value());
        Tensor b = Tensor.data(Tensor.normal(RandomKey.of(2), k, n).value());
        return Execution.with(PlannedExecution.of(backend), () -> a.matmul(b).toFloats());
    }
}
