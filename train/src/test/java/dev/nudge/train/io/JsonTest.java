package dev.nudge.train.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
    @Test
    void theTestSuiteForParsersIsDecidedAsItDemands(@TempDir Path scratch) throws Exception {
        List<Path> files = Corpus.files("json/jsontestsuite", scratch);
        int accepted = 0;
        int rejected = 0;
        var wrong = new ArrayList<String>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            boolean accepts = accepts(Files.readAllBytes(file));
            if (name.startsWith("y_")) {
                accepted++;
                // JSONTestSuite leaves duplicate keys legal; this reader refuses them on purpose.
                boolean duplicates = name.startsWith("y_object_duplicated_key");
                if (accepts == duplicates) {
                    wrong.add(name);
                }
            } else if (name.startsWith("n_")) {
                rejected++;
                if (accepts) {
                    wrong.add(name);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(accepted >= 90 && rejected >= 180, accepted + " and " + rejected + " files");
    }

    @Test
    void whateverIsAcceptedComesBackTheSameAfterWriting(@TempDir Path scratch) throws Exception {
        for (Path file : Corpus.files("json", scratch)) {
            byte[] bytes = Files.readAllBytes(file);
            if (accepts(bytes)) {
                Json value = parse(bytes);
                assertEquals(value, Json.parse(value.compact(), "compact", JsonRules.CONFIGURATION), file::toString);
                assertEquals(value, Json.parse(value.pretty(), "pretty", JsonRules.CONFIGURATION), file::toString);
            }
        }
    }

    @Test
    void numbersComeBackWithTheSameBits() {
        var random = new SplittableRandom(7);
        for (int round = 0; round < 20_000; round++) {
            double value = Double.longBitsToDouble(random.nextLong());
            float single = Float.intBitsToFloat(random.nextInt());
            long integer = random.nextLong();
            if (Double.isFinite(value) && Float.isFinite(single)) {
                var object = JsonObject.EMPTY.with("d", value).with("f", single).with("i", integer);
                var back = (JsonObject) Json.parse(object.pretty(), "numbers", JsonRules.CONFIGURATION);
                assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(back.number("d")));
                assertEquals(Float.floatToRawIntBits(single), Float.floatToRawIntBits((float) back.number("f")));
                assertEquals(integer, back.integer("i"));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(Double.NEGATIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> new JsonNumber("01"));
        assertThrows(IllegalArgumentException.class, () -> new JsonNumber("1 "));
    }

    @Test
    void anErrorNamesLineAndColumn() {
        assertError("E603", "f.json:2:8", "{\n  \"a\": x}");
        assertError("E603", "f.json:1:3", "{}x");
        assertError("E602", "f.json:3:2", "{\"batch\": 1,\n \"lr\": 2,\n \"batch\": 3}");
        assertTrue(error("{\"batch\": 1,\n \"lr\": 2,\n \"batch\": 3}")
                .getMessage()
                .contains("lines 1 and 3"));
        assertError("E603", "f.json:1:1", "");
        assertError("E603", "f.json:1:2", "[\"\\ud800\"]");
        assertError("E603", "f.json:1:1", "\ufeff{}");
    }

    @Test
    void nestingLengthAndNumbersAreBounded() {
        assertError("E603", "f.json:1:65", "[".repeat(100_000));
        assertTrue(accepts("[".repeat(64) + "]".repeat(64)));
        assertFalse(accepts("[".repeat(65) + "]".repeat(65)));
        assertError("E603", "f.json:1:1", "1".repeat(5000));
        var tiny = new JsonRules(4, 3, "E1", "E2");
        assertEquals(
                "E1",
                assertThrows(NudgeException.class, () -> Json.parse("[12]", "f", tiny))
                        .code());
        assertThrows(IllegalArgumentException.class, () -> new JsonRules(100_000, 1, "E1", "E2"));
    }

    @Test
    void invalidUtf8IsRefusedWithItsOffset() {
        byte[] bytes = {'"', 'a', (byte) 0xff, '"'};
        NudgeException error = assertThrows(NudgeException.class, () -> parse(bytes));
        assertTrue(error.getMessage().contains("0xFF at offset 2"), error.getMessage());
        // An overlong slash and a surrogate in UTF-8 are not UTF-8 either.
        assertFalse(accepts(new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}));
        assertFalse(accepts(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}));
    }

    @Test
    void membersAreReadByKindAndAWrongKindIsNamed() {
        var object = (JsonObject) Json.parse(
                "{\"t\":\"x\",\"i\":9007199254740993,\"n\":1.5,\"b\":true,\"o\":{},\"a\":[1],\"z\":null}",
                "f.json",
                JsonRules.CONFIGURATION);
        assertEquals("x", object.text("t"));
        assertEquals(9_007_199_254_740_993L, object.integer("i"));
        assertEquals(1.5, object.number("n"));
        assertTrue(object.truth("b"));
        assertEquals(JsonObject.EMPTY, object.object("o"));
        assertEquals(List.of(JsonNumber.of(1)), object.array("a"));
        assertThrows(NudgeException.class, () -> object.integer("n"));
        assertThrows(NudgeException.class, () -> object.text("missing"));
        assertEquals("a string", new JsonText("").kind());
        assertEquals("[1,2]", JsonArray.of(1, 2).compact());
        assertFalse(object.without("t").has("t"));
    }

    @Test
    void messagesNeverCarryControlCharacters() {
        NudgeException error = error("[\"a\\u001b\", \u001b[31mred\r\n]");
        assertFalse(error.getMessage().chars().anyMatch(Character::isISOControl), error.getMessage());
        assertTrue(error.getMessage().contains("\\u001b[31m"), error.getMessage());
        assertEquals(80 + 2 + 3, NudgeException.quote("x".repeat(500)).length());
    }

    private static void assertError(String code, String where, String text) {
        NudgeException error = error(text);
        assertEquals(code, error.code());
        assertEquals(where, error.where());
        assertTrue(error.getMessage().startsWith("error[" + code + "] " + where + ": "), error.getMessage());
    }

    private static NudgeException error(String text) {
        return assertThrows(NudgeException.class, () -> Json.parse(text, "f.json", JsonRules.CONFIGURATION));
    }

    private static boolean accepts(String text) {
        return accepts(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean accepts(byte[] bytes) {
        try {
            parse(bytes);
            return true;
        } catch (NudgeException _) {
            return false;
        }
    }

    private static Json parse(byte[] bytes) {
        return Json.parse(bytes, "f.json", JsonRules.CONFIGURATION);
    }
}
