package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Embedding;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import dev.nudge.train.text.CharacterTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    @TempDir
    Path folder;

    private String model = "";

    /// A model of lines: `a` or, less often, `b`, and then as many of the same as chance wills.
    @BeforeEach
    void writeModel() {
        float[] logits = {
            -99, (float) Math.log(3), 0, // a new line: a three times in four, b once
            0, 0, -99, // a: ends or goes on
            0, -99, 0 // b
        };
        Embedding table = new Embedding(Parameter.of(logits, 3, 3), OptionalInt.empty());
        Path file = folder.resolve("lines.nudge");
        ModelFormat.of()
                .write(
                        file,
                        ModelFile.of(table, Type.of(DType.I32, Shape.of(5)))
                                .withTokenizer(CharacterTokenizer.train("\nab")));
        model = file.toString();
    }

    @Test
    void linesBeginWithThePromptAndEndWhereTheModelEndsThem() {
        Shell.Result result = Shell.run("generate", model, "--prompt", "a", "--lines", "30");
        assertEquals(Main.DONE, result.exitCode(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(30, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.matches("a+")), result.out());
        assertTrue(lines.stream().distinct().count() > 2, result.out());
        assertEquals(result, Shell.run("generate", model, "--prompt", "a", "--lines", "30", "--seed", "42"));
        Shell.Result other = Shell.run("generate", model, "--prompt", "a", "--lines", "30", "--seed", "43");
        assertTrue(!result.out().equals(other.out()), other.out());
    }

    @Test
    void theTableShowsWhatMayComeAndWhatIsCut() {
        Shell.Result result = Shell.run("generate", model, "--tokens", "1", "--top-k", "1", "--show-table", "--json");
        assertEquals(Main.DONE, result.exitCode(), result.err());
        List<JsonObject> rows = result.events("next").getFirst().array("tokens").stream()
                .map(JsonObject.class::cast)
                .toList();
        assertEquals(
                List.of("a", "b"),
                rows.stream().limit(2).map(row -> row.text("token")).toList());
        assertEquals(0.75, rows.get(0).number("probability"), 1e-6);
        assertEquals(
                List.of(true, false, false),
                rows.stream().map(row -> row.truth("kept")).toList());
        assertEquals(new JsonText("a"), result.events().getLast().find("continuation"));

        Shell.Result shown = Shell.run("generate", model, "--temperature", "0", "--tokens", "1", "--show-table");
        assertTrue(shown.out().contains("75.00 %") && shown.out().contains("25.00 %  cut"), shown.out());
        assertEquals("a", shown.out().lines().toList().getLast());
    }

    @Test
    void everyWrongOptionIsNamedAtOnce() {
        Shell.Result result = Shell.run(
                "generate", model, "--temperature", "-1", "--top-k", "0", "--top-p", "1.5", "--tokens", "many");
        assertEquals(Main.USAGE, result.exitCode());
        for (String option : List.of("--temperature", "--top-k", "--top-p", "--tokens")) {
            assertTrue(result.err().contains(option), result.err());
        }
        Shell.Result unknown = Shell.run("generate", model, "--prompt", "abc");
        assertEquals(Main.USAGE, unknown.exitCode());
        assertTrue(unknown.err().contains("error[E628]") && unknown.err().contains("\"c\""), unknown.err());
    }

    @Test
    void theModelFileOfTheNamesInventsNames() throws IOException {
        String run = folder.resolve("run").toString();
        Path names = Files.write(
                folder.resolve("names.txt"),
                List.of("ada", "ida", "eda", "ona", "una", "ina", "ana", "ena", "oda", "uda", "ala", "ola"));
        Shell.Result trained =
                Shell.run("example", "names", "--small", "--threads", "1", "--data", names.toString(), "--out", run);
        assertEquals(Main.DONE, trained.exitCode(), trained.err());
        Shell.Result result = Shell.run("generate", run, "--lines", "5", "--prompt", "o", "--temperature", "0.5");
        assertEquals(Main.DONE, result.exitCode(), result.err());
        assertEquals(5, result.out().lines().count(), result.out());
        assertTrue(result.out().lines().allMatch(name -> name.startsWith("o")), result.out());
        Shell.Result info = Shell.run("info", run + "/model.nudge");
        assertTrue(info.out().contains("tokenizer"), info.out());
    }

    @Test
    void aModelOfNoTextsIsRefused() {
        Path file = folder.resolve("plain.nudge");
        ModelFormat.of()
                .write(
                        file,
                        ModelFile.of(
                                new Embedding(Parameter.zeros(3, 3), OptionalInt.empty()),
                                Type.of(DType.I32, Shape.of(5))));
        Shell.Result result = Shell.run("generate", file.toString());
        assertEquals(Main.FAILED, result.exitCode());
        assertTrue(result.err().contains("error[E347]") && result.err().contains("no tokenizer"), result.err());
    }
}
