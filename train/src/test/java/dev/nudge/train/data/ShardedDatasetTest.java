package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedDatasetTest {
    private static final RandomKey KEY = RandomKey.of(6);
    private static final int ROWS = 23;

    @TempDir
    private Path folder;

    /// Row `r` is `[r, -r]` with class `r mod 3`.
    private static ArrayDataset whole() {
        float[] inputs = new float[2 * ROWS];
        int[] labels = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            inputs[2 * row] = row;
            inputs[2 * row + 1] = -row;
            labels[row] = row % 3;
        }
        return ArrayDataset.of(inputs, Shape.of(2), labels, 3);
    }

    /// Five shards, of 5, 5, 5, 5 and 3 rows.
    private ShardedDataset shards() {
        ShardedDataset.write(whole().ordered(), folder, 5);
        return ShardedDataset.of(folder);
    }

    private static float[] inputs(Dataset data, int... rows) {
        return data.batch(rows).inputs().toFloats();
    }

    @Test
    void rowsAreThoseThatWereWritten() {
        ShardedDataset shards = shards();
        assertEquals(ROWS, shards.size());
        assertEquals(whole().inputType(), shards.inputType());
        assertEquals(whole().targetType(), shards.targetType());
        assertEquals(3, shards.classes());
        assertArrayEquals(whole().labels(), shards.labels());
        int[] mixed = {22, 0, 4, 5, 19, 0};
        assertArrayEquals(inputs(whole(), mixed), inputs(shards, mixed));
        assertArrayEquals(
                whole().batch(mixed).targets().toInts(),
                shards.batch(mixed).targets().toInts());
        assertThrows(IllegalArgumentException.class, () -> shards.batch(ROWS));
        assertThrows(IllegalArgumentException.class, () -> shards.batch(-1));
    }

    @Test
    void aShuffledPassHasEveryRowOnceAndMixesTheShardsOfAWindowOnly() {
        ShardedDataset shards = shards().withWindow(2);
        int[] order = shards.shuffle(KEY).order();
        assertArrayEquals(
                IntStream.range(0, ROWS).toArray(),
                Arrays.stream(order).sorted().toArray());
        // The rows of two whole shards come before any row of a third.
        int at = 0;
        while (at < ROWS) {
            Set<Integer> near = new HashSet<>();
            int from = at;
            while (at < ROWS && (near.contains(order[at] / 5) || near.size() < 2)) {
                near.add(order[at++] / 5);
            }
            int expected = near.stream().mapToInt(shard -> shard == 4 ? 3 : 5).sum();
            assertEquals(expected, at - from, "shards " + near + " in " + Arrays.toString(order));
        }
        assertArrayEquals(order, shards.shuffle(KEY).order());
        assertTrue(!Arrays.equals(order, shards.shuffle(RandomKey.of(7)).order()));
    }

    @Test
    void everyRowMayComeFirstWhenTheWindowIsAll() {
        ShardedDataset shards = shards().withWindow(5);
        int[] first = new int[ROWS];
        for (int i = 0; i < 2300; i++) {
            first[shards.shuffle(KEY.at(i)).order()[0]]++;
        }
        for (int row = 0; row < ROWS; row++) {
            assertEquals(100, first[row], 50, "five standard deviations of row " + row);
        }
    }

    @Test
    void aPassGoesOnInTheMiddleAsItWouldHaveGone() {
        ShardedDataset shards = shards();
        Batches batches = shards.shuffle(KEY).batches(4);
        List<float[]> all = new ArrayList<>();
        for (Batch batch : batches) {
            all.add(batch.inputs().toFloats());
        }
        int number = 3;
        for (Batch batch : shards.shuffle(KEY).batches(4).withWorkers(3).from(3)) {
            assertArrayEquals(all.get(number++), batch.inputs().toFloats());
        }
        assertEquals(all.size(), number);
    }

    @Test
    void aPartKeepsToItsShardsToo() {
        ShardedDataset part = shards().withWindow(1).subset(20, 1, 6, 2, 21, 7);
        assertArrayEquals(inputs(whole(), 1, 21, 20), inputs(part, 1, 4, 0));
        assertArrayEquals(new int[] {2, 1, 0, 2, 0, 1}, part.labels());
        int[] shardOf = Arrays.stream(part.shuffle(KEY).order())
                .map(place -> new int[] {20, 1, 6, 2, 21, 7}[place] / 5)
                .toArray();
        assertEquals(shardOf[0], shardOf[1]);
        assertEquals(shardOf[2], shardOf[3]);
        assertEquals(shardOf[4], shardOf[5]);
        assertNotEquals(opened().fingerprint(), part.fingerprint());
        Split split = Split.threeWay(opened(), 0.2, 0.2, KEY);
        assertEquals(
                ROWS,
                split.train().size() + split.validation().size() + split.test().size());
    }

    private ShardedDataset opened() {
        return ShardedDataset.of(folder);
    }

    @Test
    void theFingerprintIsOfTheContents() throws IOException {
        String one = shards().fingerprint();
        assertEquals(one, opened().fingerprint());
        Path other = folder.resolve("other");
        ShardedDataset.write(whole().subset(IntStream.range(1, ROWS).toArray()).ordered(), other, 5);
        assertNotEquals(one, ShardedDataset.of(other).fingerprint());
        // Files from elsewhere say nothing of their contents, which are read then.
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        write(foreign.resolve("a.safetensors"), new float[] {1, 2}, new float[] {3});
        String before = ShardedDataset.of(foreign).fingerprint();
        write(foreign.resolve("a.safetensors"), new float[] {1, 5}, new float[] {3});
        assertNotEquals(before, ShardedDataset.of(foreign).fingerprint());
        assertEquals(0, ShardedDataset.of(foreign).classes());
    }

    private static void write(Path file, float[] inputs, float[] targets) throws IOException {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("inputs", TensorData.of(inputs, inputs.length / 2, 2));
        tensors.put("targets", TensorData.of(targets, targets.length));
        try (OutputStream out = Files.newOutputStream(file)) {
            Safetensors.write(out, tensors, Map.of());
        }
    }

    @Test
    void shardsThatCannotBeUsedAreNamed() throws IOException {
        refused("E300", folder.resolve("missing"), "missing");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refused("E501", empty, "no data rows");
        Path uneven = Files.createDirectory(folder.resolve("uneven"));
        write(uneven.resolve("a.safetensors"), new float[4], new float[3]);
        refused("E325", uneven, "a.safetensors");
        Path lacking = Files.createDirectory(folder.resolve("lacking"));
        try (OutputStream out = Files.newOutputStream(lacking.resolve("a.safetensors"))) {
            Safetensors.write(out, Map.of("inputs", TensorData.of(new float[2], 1, 2)), Map.of());
        }
        refused("E312", lacking, "targets");
        Path different = Files.createDirectory(folder.resolve("different"));
        write(different.resolve("a.safetensors"), new float[4], new float[2]);
        try (OutputStream out = Files.newOutputStream(different.resolve("b.safetensors"))) {
            Safetensors.write(
                    out,
                    Map.of("inputs", TensorData.of(new float[3], 1, 3), "targets", TensorData.of(new float[1], 1)),
                    Map.of());
        }
        refused("E325", different, "b.safetensors");
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.write(damaged.resolve("a.safetensors"), new byte[] {1, 2, 3});
        refused("E302", damaged, "a.safetensors");
        shards();
        NudgeException again =
                assertThrows(NudgeException.class, () -> ShardedDataset.write(whole().ordered(), folder, 5));
        assertEquals("E012", again.code());
    }

    @Test
    void aFileThatChangesMeanwhileIsNoticed() throws IOException {
        ShardedDataset shards = shards();
        Files.write(folder.resolve("shard-000001.safetensors"), new byte[8], StandardOpenOption.APPEND);
        assertArrayEquals(inputs(whole(), 0), inputs(shards, 0));
        assertEquals(
                "E313",
                assertThrows(NudgeException.class, () -> shards.batch(6)).code());
    }

    private static void refused(String code, Path place, String said) {
        NudgeException error = assertThrows(NudgeException.class, () -> ShardedDataset.of(place));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.getMessage().contains(said), error.getMessage());
    }
}
