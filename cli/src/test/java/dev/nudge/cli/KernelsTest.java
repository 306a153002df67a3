package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.train.io.Json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose kernels compute: the choice, what a run says of it, and what comes of another choice.
class KernelsTest {
    /// Of one step of a network whose products are large enough to be asked for elsewhere.
    private static final List<String> WIDE =
            List.of("train", "--json", "--model", "mlp:400,400", "--batch", "400", "--steps");

    @TempDir
    Path folder;

    private Shell.Result train(String name, int steps, String... more) {
        List<String> arguments = new ArrayList<>(WIDE);
        arguments.addAll(
                List.of(Integer.toString(steps), "--out", folder.resolve(name).toString()));
        arguments.addAll(List.of(more));
        Shell.Result result = Shell.run(arguments.toArray(String[]::new));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result;
    }

    private JsonObject record(String name) {
        return new RunFolder(folder.resolve(name)).read();
    }

    private static KernelProvider oneDnn() {
        KernelProvider provider = CpuBackend.of(1).providers().getFirst();
        assumeTrue(provider.obstacle().isEmpty(), () -> provider.obstacle().orElseThrow());
        return provider;
    }

    private static KernelProvider bfloat16() {
        return oneDnn().inBfloat16().orElseThrow();
    }

    @Test
    void smallNetworksComputeWithJavaAlone() {
        Shell.run(
                "train",
                "--model",
                "mlp:16",
                "--epochs",
                "1",
                "--out",
                folder.resolve("a").toString());
        assertEquals("java", record("a").text("kernels"));
        assertEquals("onednn", record("a").object("settings").text("kernels"), "though others were allowed");
    }

    @Test
    void aRunSaysWhoseKernelsComputed() {
        KernelProvider provider = oneDnn();
        String weights = train("a", 2).events().getLast().text("weights");
        assertEquals("java, " + provider.name(), record("a").text("kernels"));
        String java = train("b", 2, "--kernels", "java").events().getLast().text("weights");
        assertEquals("java", record("b").text("kernels"));
        assertNotEquals(weights, java, "else the choice changed nothing");
        assertEquals(weights, train("c", 2, "--threads", "3").events().getLast().text("weights"));
    }

    @Test
    void aRunGoesOnWithTheKernelsItBeganWith() {
        oneDnn();
        String whole = train("a", 4, "--kernels", "java").events().getLast().text("weights");
        train("b", 2, "--kernels", "java");
        String run = folder.resolve("b").toString();
        Shell.Result other = Shell.run("train", "--json", "--resume", run, "--steps", "4", "--kernels", "onednn");
        assertEquals("E403", other.events().getLast().text("code"));
        Shell.Result same = Shell.run("train", "--json", "--resume", run, "--steps", "4");
        assertEquals(whole, same.events().getLast().text("weights"));
        assertEquals("", same.err());
    }

    @Test
    void aRunInBfloat16SaysSoAndGoesOnInIt() {
        KernelProvider rounding = bfloat16();
        assumeTrue(rounding.obstacle().isEmpty(), () -> rounding.obstacle().orElseThrow());
        String whole =
                train("a", 4, "--kernels", "onednn-bf16").events().getLast().text("weights");
        assertEquals("java, " + rounding.name(), record("a").text("kernels"));
        assertEquals("onednn-bf16", record("a").object("settings").text("kernels"));
        assertNotEquals(whole, train("b", 4).events().getLast().text("weights"), "else the choice changed nothing");
        train("c", 2, "--kernels", "onednn-bf16", "--threads", "3");
        String run = folder.resolve("c").toString();
        Shell.Result other = Shell.run("train", "--json", "--resume", run, "--steps", "4", "--kernels", "onednn");
        assertEquals("E403", other.events().getLast().text("code"));
        Shell.Result rest = Shell.run("train", "--json", "--resume", run, "--steps", "4");
        assertEquals(whole, rest.events().getLast().text("weights"));
        assertEquals("", rest.err());
    }

    @Test
    void goingOnInFloatsWithARunInBfloat16IsTold() {
        KernelProvider provider = oneDnn();
        train("a", 2);
        RunFolder run = new RunFolder(folder.resolve("a"));
        run.write(run.read().with("kernels", "java, oneDNN 3.11.0 bf16")); // as if from another machine
        Shell.Result rest = Shell.run("train", "--json", "--resume", run.path().toString(), "--steps", "4");
        assertEquals(Main.DONE, rest.exitCode(), rest.err());
        assertTrue(
                rest.err()
                        .contains("began with kernels of java, oneDNN 3.11.0 bf16 and goes on with those of java, "
                                + provider.name()),
                rest.err());
    }

