package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Short runs on the built-in digits, from the command line to the files.
class TrainCommandTest {
    @TempDir
    Path folder;

    private String run(String name) {
        return folder.resolve(name).toString();
    }

    private static Shell.Result train(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("train", "--json", "--model", "mlp:16", "--dropout", "0", "--threads", "1"));
        arguments.addAll(List.of(more));
        Shell.Result result = Shell.run(arguments.toArray(String[]::new));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result;
    }

    private Shell.Result withDropout(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--json", "--model", "mlp:16", "--dropout", "0.2"));
        arguments.addAll(List.of("--epochs", "3", "--out", run(name)));
        arguments.addAll(List.of(more));
        Shell.Result result = Shell.run(arguments.toArray(String[]::new));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result;
    }

    private static JsonObject last(Shell.Result result) {
        return result.events().getLast();
    }

    @Test
    void theLastEventIsTheResultWithAllItsFigures() {
        Shell.Result run = train("--epochs", "2", "--out", run("a"));
        JsonObject result = last(run);
        assertEquals(
                List.of(
                        "event",
                        "testAccuracy",
                        "testLoss",
                        "validationLoss",
                        "epochs",
                        "steps",
                        "seconds",
                        "examplesPerSecond",
                        "weights",
                        "run"),
                List.copyOf(result.members().keySet()));
        assertEquals("result", result.text("event"));
        assertEquals(2, result.integer("epochs"));
        assertEquals(2L * Math.ceilDiv(1258, 32), result.integer("steps"));
        assertTrue(result.number("testAccuracy") > 0.3, "better than one in ten");
        assertTrue(result.text("weights").matches("[0-9a-f]{64}"));
        assertEquals(run("a"), result.text("run"));
        assertEquals("", run.err());
    }

    @Test
    void eventsTellThePlanAndEveryEpoch() {
        Shell.Result run = train("--epochs", "2", "--out", run("a"));
        JsonObject plan = run.events().getFirst();
        assertEquals("plan", plan.text("event"));
        assertEquals(64 * 16 + 16 + 16 * 10 + 10, plan.integer("parameters"));
        assertEquals(40, plan.integer("stepsPerEpoch"));
        assertEquals(80, plan.integer("totalSteps"));
        assertEquals(
                1797,
                plan.integer("trainExamples") + plan.integer("validationExamples") + plan.integer("testExamples"));
        List<JsonObject> epochs = run.events("epoch");
        assertEquals(2, epochs.size());
        for (JsonObject epoch : epochs) {
            Set.of("loss", "validationLoss", "validationAccuracy", "learningRate", "gradientNorm", "examplesPerSecond")
                    .forEach(name -> assertTrue(epoch.find(name) instanceof JsonNumber, name));
        }
    }

    @Test
    void theFolderHoldsSettingsWeightsAndCheckpoints() throws IOException {
        train("--epochs", "1", "--out", run("a"));
        RunFolder saved = new RunFolder(Path.of(run("a")));
        assertEquals("mlp:16", saved.settings().get("model"));
        assertEquals(
                Set.of("layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"),
                Safetensors.read(saved.weightsFile()).tensors().keySet());
        assertTrue(saved.checkpoints().newestValid().checkpoint().isPresent());
    }

    @Test
    void theSameSeedGivesTheSameWeightsOnAnyNumberOfThreads() {
        String weights = last(train("--epochs", "1", "--out", run("a"))).text("weights");
        Shell.Result again = Shell.run(
                "train",
                "--json",
                "--model",
                "mlp:16",
                "--dropout",
                "0",
                "--epochs",
                "1",
                "--out",
                run("b"),
                "--threads",
                "3");
        assertEquals(weights, last(again).text("weights"));
        assertNotEquals(
                weights,
                last(train("--epochs", "1", "--out", run("c"), "--seed", "43")).text("weights"));
    }

    @Test
    void aRunThatWasStoppedGoesOnToTheSameWeights() {
        String whole = last(withDropout("whole")).text("weights");
        withDropout("parts", "--steps", "53");
        Shell.Result rest = Shell.run("train", "--json", "--resume", run("parts"), "--steps", "1000", "--epochs", "3");
        assertEquals(Main.DONE, rest.exitCode(), rest.err());
        assertEquals(53, rest.events("resumed").getFirst().integer("step"));
        assertEquals(whole, last(rest).text("weights"));
    }

    @Test
    void aRunDoesNotGoOnWithOtherSettings() {
        train("--epochs", "2", "--out", run("a"));
        assertEquals("E410", code(Shell.run("train", "--json", "--resume", run("a"), "--epochs", "1")));
        assertEquals("E402", code(Shell.run("train", "--json", "--resume", run("a"), "--model", "linear")));
        assertEquals("E404", code(Shell.run("train", "--json", "--resume", run("a"), "--seed", "7", "--epochs", "3")));
        assertEquals("E403", code(Shell.run("train", "--json", "--resume", run("a"), "--lr", "0.5", "--epochs", "3")));
        Shell.Result allowed =
                Shell.run("train", "--json", "--resume", run("a"), "--lr", "0.5", "--epochs", "3", "--allow-new-data");
        assertEquals(Main.DONE, allowed.exitCode(), allowed.err());
    }

    private static String code(Shell.Result result) {
        assertEquals(Main.USAGE, result.exitCode(), result.err());
        return last(result).text("code");
    }

    @Test
    void overwritingBeginsAnew() {
        String first = last(train("--epochs", "1", "--out", run("a"))).text("weights");
        train("--epochs", "2", "--out", run("a"), "--overwrite", "--seed", "5");
        JsonObject result = last(train("--epochs", "1", "--out", run("a"), "--overwrite"));
        assertEquals(40, result.integer("steps"));
        assertEquals(first, result.text("weights"));
    }

    @Test
    void evalFindsWhatTrainReported() {
        JsonObject trained = last(train("--epochs", "2", "--out", run("a")));
        JsonObject evaluated = last(Shell.run("eval", run("a"), "--json"));
        for (String figure : List.of("testAccuracy", "testLoss")) {
            assertEquals(trained.number(figure), evaluated.number(figure), figure);
        }
        assertEquals(trained.text("weights"), evaluated.text("weights"));
    }

    @Test
    void theModelFileAloneDoesWhatTheFolderDoes() throws IOException {
        JsonObject trained = last(train("--epochs", "2", "--out", run("a")));
        Path file = folder.resolve("elsewhere.nudge");
        Files.move(Path.of(run("a"), "model.nudge"), file);
        JsonObject evaluated = last(Shell.run("eval", file.toString(), "--json"));
        for (String figure : List.of("testAccuracy", "testLoss")) {
            assertEquals(trained.number(figure), evaluated.number(figure), figure);
        }
        assertEquals(trained.text("weights"), evaluated.text("weights"));
        assertEquals(
                Shell.run("predict", run("a"), "--json").events("prediction"),
                Shell.run("predict", file.toString(), "--json").events("prediction"));

        JsonObject info = last(Shell.run("info", file.toString(), "--json"));
        assertEquals("F32 [64]", info.text("input"));
        assertEquals("F32 [10]", info.text("output"));
        assertEquals(64 * 16 + 16 + 16 * 10 + 10, info.integer("parameters"));
        assertEquals(trained.number("testAccuracy"), info.object("scores").number("testAccuracy"));
        String text = Shell.run("info", file.toString()).out();
        assertTrue(text.contains("layers.0") && text.contains("--model mlp:16"), text);
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("page.nudge"), "<html>");
        for (String command : List.of("eval", "predict", "info")) {
            Shell.Result result = Shell.run(command, file.toString());
            assertEquals(Main.FAILED, result.exitCode());
            assertTrue(result.err().contains("error[E310]") && result.err().contains("HTML page"), result.err());
        }
    }

    @Test
    void predictGivesProbabilitiesThatAddUpToOne() {
        train("--epochs", "1", "--out", run("a"));
        Shell.Result result = Shell.run("predict", run("a"), "--row", "0", "--row", "7", "--json");
        assertEquals(Main.DONE, result.exitCode(), result.err());
        List<JsonObject> predictions = result.events("prediction");
        assertEquals(2, predictions.size());
        for (JsonObject prediction : predictions) {
            List<Double> probabilities = prediction.array("probabilities").stream()
                    .map(value -> ((JsonNumber) value).asDouble())
                    .toList();
            double sum = probabilities.stream().mapToDouble(Double::doubleValue).sum();
            assertEquals(1, sum, 1e-5);
            double best = probabilities.stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
            assertEquals(best, probabilities.get((int) prediction.integer("predicted")));
        }
        assertEquals(Main.USAGE, Shell.run("predict", run("a"), "--row", "359").exitCode());
    }

    @Test
    void aWeightsFileOfAnotherModelIsRefused() throws IOException {
        train("--epochs", "1", "--out", run("a"));
        Shell.run("train", "--model", "linear", "--epochs", "1", "--out", run("b"));
        Files.copy(
                Path.of(run("b"), "model.safetensors"),
                Path.of(run("a"), "model.safetensors"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Shell.Result result = Shell.run("eval", run("a"));
        assertEquals(Main.FAILED, result.exitCode());
        assertTrue(result.err().startsWith("error[E312]"), result.err());
    }

    @Test
    void everyOptimizerLossAndScheduleLearns() {
        for (String optimizer : OptimizerSpec.KINDS) {
            if (optimizer.equals("muon")) {
                continue; // it needs a deeper model
            }
            String epochs = List.of("lion", "radam").contains(optimizer) ? "8" : "2"; // small steps at first
            JsonObject result = last(train("--epochs", epochs, "--optimizer", optimizer, "--out", run(optimizer)));
            assertTrue(result.number("testAccuracy") > 0.3, optimizer);
        }
        JsonObject squared = last(train("--epochs", "5", "--loss", "mse", "--lr", "0.01", "--out", run("mse")));
        assertTrue(squared.number("testAccuracy") > 0.3, "mse");
        for (String kind : ScheduleSpec.KINDS) {
            String schedule = kind.equals("inverse-sqrt") ? "inverse-sqrt:20" : kind; // the run has 80 steps
            JsonObject result = last(train(
                    "--epochs", "2", "--schedule", schedule, "--lr", "0.01", "--warmup", "3", "--out", run(kind)));
            assertTrue(result.number("testAccuracy") > 0.5, schedule);
        }
    }

    @Test
    void whatGoesBeyondOneGradientAStepLearnsAndIsResumedExactly() {
        List<List<String>> ways = List.of(
                List.of("--optimizer", "rmsprop:decay=0.95,momentum=0.5,centered=true"),
                List.of("--sam", "0.05"),
                List.of("--accumulate", "4"),
                List.of("--average", "ema:0.9"),
                List.of("--schedule", "plateau:1:0.5"),
                List.of("--schedule", "constant@1,cyclic:1:1:0.5+step:1:0.9"),
                List.of("--average", "swa:2", "--schedule", "cyclic:1:0.9"));
        for (List<String> way : ways) {
            String name = "way" + ways.indexOf(way);
            List<String> whole = new ArrayList<>(way);
            whole.addAll(List.of("--lr", "0.01", "--epochs", "3", "--out", run(name)));
            JsonObject result = last(train(whole.toArray(String[]::new)));
            assertTrue(result.number("testAccuracy") > 0.5, way.toString());
            List<String> part = new ArrayList<>(way);
            part.addAll(List.of("--lr", "0.01", "--steps", "57", "--epochs", "3", "--out", run(name + "-part")));
            train(part.toArray(String[]::new));
            Shell.Result rest =
                    Shell.run("train", "--json", "--resume", run(name + "-part"), "--steps", "1000", "--epochs", "3");
            assertEquals(Main.DONE, rest.exitCode(), rest.err());
            assertEquals(result.text("weights"), last(rest).text("weights"), way.toString());
        }
    }

    @Test
    void muonTakesTheHiddenMatricesAndAdamwTheRest() {
        Shell.Result run = Shell.run(
                "train", "--json", "--model", "mlp:16,16", "--optimizer", "muon", "--epochs", "2", "--out", run("m"));
        assertEquals(Main.DONE, run.exitCode(), run.err());
        assertTrue(last(run).number("testAccuracy") > 0.3);
    }

    @Test
    void aNumberThatIsNoneEndsTheRunWithItsStepAndLeavesTheCheckpoint() {
        Shell.Result result = Shell.run(
                "train",
                "--json",
                "--model",
                "mlp:16",
                "--optimizer",
                "sgd",
                "--lr",
                "1000",
                "--loss",
                "mse",
                "--epochs",
                "3",
                "--checkpoint-every",
                "1",
                "--out",
                run("a"));
        assertEquals(Main.FAILED, result.exitCode());
        JsonObject error = last(result);
        assertEquals("error", error.text("event"));
        assertTrue(error.text("code").matches("E70[123]"), error.compact());
        assertTrue(new RunFolder(Path.of(run("a")))
                .checkpoints()
                .newestValid()
                .checkpoint()
                .isPresent());
    }

    @Test
    void peopleReadThePlanBeforeTheFirstEpochAndTheMatrixAtTheEnd() {
        Shell.Result result = Shell.run("train", "--epochs", "1", "--model", "mlp:16", "--out", run("a"));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        assertTrue(result.err().indexOf("40 per epoch = ceil(1,258 / 32)")
                < result.err().indexOf("epoch 1/1"));
        assertTrue(result.err().contains("1,210"), "the parameters");
        assertTrue(result.out().contains("test accuracy"));
        assertTrue(result.out().contains("actual \\ predicted"));
        assertTrue(result.out().contains(run("a")));
        assertFalse((result.err() + result.out()).contains("\u001B"), "no escape sequences without a terminal");
    }

    @Test
    void aTerminalGetsOneLineThatIsRedrawnAndFits() {
        for (int width : new int[] {30, 60, 80, 200}) {
            Shell.Result result = Shell.run(
                    true, width, "train", "--epochs", "2", "--model", "mlp:16", "--out", run("width" + width));
            String[] drawn = result.err().split("\r\u001B\\[K", -1);
            assertTrue(drawn.length > 1, result.err());
            assertFalse(result.err().contains("best so far"), "no line an epoch");
            for (int i = 1; i < drawn.length; i++) {
                String line = drawn[i].lines().findFirst().orElse("");
                assertTrue(line.length() < width, line);
                assertTrue(width != 200 || line.startsWith("["), line);
                assertFalse(width == 30 && line.startsWith("["), line);
            }
        }
    }
}
