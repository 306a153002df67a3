package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.BytePairTokenizer;
import dev.nudge.train.text.CharacterTokenizer;
import dev.nudge.train.text.Tokenizer;
import dev.nudge.train.text.WordTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelFormatTest {
    private static final Type ROW = Type.of(DType.F32, Shape.of(3));

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("model.nudge");
    }

    static List<Class<?>> records() throws Exception {
        return LayerSamples.records();
    }

    @Test
    void allRecordsOfThePackageAreSeen() throws Exception {
        assertTrue(records().size() > 40, "found " + records());
        assertTrue(records().contains(Linear.class));
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyLayerComesBackWithTheSameBits(Class<?> type) {
        LayerSamples.Sample sample = LayerSamples.all().get(type);
        assertTrue(sample != null, "add a sample of " + type.getSimpleName() + " to LayerSamples");
        Type input = sample.input();
        ModelFile file = new ModelFile(sample.model(), input, null, List.of(), List.of(), Provenance.UNKNOWN);

        ModelFormat.of().write(path(), file);
        ModelFile read = ModelFormat.of().read(path());

        assertNotSame(sample.model(), read.model());
        assertEquals(type, read.model().getClass());
        assertEquals(sample.model().toString(), read.model().toString().replaceAll("@[0-9a-f]+", ""));
        assertEquals(WeightsHash.of(sample.model()), WeightsHash.of(read.model()));
        if (input != null) {
            Shape shape = Shape.of(2).append(input.shape());
            float[] numbers =
                    Tensor.normal(RandomKey.of(5), shape.elements()).abs().toFloats();
            Tensor x = Tensor.of(numbers, shape.toArray()).cast(input.dtype());
            for (Pass pass : List.of(Pass.inference(), Pass.training(RandomKey.of(9)))) {
                float[] before = ((Layer) sample.model()).forward(x, pass).toFloats();
                float[] after = ((Layer) read.model()).forward(x, pass).toFloats();
                assertArrayEquals(before, after, 0f);
            }
        }
        assertEquals(file.withProvenance(Provenance.UNKNOWN).output(), read.output());
    }

    @Test
    void everythingBesideTheModelComesBack() {
        Layer model = Linear.of(3, 2, RandomKey.of(1));
        Provenance provenance = new Provenance(
                -7, "abc", Map.of("loss", "mse"), Map.of("testAccuracy", 0.1 + 0.2, "testLoss", Double.NaN));
        ModelFile file = ModelFile.of(model, ROW)
                .withPreprocessing(
                        Standardize.of(0.1, 2), new Standardize(List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)))
                .withClasses(List.of("cat", "dög \n\""))
                .withProvenance(provenance);

        ModelFormat.of().write(path(), file);
        ModelFile read = ModelFormat.of().read(path());

        assertEquals(file.preprocessing(), read.preprocessing());
        assertEquals(file.classes(), read.classes());
        assertEquals(provenance, read.provenance());
        assertEquals(ROW, read.input());
        assertEquals(Type.of(DType.F32, Shape.of(2)), read.output());
    }

    @Test
    void aTokenizerComesBackEqual() {
        Gpt model = Gpt.of(Gpt.Config.of(300, 4, 1, 1, 2), RandomKey.of(1));
        for (Tokenizer tokenizer : List.of(
                CharacterTokenizer.train("to be or not to be"),
                WordTokenizer.train(List.of("To be", "or not"), true, 1, 100),
                BytePairTokenizer.train(List.of("to be or not to be to be"), 260, "<end>"))) {
            ModelFile file =
                    ModelFile.of(model, Type.of(DType.I32, Shape.of(4))).withTokenizer(tokenizer);

            ModelFormat.of().write(path(), file);

            assertEquals(tokenizer, ModelFormat.of().read(path()).tokenizer());
        }
    }

    @Test
    void aBiasThatIsNotThereStaysAway() {
        ModelFormat.of()
                .write(path(), ModelFile.of(Linear.of(3, 2, RandomKey.of(1)).withoutBias(), ROW));

        assertNull(((Linear) ModelFormat.of().read(path()).model()).bias());
    }

    @Test
    void aSharedParameterIsSharedAgain() {
        Parameter weight = Parameter.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, 3);
        Layer tied = Sequential.of(new Linear(weight, null), new Relu(), new Linear(weight, null));

        ModelFormat.of().write(path(), ModelFile.of(tied, ROW));
        Sequential read = (Sequential) ModelFormat.of().read(path()).model();

        assertSame(
                ((Linear) read.layers().getFirst()).weight(),
                ((Linear) read.layers().getLast()).weight());
        assertEquals(1, read.parameters().size());
    }

    @Test
    void theSameModelGivesTheSameBytes() throws Exception {
        ModelFile file = ModelFile.of(Linear.of(3, 2, RandomKey.of(1)), ROW);
        ModelFormat.of().write(path(), file);
        byte[] first = Files.readAllBytes(path());

        ModelFormat.of().write(path(), ModelFormat.of().read(path()));

        assertArrayEquals(first, Files.readAllBytes(path()));
    }

    @Test
    void anyZipProgramOpensTheFile() throws Exception {
        ModelFormat.of().write(path(), ModelFile.of(Linear.of(3, 2, RandomKey.of(1)), ROW));

        try (ZipFile zip = new ZipFile(path().toFile())) {
            assertEquals(
                    List.of("model.json", "weights.safetensors"),
                    zip.stream().map(entry -> entry.getName()).toList());
            byte[] text = zip.getInputStream(zip.getEntry("model.json")).readAllBytes();
            assertTrue(new String(text, java.nio.charset.StandardCharsets.UTF_8).contains("\"is\": \"linear\""));
        }
    }

    @Test
    void writingReplacesTheFileWholeAndLeavesNothingElse() throws Exception {
        Files.writeString(path(), "old");
        Files.writeString(folder.resolve("model.nudge.tmp"), "of a process that was stopped");

        ModelFormat.of().write(path(), ModelFile.of(new Relu(), ROW));

        assertEquals(new Relu(), ModelFormat.of().read(path()).model());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(path()), files.toList());
        }
    }

    @Test
    void whatCannotBeReadBackIsNotWritten() {
        var lambda = assertThrows(
                IllegalArgumentException.class,
                () -> ModelFormat.of().write(path(), ModelFile.of((x, pass) -> x, ROW)));
        assertTrue(lambda.getMessage().contains("cannot hold"), lambda.getMessage());
        var own = assertThrows(
                IllegalArgumentException.class,
                () -> ModelFormat.of().write(path(), ModelFile.of(new ModelSnippets.Scaled(2, new Relu()), ROW)));
        assertTrue(own.getMessage().contains("withLayer"), own.getMessage());
        Parameter nan = Parameter.of(new float[] {1, Float.NaN}, 2, 1);
        var number = assertThrows(
                NudgeException.class,
                () -> ModelFormat.of()
                        .write(path(), ModelFile.of(new Linear(nan, null), Type.of(DType.F32, Shape.of(2)))));
        assertEquals("E344", number.code());
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelFormat.of().write(path(), ModelFile.of(Linear.of(4, 1, RandomKey.of(1)), ROW)));
        assertFalse(Files.exists(path()));
    }

    @Test
    void ownLayersAreRegisteredForWritingAndReading() {
        ModelFormat format = ModelFormat.of().withLayer("scaled", ModelSnippets.Scaled.class);
        format.write(path(), ModelFile.of(new ModelSnippets.Scaled(2, Linear.of(3, 1, RandomKey.of(1))), ROW));

        assertEquals(2, ((ModelSnippets.Scaled) format.read(path()).model()).factor());
        var unknown = assertThrows(NudgeException.class, () -> ModelFormat.of().read(path()));
        assertEquals("E332", unknown.code());
        assertTrue(unknown.getMessage().contains("\"scaled\""), unknown.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> ModelFormat.of().withLayer("relu", ModelSnippets.Scaled.class));
        assertThrows(
                IllegalArgumentException.class, () -> ModelFormat.of().withLayer("a.b", ModelSnippets.Scaled.class));
    }
}
