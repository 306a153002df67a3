package dev.nudge.train.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.data.Batch;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.TextFiles.Labelled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDataTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("a.jsonl"), text);
    }

    private void refused(String code, String said, String text) throws IOException {
        Path file = file(text);
        NudgeException error = assertThrows(NudgeException.class, () -> TextFiles.jsonLines(file, "text", "label"));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.getMessage().contains(said), error.getMessage());
    }

    @Test
    void aLineIsATextAndItsLabel() throws IOException {
        Path file = file("\uFEFF{\"text\":\"one\\ntwo\",\"label\":\"a\",\"more\":[1]}\r\n\n"
                + "{\"label\":2,\"text\":\"\"}\n{\"text\":\"x\",\"label\":true}");
        assertEquals(
                List.of(new Labelled("one\ntwo", "a"), new Labelled("", "2"), new Labelled("x", "true")),
                TextFiles.jsonLines(file, "text", "label"));
        assertEquals("", TextFiles.jsonLines(file, "text", null).getFirst().label());
    }

    @Test
    void aWrongLineIsNamed() throws IOException {
        String good = "{\"text\":\"a\",\"label\":\"b\"}\n";
        refused("E603", "line 2: no member \"label\" - found [text]", good + "{\"text\":\"a\"}");
        refused("E603", "line 2: expected a string as \"text\", found \"1\"", good + "{\"text\":1,\"label\":1}");
        refused("E603", "\"label\", found \"null\"", "{\"text\":\"a\",\"label\":null}");
        refused("E603", "line 1: expected an object", "[1]");
        refused("E602", "line 3", good + "\n{\"text\":");
        Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xE4, 'b'});
        assertEquals(
                "E503",
                assertThrows(NudgeException.class, () -> TextFiles.read(folder.resolve("latin")))
                        .code());
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> TextFiles.read(folder.resolve("none")))
                        .code());
    }

    @Test
    void windowsFollowEachOtherAndTargetsAreOneFurther() {
        TokenWindows windows = TokenWindows.of(new int[] {10, 11, 12, 13, 14, 15, 16, 17}, 3);
        assertEquals(2, windows.size());
        Batch batch = windows.batch(1, 0);
        assertArrayEquals(new int[] {13, 14, 15, 10, 11, 12}, batch.inputs().toInts());
        assertArrayEquals(new int[] {14, 15, 16, 11, 12, 13}, batch.targets().toInts());
        assertEquals(2, TokenWindows.of(IntStream.range(0, 7).toArray(), 3).size(), "the last target is a token too");
        assertThrows(IllegalArgumentException.class, () -> windows.batch(2));
        assertThrows(IllegalArgumentException.class, () -> TokenWindows.of(new int[3], 3));
        assertNotEquals(
                windows.fingerprint(),
                TokenWindows.of(new int[] {10, 11, 12, 13, 14, 15, 16, 17}, 2).fingerprint());
    }

    @Test
    void aShuffledPassBeginsAnywhereAndDependsOnTheKeyAlone() {
        TokenWindows windows = TokenWindows.of(IntStream.range(0, 41).toArray(), 4);
        Set<Integer> starts = new HashSet<>();
        for (int epoch = 0; epoch < 100; epoch++) {
            RandomKey key = RandomKey.of(5).at(epoch);
            Map<Integer, Integer> expected = starts(windows, key, 10, 1);
            assertEquals(10, expected.size());
            assertEquals(expected, starts(windows, key, 3, 2));
            starts.addAll(expected.values());
        }
        assertEquals(IntStream.range(0, 37).boxed().collect(Collectors.toSet()), starts);
    }

    private static Map<Integer, Integer> starts(TokenWindows windows, RandomKey key, int size, int workers) {
        Map<Integer, Integer> starts = new HashMap<>();
        for (Batch batch : windows.shuffle(key).batches(size).withWorkers(workers)) {
            int[] inputs = batch.inputs().toInts();
            int[] targets = batch.targets().toInts();
            for (int i = 0; i < inputs.length; i++) {
                assertEquals(inputs[i] + 1, targets[i]);
            }
            for (int i = 0; i < batch.size(); i++) {
                starts.put(batch.rows()[i], inputs[4 * i]);
            }
        }
        return starts;
    }
}
