package dev.nudge.train.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final String W = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";

    private static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private static byte[] file(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Safetensors.Contents read(byte[] bytes) {
        try {
            return Safetensors.read(new ByteArrayInputStream(bytes), bytes.length, "m.safetensors");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(Map<String, TensorData> tensors, Map<String, String> metadata) {
        try {
            var out = new ByteArrayOutputStream();
            Safetensors.write(out, tensors, metadata);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(String code, byte[] bytes, String... mentioned) {
        NudgeException error = assertThrows(NudgeException.class, () -> read(bytes));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.getMessage().startsWith("error[" + code + "] m.safetensors"), error.getMessage());
        for (String text : mentioned) {
            assertTrue(error.getMessage().contains(text), error.getMessage());
        }
    }

    @Test
    void everyTypeComesBackBitForBit() {
        var tensors = Map.of(
                "f32", TensorData.of(new float[] {1, -0.0f, Float.NaN, Float.NEGATIVE_INFINITY}, 2, 2),
                "f64", TensorData.of(new double[] {Math.PI}),
                "i64", TensorData.of(new long[] {Long.MIN_VALUE, 1L << 53}, 2),
                "i32", TensorData.of(new int[] {Integer.MAX_VALUE}, 1, 1),
                "i16", TensorData.of(new short[] {-2, 3, 4}, 3),
                "u8", TensorData.ofBytes(ElementType.U8, new byte[] {-1}, 1),
                "i8", TensorData.ofBytes(ElementType.I8, new byte[] {-1}, 1),
                "bool", TensorData.ofBytes(ElementType.BOOL, new byte[] {0, 1}, 2),
                "empty", TensorData.of(new float[0], 0, 5));
        Safetensors.Contents back = read(write(tensors, Map.of("b", "2", "a", "1")));
        assertEquals(tensors, back.tensors());
        assertEquals(Map.of("a", "1", "b", "2"), back.metadata());
    }

    @Test
    void theBytesAreThoseOfTheFormat() {
        byte[] expected = file(
                "{\"__metadata__\":{\"k\":\"v\"},\"w\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]}} ", 4);
        expected[expected.length - 4] = 1;
        expected[expected.length - 1] = 2;
        assertEquals(0, (expected.length - 4) % 8, "the header ends on a multiple of 8");
        assertArrayEquals(expected, write(Map.of("w", TensorData.of(new short[] {1, 512}, 2)), Map.of("k", "v")));
    }

    /// Bit patterns whose numbers follow from sign, exponent and fraction: 1 + 5 + 10 bits with a bias of 15, and
    /// 1 + 8 + 7 bits with a bias of 127.
    @Test
    void floatsOfSixteenBitsAreWidened() {
        float[] halves = sixteenBits("F16", 0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x3555, 0x8000, 0x7C00, 0xFC00);
        float infinity = Float.POSITIVE_INFINITY;
        assertArrayEquals(
                new float[] {1, -2, 65504, 0x1p-14f, 0x1p-24f, 1365f / 4096, -0.0f, infinity, -infinity}, halves);
        float[] brain = sixteenBits("BF16", 0x3F80, 0xC000, 0x7F7F, 0x0080, 0x0001, 0x4049, 0x8000, 0x7F80, 0xFF80);
        assertArrayEquals(
                new float[] {1, -2, 0x1.FEp127f, 0x1p-126f, 0x1p-133f, 201f / 64, -0.0f, infinity, -infinity}, brain);
        assertTrue(Float.isNaN(sixteenBits("F16", 0x7E00)[0]) && Float.isNaN(sixteenBits("BF16", 0x7FC0)[0]));
    }

    private static float[] sixteenBits(String type, int... patterns) {
        int count = patterns.length;
        String header =
                "{\"w\":{\"dtype\":\"" + type + "\",\"shape\":[" + count + "],\"data_offsets\":[0," + 2 * count + "]}}";
        byte[] bytes = file(header, 2 * count);
        ByteBuffer elements = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            elements.putShort(bytes.length - 2 * count + 2 * i, (short) patterns[i]);
        }
        TensorData read = read(bytes).tensors().get("w");
        assertEquals("F32 [" + count + "]", read.toString());
        return read.floats();
    }

    @Test
    void theOrderOfTheMapDoesNotMatterAndWideElementsComeFirst() {
        var one = new LinkedHashMap<String, TensorData>();
        one.put("a", TensorData.ofBytes(ElementType.U8, new byte[3], 3));
        one.put("b", TensorData.of(new double[1], 1));
        one.put("c", TensorData.of(new float[1], 1));
        var other = new LinkedHashMap<String, TensorData>();
        one.reversed().forEach(other::put);
        assertArrayEquals(write(one, Map.of()), write(other, Map.of()));
        assertEquals(
                List.of("b", "c", "a"),
                List.copyOf(read(write(one, Map.of())).tensors().keySet()));
    }

    @Test
    void aTensorLongerThanABufferStreams(@TempDir Path scratch) throws IOException {
        float[] values = new float[100_003];
        for (int index = 0; index < values.length; index++) {
            values[index] = index;
        }
        var tensors = Map.of("w", TensorData.of(values, values.length));
        Path file = Files.write(scratch.resolve("long.safetensors"), write(tensors, Map.of()));
        assertEquals(tensors, Safetensors.read(file).tensors());
    }

    @Test
    void whatCannotBeReadBackIsNotWritten() {
        TensorData tensor = TensorData.of(new float[1], 1);
        assertThrows(IllegalArgumentException.class, () -> write(Map.of("__metadata__", tensor), Map.of("k", "v")));
        assertThrows(IllegalArgumentException.class, () -> write(Map.of("n".repeat(5000), tensor), Map.of()));
        assertThrows(IllegalArgumentException.class, () -> TensorData.of(new float[3], 2, 2));
        assertThrows(IllegalArgumentException.class, () -> TensorData.ofBytes(ElementType.BOOL, new byte[] {2}, 1));
    }

    @Test
    void tooShortFilesAndWrongLengthsAreRefused() {
        assertRefused("E301", new byte[0], "empty file");
        assertRefused("E302", new byte[7], "header length needs 8 bytes, file has 7");
        byte[] greatest = {-1, -1, -1, -1, -1, -1, -1, -1};
        assertRefused("E302", greatest, "header length 18446744073709551615 exceeds limit 100 MB");
        assertRefused("E302", new byte[] {0, 0, 0, 0, 0, 0, 0, -128}, "9223372036854775808");
        byte[] cutToInt = file(W, 16);
        cutToInt[4] = 1;
        assertRefused("E302", cutToInt, "exceeds");
        byte[] swapped = file(W, 16);
        swapped[7] = swapped[0];
        swapped[0] = 0;
        assertRefused("E302", swapped, "byte-swapped");
        byte[] pastTheEnd = file(W, 0);
        pastTheEnd[0]++;
        assertRefused("E302", pastTheEnd, "exceeds the file");
    }

    @Test
    void headersThatAreNotOneJsonObjectAreRefused() {
        assertRefused("E303", file(new byte[] {-1, '{', '}'}, 0), "0xFF at offset 0");
        assertRefused("E303", file("{}x", 0), ":1:3", "text after");
        assertRefused("E303", file("[".repeat(20_000), 0), "nesting deeper than 4");
        assertRefused("E303", file("[]", 0), "object");
        assertRefused("E303", file("", 0));
        assertRefused("E303", file("{", 0));
        assertRefused("E303", file("{}\0\0", 0));
        assertEquals(Map.of(), read(file("  {}  ", 0)).tensors(), "white space around the object is accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e0", "\"1\"", "-1", "-0", "null", "[1]", "99999999999999999999"})
    void extentsMustBeIntegers(String extent) {
        assertRefused(
                "E304",
                file("{\"w\":{\"dtype\":\"F32\",\"shape\":[" + extent + "],\"data_offsets\":[0,4]}}", 4),
                "tensor \"w\"",
                "shape[0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4] | F31",
                "\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4] | f32",
                "\"shape\":[1],\"data_offsets\":[0,4] | unknown dtype",
                "\"dtype\":\"F32\",\"data_offsets\":[0,4] | shape",
                "\"dtype\":\"F32\",\"shape\":[1] | data_offsets must be [begin,end]",
                "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4] | data_offsets must be [begin,end]",
                "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8] | data_offsets must be [begin,end]",
                "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0] | end before they begin",
                "\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,4] | needs 16 bytes, offsets give 4",
                "\"dtype\":\"F32\",\"shape\":[2,18446744073709551614],\"data_offsets\":[0,4] | overflows",
                "\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4] | overflows",
                "\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,4] | needs 17179869184 bytes",
                "\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,4] | 12 bits do not fill whole bytes",
                "\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[0,4] | U16 is not supported",
                "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1 | unknown key"
            })
    void wrongEntriesAreRefused(String entry, String mentioned) {
        assertRefused("E304", file("{\"w\":{" + entry + "}}", 4), "tensor \"w\"", mentioned);
    }

    @Test
    void moreDimensionsAndLongerNamesThanTheLimitsAreRefused() {
        String ones = "1,".repeat(4999) + "1";
        assertRefused(
                "E304",
                file("{\"w\":{\"dtype\":\"F32\",\"shape\":[" + ones + "],\"data_offsets\":[0,4]}}", 4),
                "rank 5000 above limit 16");
        assertRefused("E304", file(W.replace("\"w\"", "\"" + "n".repeat(65536) + "\""), 16), "65536");
        assertRefused(
                "E304",
                file("{\"w\":{\"dtype\":\"BOOL\",\"shape\":[0],\"data_offsets\":[0,0]},\"v\":[]}", 0),
                "tensor \"v\"");
        byte[] two = file("{\"w\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
        two[two.length - 1] = 2;
        assertRefused("E304", two, "must be 0 or 1, found 2");
    }

    @Test
    void namesAreUniqueAndMetadataIsStrings() {
        assertRefused("E305", file(W.substring(0, W.length() - 1) + "," + W.substring(1), 16), "\"w\"");
        assertRefused("E305", file("{\"__metadata__\":{\"k\":1}}", 0), "__metadata__.k must be a string");
        assertRefused("E305", file("{\"__metadata__\":{\"k\":{}}}", 0), "__metadata__.k must be a string");
        assertRefused("E305", file("{\"__metadata__\":3}", 0), "__metadata__");
    }

    @Test
    void tensorsCoverTheFileExactly() {
        assertRefused("E306", file(W, 15), "needs bytes 0..16, file has 15 - truncated");
        assertRefused("E306", file(W, 27), "11 unused bytes");
        String two = "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}";
        assertRefused("E306", file(two.formatted(1, 3), 3), "overlap");
        assertRefused("E306", file(two.formatted(3, 5), 5), "unused");
        assertRefused("E306", file(two.formatted(0, 2), 2), "overlap");
        assertEquals(2, read(file(two.formatted(2, 4), 4)).tensors().size());
    }

    @Test
    void namesAreOnlyNamesAndAreEscapedInMessages() {
        String name = "../../etc/passwd";
        assertTrue(
                read(file(W.replace("\"w\"", "\"" + name + "\""), 16)).tensors().containsKey(name));
        NudgeException error =
                assertThrows(NudgeException.class, () -> read(file(W.replace("\"w\"", "\"\\u001b[31m\\r\\n\""), 15)));
        assertTrue(error.getMessage().contains("\\u001b[31m"), error.getMessage());
        assertFalse(error.getMessage().chars().anyMatch(Character::isISOControl), error.getMessage());
    }

    static List<byte[]> otherKinds() {
        return List.of(
                ascii("\u0080\u0004]q\u0000."),
                ascii("\u0080\u0004\u0095\u0010\u0000\u0000\u0000\u0000\u0000\u0000\u0000]\u0094(K\u0001K\u0002e."),
                ascii("PK\u0003\u0004\u0014\u0000\u0000\u0000\u0008\u0000archive/data.pkl"),
                ascii("<!DOCTYPE html><html><body>404</body></html>"),
                ascii("\n<html><head></head></html>"),
                ascii("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"),
                ascii("\u00ac\u00ed\u0000\u0005t\u0000\u0003abc"),
                ascii("\u001f\u008b\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0003"),
                ascii("\u0089HDF\r\n\u001a\n\u0000\u0000"));
    }

    @ParameterizedTest
    @MethodSource("otherKinds")
    void filesOfOtherKindsAreNamed(byte[] bytes) {
        assertRefused("E310", bytes);
    }

    @Test
    void aFileThatChangesWhileItIsReadIsRefused() {
        byte[] whole = file(W, 16);
        for (int size : new int[] {whole.length - 3, whole.length + 5}) {
            byte[] now = Arrays.copyOf(whole, size);
            NudgeException error = assertThrows(
                    NudgeException.class,
                    () -> Safetensors.read(new ByteArrayInputStream(now), whole.length, "m.safetensors"));
            assertEquals("E313", error.code());
        }
    }

    @Test
    void differencesToAModelAreListedByNameAndCut() {
        var model = new LinkedHashMap<String, TensorData>();
        model.put("layer1.weight", TensorData.of(new float[24], 8, 3));
        model.put("layer2.bias", TensorData.of(new float[2], 2));
        var found = Map.of("layer1.weight", TensorData.of(new float[32], 8, 4), "foo", TensorData.of(new float[1], 1));
        assertEquals(
                List.of("layer1.weight is F32 [8, 4], expected F32 [8, 3]", "missing layer2.bias", "unexpected foo"),
                TensorData.differences(model, found));
        var many = new LinkedHashMap<String, TensorData>();
        for (int index = 0; index < 30; index++) {
            many.put("p" + index, TensorData.of(new float[1], 1));
        }
        List<String> cut = TensorData.differences(many, Map.of());
        assertEquals(21, cut.size());
        assertEquals("and 10 more", cut.getLast());
    }

    @Test
    void everyCutIsRefusedAndEveryFlippedBitIsRefusedOrSeen() {
        var tensors = Map.of("a", TensorData.of(new float[] {1, 2}, 2), "b", TensorData.of(new int[] {3}, 1));
        byte[] whole = write(tensors, Map.of("k", "v"));
        Safetensors.Contents contents = read(whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(NudgeException.class, () -> read(cut), "cut at " + length);
        }
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Safetensors.Contents other = read(flipped);
                assertFalse(contents.equals(other), "bit " + bit);
            } catch (NudgeException e) {
                assertTrue(e.code().startsWith("E3"), e.getMessage());
            }
        }
    }

    @Test
    void whatIsAcceptedIsExactlyWhatTheRulesAllow() {
        int accepted = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            SafetensorsCase built = SafetensorsCase.random(new SplittableRandom(seed));
            String message = "seed " + seed + ": " + built.header() + " with " + built.dataBytes() + " bytes";
            byte[] bytes = built.file();
            Safetensors.Contents contents = null;
            try {
                contents = read(bytes);
            } catch (NudgeException e) {
                assertTrue(e.code().startsWith("E3"), e.getMessage());
                assertFalse(built.valid(), () -> message + " was refused: " + e.getMessage());
            }
            if (contents != null) {
                assertTrue(built.valid(), () -> message + " was accepted");
                byte[] again = write(contents.tensors(), contents.metadata());
                assertEquals(contents, read(again), message);
                assertArrayEquals(again, write(read(again).tensors(), contents.metadata()), message);
                accepted++;
            }
        }
        assertTrue(accepted > 4000 && accepted < 16_000, "accepted: " + accepted);
    }
}
