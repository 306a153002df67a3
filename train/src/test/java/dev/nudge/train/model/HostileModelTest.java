package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.Archive;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.Storage;
import dev.nudge.train.io.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are damaged, malformed or made to do harm.
class HostileModelTest {
    private static final ModelFile MODEL =
            ModelFile.of(Sequential.of(Linear.of(2, 1, RandomKey.of(1)), new Relu()), Type.of(DType.F32, Shape.of(2)));

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("model.nudge");
    }

    private NudgeException refused(String code) {
        NudgeException error =
                assertThrows(NudgeException.class, () -> ModelFormat.of().read(path()));
        assertEquals(code, error.code(), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
        return error;
    }

    private byte[] bytes() throws IOException {
        ModelFormat.of().write(path(), MODEL);
        return Files.readAllBytes(path());
    }

    private String description() throws IOException {
        String[] text = new String[1];
        ModelFormat.of().write(path(), MODEL);
        Archive.read(path(), (name, _, in) -> {
            if (name.endsWith(".json")) {
                text[0] = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
        return text[0];
    }

    private void write(String description, Map<String, TensorData> tensors) throws IOException {
        var members = new LinkedHashMap<String, Archive.Content>();
        members.put("model.json", out -> out.write(description.getBytes(StandardCharsets.UTF_8)));
        members.put("weights.safetensors", out -> Safetensors.write(out, tensors, Map.of()));
        Archive.write(Storage.fileSystem(), path(), members);
    }

    private static Map<String, TensorData> weights() {
        return Map.of(
                "layers.0.weight", TensorData.of(new float[] {1, 2}, 2, 1),
                "layers.0.bias", TensorData.of(new float[] {3}, 1));
    }

    @Test
    void anyChangedByteIsNoticed() throws IOException {
        byte[] whole = bytes();
        for (int at = 0; at < whole.length; at++) {
            int bit = at % 8;
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << bit);
            Files.write(path(), changed);
            String place = "bit " + bit + " of byte " + at + " of " + whole.length;
            assertThrows(NudgeException.class, () -> ModelFormat.of().read(path()), place);
        }
    }

    @Test
    void anyTruncationAndAnyAddedByteIsNoticed() throws IOException {
        byte[] whole = bytes();
        for (int length = 0; length < whole.length; length++) {
            Files.write(path(), java.util.Arrays.copyOf(whole, length));
            assertThrows(NudgeException.class, () -> ModelFormat.of().read(path()), "cut at " + length);
        }
        Files.write(path(), java.util.Arrays.copyOf(whole, whole.length + 1));
        refused("E342");
        byte[] prepended = new byte[whole.length + 4];
        System.arraycopy(whole, 0, prepended, 4, whole.length);
        Files.write(path(), prepended);
        refused("E310");
    }

    @Test
    void theDescriptionIsReadAsItIs() throws IOException {
        write(description(), weights());

        assertEquals(4, Predictor.load(path()).predict(1f, 0f)[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.Runtime",
                "../relu",
                "Relu",
                "summary",
                "components",
                "sequential$1",
                "layer",
                "model",
                "optim.Adam",
                "",
                "\\u001b[31m",
                "pass",
                "positions.sinusoidl",
                "a.b.c"
            })
    void onlyPublicLayerRecordsCanBeNamed(String name) throws IOException {
        write(description().replace("\"relu\"", '"' + name + '"'), weights());

        assertTrue(refused("E332").getMessage().contains("is no known Layer"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "format": 1         | "format": 2                        | E343
                    "format": 1         | "format": 1.0                      | E341
                    "format": 1         | "format": 1, "format": 1           | E341
                    "format": 1         | "formats": 1                       | E341
                    "is": "relu"        | "is": "relu", "x": 1               | E341
                    "is": "relu"        | "is": 7                            | E332
                    "is": "relu"        | "is": "leakyRelu"                  | E341
                    "is": "relu"        | "is": "leakyRelu", "slope": "NaN"  | E341
                    "is": "relu"        | "is": "leakyRelu", "slope": 1e999  | E341
                    "is": "relu"        | "is": "leakyRelu", "slope": null   | E341
                    "is": "relu"        | "is": "dropout", "probability": 2  | E341
                    "is": "relu"        | "is": "residual", "body": null, "projection": null | E341
                    "is": "relu"        | "is": "upsample", "factor": 2000000000, "method": "BILINEAR" | E341
                    "is": "relu"        | "is": "flatten"                    | ok
                    "layers.0.weight"   | "layers.0.wight"                   | E312
                    "layers.0.bias"     | null                               | E312
                    "layers.0.bias"     | 3                                  | E341
                    "layers.0.bias"     | "layers.0.weight"                  | E341
                    "dtype": "F32"      | "dtype": "F31"                     | E341
                    "output": "F32 [1]" | "output": "F32 [2]"                | E341
                    "tokenizer": null   | "tokenizer": {"kind": "bpe7"}      | E341
                    "tokenizer": null   | "tokenizer": []                    | E341
                    "classes": []       | "classes": [null]                  | E341
                    "classes": []       | "classes": {}                      | E341
                    "seed": 0           | "seed": 9223372036854775808        | E341
                    """)
    void aChangedDescriptionIsRefusedWithItsCode(String from, String to, String code) throws IOException {
        String text = description();
        assertTrue(text.contains(from), text);
        write(text.replace(from, to), weights());

        if (code.equals("ok")) {
            ModelFormat.of().read(path());
        } else {
            refused(code);
        }
    }

    @Test
    void hugeShapesAndDeepNestingCostNothing() throws IOException {
        String text = description();
        String input = text.substring(text.indexOf("\"shape\""), text.indexOf(']', text.indexOf("\"shape\"")) + 1);
        write(text.replace(input, "\"shape\": [2147483647, 2147483647]"), weights());
        refused("E341");
        write(text.replace(input, "\"shape\": [-1]"), weights());
        refused("E341");
        write("[".repeat(100_000), weights());
        refused("E341");
        String deep = "{\"is\":\"sequential\",\"layers\":[".repeat(120) + "{\"is\":\"relu\"}" + "]}".repeat(120);
        write("{\"format\": 1, \"content\": {\"model\": " + deep + "}}", Map.of());
        refused("E341");
    }

    @Test
    void weightsThatAreLeftOverOrNotNumbersAreReported() throws IOException {
        var more = new LinkedHashMap<>(weights());
        more.put("foo", TensorData.of(new float[1], 1));
        write(description(), more);
        assertTrue(refused("E312").getMessage().contains("unexpected \"foo\""));

        more.remove("foo");
        more.put("layers.0.weight", TensorData.of(new float[] {1, Float.NaN}, 2, 1));
        write(description(), more);
        assertTrue(refused("E344").getMessage().contains("NaN at element 1"));

        more.put("layers.0.weight", TensorData.of(new float[3], 3, 1));
        write(description(), more);
        refused("E341");

        more.put("layers.0.weight", TensorData.of(new short[2], 2, 1));
        write(description(), more);
        refused("E304");
    }

    @Test
    void foreignArchivesAreRefused() throws IOException {
        for (String name : new String[] {"../../evil.txt", "/etc/x.json", "C:\\x", "a/b.json", "MODEL.JSON", "con"}) {
            zip(ZipEntry.STORED, name);
            assertTrue(refused("E340").getMessage().contains("unsafe name"), name);
        }
        Archive.write(
                Storage.fileSystem(), path(), new LinkedHashMap<>(Map.of("other.json", out -> out.write(new byte[3]))));
        assertTrue(refused("E340").getMessage().contains("does not belong into a model file"));
        zip(ZipEntry.DEFLATED, "model.json");
        assertTrue(refused("E342").getMessage().contains("is compressed"));
        Files.write(path(), new byte[0]);
        refused("E301");
        Files.writeString(path(), "<!DOCTYPE html>");
        assertTrue(refused("E310").getMessage().contains("HTML page"));
        Files.write(path(), new byte[] {(byte) 0x80, 4, 0x7d});
        assertTrue(refused("E310").getMessage().contains("pickle"));
        Files.delete(path());
        refused("E300");
    }

    @Test
    void oneMemberTwiceIsRefused() throws IOException {
        byte[] whole = bytes();
        int second = find(whole, "PK\u0003\u0004", 1);
        byte[] doubled = new byte[whole.length + second];
        System.arraycopy(whole, 0, doubled, 0, second);
        System.arraycopy(whole, 0, doubled, second, whole.length);
        Files.write(path(), doubled);

        assertTrue(refused("E340").getMessage().contains("appears twice"));
    }

    private static int find(byte[] bytes, String text, int from) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, from);
    }

    private void zip(int method, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry(name);
            entry.setMethod(method);
            if (method == ZipEntry.STORED) {
                entry.setSize(0);
                entry.setCrc(0);
            }
            entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
            out.putNextEntry(entry);
        }
        byte[] plain = bytes.toByteArray();
        plain[6] = 0; // the flags of the local header, which Java sets
        plain[7] = 0;
        Files.write(path(), plain);
    }
}