    @Test
    void goingOnWithAnotherVersionIsTold() {
        KernelProvider provider = oneDnn();
        train("a", 2);
        RunFolder run = new RunFolder(folder.resolve("a"));
        run.write(run.read().with("kernels", "java, oneDNN 2.7.0"));
        Shell.Result rest = Shell.run("train", "--json", "--resume", run.path().toString(), "--steps", "4");
        assertEquals(Main.DONE, rest.exitCode(), rest.err());
        assertTrue(
                rest.err()
                        .contains("began with kernels of java, oneDNN 2.7.0 and goes on with those of java, "
                                + provider.name()),
                rest.err());
        assertEquals("java, oneDNN 2.7.0, " + provider.name(), record("a").text("kernels"));
    }

    @Test
    void aRunFromBeforeThereWasAChoiceGoesOnWithJava() {
        String whole = train("a", 4, "--kernels", "java").events().getLast().text("weights");
        train("b", 2, "--kernels", "java");
        RunFolder run = new RunFolder(folder.resolve("b"));
        JsonObject record = run.read();
        JsonObject settings = record.object("settings").without("kernels");
        run.write(record.without("kernels").with("settings", settings));
        Shell.Result rest = Shell.run("train", "--json", "--resume", run.path().toString(), "--steps", "4");
        assertEquals(whole, rest.events().getLast().text("weights"));
    }

    @Test
    void aRunIsEvaluatedWithTheKernelsItWasTrainedWithUnlessOthersAreAskedFor() {
        KernelProvider provider = oneDnn();
        JsonObject trained = train("a", 2, "--kernels", "java").events().getLast();
        String run = folder.resolve("a").toString();
        for (String saved : List.of(run, run + "/model.nudge")) {
            JsonObject same = Shell.run("eval", saved, "--json").events().getLast();
            assertEquals("java", same.text("kernels"));
            assertEquals(trained.number("testLoss"), same.number("testLoss"), "the very same number");
            Shell.Result asked = Shell.run("eval", saved, "--json", "--kernels", "onednn", "--threads", "3");
            JsonObject other = asked.events().getLast();
            assertEquals("java, " + provider.name(), other.text("kernels"), asked.err());
            assertEquals(trained.number("testLoss"), other.number("testLoss"), 1e-4);
        }
        String all = IntStream.range(0, 100).mapToObj(i -> " --row " + i).collect(Collectors.joining());
        List<String> words = new ArrayList<>(List.of(("predict " + run + " --json" + all).split(" ", -1)));
        assertEquals("java", last(words).text("kernels"));
        words.addAll(List.of("--kernels", "onednn"));
        assertEquals("java, " + provider.name(), last(words).text("kernels"));
    }

    private static JsonObject last(List<String> words) {
        Shell.Result result = Shell.run(words.toArray(String[]::new));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result.events().getLast();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train", "plan", "lr-find", "explain plan", "example names", "eval a", "predict a", "generate a"
            })
    void everyCommandThatComputesTakesTheSameOptions(String command) {
        Shell.Result refused = Shell.run((command + " --threads 1025 --kernels onednn-bf61").split(" ", -1));
        assertEquals(Main.USAGE, refused.exitCode());
        List<String> told = refused.err()
                .lines()
                .filter(line -> line.contains("--threads") || line.contains("--kernels"))
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "error[E004] --threads: must be an integer in [1, 1024], found \"1025\".",
                        "error[E006] --kernels: unknown kernels \"onednn-bf61\" - expected one of onednn, onednn-bf16,"
                                + " java. Did you mean onednn-bf16?"),
                told);
    }

    @Test
    void infoSaysWhatIsInUseAndWhy() {
        KernelProvider provider = oneDnn();
        String line = "java, and " + provider.name() + " for large matrix products and convolutions: its library loads";
        String info = Shell.run("info").out();
        assertTrue(info.contains("kernels  " + line), info);
        String wished = provider.name() + " bf16 "
                + (bfloat16().obstacle().isEmpty()
                        ? "with --kernels onednn-bf16"
                        : "cannot be used, since the processor");
        assertTrue(info.contains("kernels  " + wished), info);
        String json = Shell.run("info", "--json").events().getLast().text("kernels");
        assertTrue(json.startsWith(line + "; " + wished), json);
    }
}
