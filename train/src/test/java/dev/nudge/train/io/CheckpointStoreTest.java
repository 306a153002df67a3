package dev.nudge.train.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    private Path scratch;

    private Path directory;

    @BeforeEach
    void chooseDirectory() {
        directory = scratch.resolve("run").resolve("checkpoints");
    }

    static Checkpoint checkpoint(long step) {
        return new Checkpoint(
                "run-7",
                step,
                Map.of(
                        "layer1.weight", TensorData.of(new float[] {step, -0.0f, Float.MIN_VALUE}, 3),
                        "layer1.count", TensorData.of(new long[] {step}, 1)),
                Map.of("layer1.weight.m", TensorData.of(new float[] {step * 0.1f, 2, 3}, 3)),
                JsonObject.EMPTY.with("epoch", step / 100).with("loss", 0.1));
    }

    private CheckpointStore open() {
        return CheckpointStore.open(Storage.fileSystem(), directory, CheckpointStore.DEFAULT_KEPT);
    }

    private CheckpointStore saved(long... steps) {
        CheckpointStore store = open();
        for (long step : steps) {
            store.save(checkpoint(step));
        }
        return store;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private Path part(long step, String name) {
        return directory.resolve("step-%08d".formatted(step)).resolve(name);
    }

    private void assertFallsBack(String reason) {
        CheckpointStore.Found found = open().newestValid();
        assertEquals(checkpoint(1100), found.checkpoint().orElseThrow());
        assertEquals(1, found.warnings().size());
        Warning warning = found.warnings().getFirst();
        assertEquals("W401", warning.code());
        assertEquals("step-00001200", warning.where());
        assertTrue(warning.message().contains(reason), warning.message());
        assertTrue(warning.message().contains("resumed from step-00001100"), warning.message());
    }

    @Test
    void whatWasSavedComesBack() {
        saved(1200);
        CheckpointStore.Found found = open().newestValid();
        assertEquals(checkpoint(1200), found.checkpoint().orElseThrow());
        assertEquals(List.of(), found.warnings());
    }

    @Test
    void anEmptyOrMissingDirectoryHasNoCheckpoint() {
        assertTrue(open().newestValid().checkpoint().isEmpty());
        assertFalse(Files.exists(directory), "opening must not create anything");
    }

    @Test
    void theNewestTwoAreKeptAndTheBestIsPinned() throws IOException {
        CheckpointStore store = saved(100, 200);
        store.pin(100);
        store.save(checkpoint(300));
        store.save(checkpoint(400));
        assertEquals(List.of("best.json", "step-00000100", "step-00000300", "step-00000400"), names());
        assertEquals(checkpoint(100), open().pinned().checkpoint().orElseThrow());
        assertEquals(
                "E406", assertThrows(NudgeException.class, () -> store.pin(999)).code());
        assertEquals(List.of("best.json", "step-00000100", "step-00000300", "step-00000400"), names());
    }

    @Test
    void orderIsByStepWhateverTheClockSays() throws IOException {
        saved(99_999_999, 100_000_000);
        Files.setLastModifiedTime(directory.resolve("step-100000000"), FileTime.fromMillis(0));
        assertEquals(
                100_000_000, open().newestValid().checkpoint().orElseThrow().step());
    }

    @Test
    void aDamagedCheckpointIsReplacedWithoutWritingOverIt() throws IOException {
        saved(1100, 1200);
        Files.write(part(1200, "state.json"), new byte[0]);
        CheckpointStore store = open();
        assertEquals(1100, store.newestValid().checkpoint().orElseThrow().step());
        store.save(checkpoint(1200));
        assertEquals(List.of("step-00001100", "step-00001200-2"), names());
        assertEquals(checkpoint(1200), open().newestValid().checkpoint().orElseThrow());
    }

    @Test
    void lookingLeavesWhatARunningTrainingIsWriting() throws IOException {
        open().save(checkpoint(100));
        Path unfinished = directory.resolve("step-00000200.tmp");
        Files.createDirectories(unfinished);
        CheckpointStore store = CheckpointStore.look(Storage.fileSystem(), directory);
        assertEquals(100, store.newestValid().checkpoint().orElseThrow().step());
        assertTrue(Files.exists(unfinished));
        assertTrue(store.warnings().isEmpty());
    }

    @Test
    void leftoversOfACrashAreSwept() throws IOException {
        Files.createDirectories(directory.resolve("step-00000100.tmp"));
        Files.writeString(directory.resolve("step-00000100.tmp").resolve("tensors.safetensors"), "half");
        Files.writeString(directory.resolve("notes.txt"), "mine");
        CheckpointStore store = open();
        assertEquals("W402", store.warnings().getFirst().code());
        assertTrue(store.warnings().getFirst().message().contains("removed 1 unfinished checkpoint"));
        assertEquals(List.of("notes.txt"), names());
        assertTrue(store.newestValid().checkpoint().isEmpty());
    }

    @Test
    void everyFlippedBitAndEveryCutIsNoticed() throws IOException {
        var disk = new SimulatedDisk();
        Path run = Path.of("/checkpoints");
        CheckpointStore store = CheckpointStore.open(disk, run, 2);
        store.save(checkpoint(1100));
        store.save(checkpoint(1200));
        for (String name : List.of("tensors.safetensors", "optimizer.safetensors", "state.json", "MANIFEST.json")) {
            Path file = run.resolve("step-00001200").resolve(name);
            byte[] whole = disk.content(file);
            for (int bit = 0; bit < 8 * whole.length; bit++) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                disk.corrupt(file, flipped);
                assertEquals(1100, newest(disk, run).step(), name + " bit " + bit);
            }
            for (int length = 0; length < whole.length; length++) {
                disk.corrupt(file, Arrays.copyOf(whole, length));
                assertEquals(1100, newest(disk, run).step(), name + " cut at " + length);
            }
            disk.corrupt(file, whole);
        }
        assertEquals(checkpoint(1200), newest(disk, run));
    }

    private static Checkpoint newest(Storage storage, Path run) {
        return CheckpointStore.open(storage, run, 2).newestValid().checkpoint().orElseThrow();
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        saved(1100, 1200);
        Files.delete(part(1200, "optimizer.safetensors"));
        assertFallsBack("optimizer.safetensors missing");
    }

    @Test
    void aZeroedFileIsDamage() throws IOException {
        saved(1100, 1200);
        Path file = part(1200, "tensors.safetensors");
        Files.write(file, new byte[(int) Files.size(file)]);
        assertFallsBack("checksum of tensors.safetensors differs");
    }

    @Test
    void aCutFileSaysWhere() throws IOException {
        saved(1100, 1200);
        Path file = part(1200, "tensors.safetensors");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 17));
        assertFallsBack("tensors.safetensors truncated at 17");
    }

    @Test
    void partsOfTwoStepsAreNotMixed() throws IOException {
        saved(1100, 1200);
        Files.write(part(1200, "optimizer.safetensors"), Files.readAllBytes(part(1100, "optimizer.safetensors")));
        assertFallsBack("optimizer.safetensors belongs to step 1100");
    }

    @Test
    void aWholeCheckpointUnderTheWrongNameIsDamage() throws IOException {
        saved(1100);
        Files.move(directory.resolve("step-00001100"), directory.resolve("step-00001200"));
        assertTrue(open().newestValid().checkpoint().isEmpty());
    }

    @Test
    void aNewerFormatIsAnErrorAndNotPassedOver() throws IOException {
        saved(1100, 1200);
        Path file = part(1200, "MANIFEST.json");
        var manifest = (JsonObject) Json.parse(Files.readAllBytes(file), "m", JsonRules.CONFIGURATION);
        JsonObject newer = manifest.without("checksum").with("format", 7);
        var crc = new CRC32C();
        crc.update(newer.pretty().getBytes(StandardCharsets.UTF_8));
        String checksum = HexFormat.of().toHexDigits((int) crc.getValue());
        Files.writeString(file, newer.with("checksum", checksum).pretty());
        NudgeException error = assertThrows(NudgeException.class, () -> open().newestValid());
        assertEquals("E405", error.code());
        assertTrue(error.getMessage().contains("format 7, this program reads up to 1"), error.getMessage());
    }

    @Test
    void symbolicLinksAreRefused() throws IOException {
        saved(1100);
        Path outside = Files.createDirectory(scratch.resolve("outside"));
        Files.createSymbolicLink(directory.resolve("step-00001200"), outside);
        assertEquals(
                "E408",
                assertThrows(NudgeException.class, () -> open().newestValid()).code());
        Files.delete(directory.resolve("step-00001200"));
        Path state = part(1100, "state.json");
        Files.move(state, outside.resolve("state.json"));
        Files.createSymbolicLink(state, outside.resolve("state.json"));
        assertEquals(
                "E408",
                assertThrows(NudgeException.class, () -> open().newestValid()).code());
        Path link = Files.createSymbolicLink(scratch.resolve("link"), outside);
        assertEquals(
                "E408",
                assertThrows(NudgeException.class, () -> CheckpointStore.open(Storage.fileSystem(), link, 2))
                        .code());
    }

    @Test
    void aFailureAtAnyCallOfSavingLeavesTheLastCheckpoint() throws IOException {
        for (boolean forEver : new boolean[] {false, true}) {
            int last = Integer.MAX_VALUE;
            for (int failAt = 1; failAt <= last; failAt++) {
                directory = scratch.resolve("fail-" + forEver + "-" + failAt);
                saved(1100);
                var faulty = new FaultyStorage(Storage.fileSystem(), failAt, forEver);
                CheckpointStore store;
                try {
                    store = CheckpointStore.open(faulty, directory, 2);
                } catch (NudgeException e) {
                    assertEquals("E407", e.code());
                    continue;
                }
                try {
                    store.save(checkpoint(1200));
                    assertEquals(
                            1200,
                            open().newestValid().checkpoint().orElseThrow().step());
                } catch (NudgeException e) {
                    assertEquals("E406", e.code());
                    assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
                    Checkpoint found = open().newestValid().checkpoint().orElseThrow();
                    assertEquals(checkpoint(found.step()), found);
                    if (!forEver) {
                        assertFalse(names().stream().anyMatch(name -> name.endsWith(".tmp")), names()::toString);
                        store.save(checkpoint(1300));
                        assertEquals(
                                checkpoint(1300),
                                open().newestValid().checkpoint().orElseThrow());
                    }
                }
                last = faulty.calls() < failAt ? failAt : Integer.MAX_VALUE;
            }
            assertTrue(last > 20 && last < 1000, "calls: " + last);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsRefusedAndNothingIsLost() throws IOException {
        // Real refusals of the system, which hold for the administrator too: below a file there is no folder, and
        // Linux lets nobody write into /proc.
        Path file = Files.writeString(scratch.resolve("file"), "content");
        List<Path> unwritable = new ArrayList<>(List.of(file.resolve("checkpoints")));
        if (Files.isDirectory(Path.of("/proc/self"))) {
            unwritable.add(Path.of("/proc/nudge"));
        }
        for (Path folder : unwritable) {
            NudgeException error = assertThrows(
                    NudgeException.class,
                    () -> CheckpointStore.open(Storage.fileSystem(), folder, 2).save(checkpoint(1100)));
            assertTrue(List.of("E406", "E407").contains(error.code()), error.getMessage());
            assertTrue(error.getMessage().contains(folder.toString()), error.getMessage());
        }
        assertEquals("content", Files.readString(file));
    }

    @Test
    void aFolderThatIsLostDuringTheRunIsAnErrorOfTheNextSave() throws IOException {
        CheckpointStore store = saved(1100);
        Path away = Files.move(directory, scratch.resolve("away"));
        Files.writeString(directory, "a file in its place");
        NudgeException error = assertThrows(NudgeException.class, () -> store.save(checkpoint(1200)));
        assertEquals("E406", error.code());
        assertTrue(error.getMessage().contains("last good step-00001100"), error.getMessage());
        assertEquals("a file in its place", Files.readString(directory));
        directory = away;
        assertEquals(checkpoint(1100), open().newestValid().checkpoint().orElseThrow());
    }

    @Test
    void aFailureAtAnyCallOfLoadingNeverGivesWrongContent() {
        saved(1100, 1200);
        int last = Integer.MAX_VALUE;
        for (int failAt = 1; failAt <= last; failAt++) {
            var faulty = new FaultyStorage(Storage.fileSystem(), failAt, false);
            try {
                Checkpoint found = CheckpointStore.open(faulty, directory, 2)
                        .newestValid()
                        .checkpoint()
                        .orElseThrow();
                assertEquals(checkpoint(found.step()), found);
            } catch (NudgeException e) {
                assertEquals("E407", e.code());
            }
            last = faulty.calls() < failAt ? failAt : Integer.MAX_VALUE;
        }
        assertTrue(last > 10, "calls: " + last);
    }

    @Test
    void theErrorNamesTheLastGoodCheckpoint() throws IOException {
        var counting = new FaultyStorage(Storage.fileSystem(), Integer.MAX_VALUE, true);
        CheckpointStore.open(counting, scratch.resolve("counted"), 2).save(checkpoint(1100));
        var faulty = new FaultyStorage(Storage.fileSystem(), counting.calls() + 10, false);
        CheckpointStore store = CheckpointStore.open(faulty, scratch.resolve("failing"), 2);
        store.save(checkpoint(1100));
        NudgeException error = assertThrows(NudgeException.class, () -> store.save(checkpoint(1200)));
        assertEquals("E406", error.code());
        assertTrue(error.getMessage().contains("last good step-00001100"), error.getMessage());
    }
}
