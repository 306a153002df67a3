package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Shape;
import dev.nudge.train.data.Cifar.Labels;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    private static final int RECORD = 3073;

    @TempDir
    private Path folder;

    /// Records whose red is 255, green the row and blue the column of a pixel.
    private Path file(String name, int... labels) throws IOException {
        byte[] bytes = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            bytes[i * RECORD] = (byte) labels[i];
            for (int pixel = 0; pixel < 1024; pixel++) {
                bytes[i * RECORD + 1 + pixel] = (byte) 255;
                bytes[i * RECORD + 1 + 1024 + pixel] = (byte) (pixel / 32);
                bytes[i * RECORD + 1 + 2048 + pixel] = (byte) (pixel % 32);
            }
        }
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void planesBecomeChannelsOfEachPixel() throws IOException {
        ArrayDataset images = Cifar.read(List.of(file("a.bin", 3, 9)));
        assertEquals(Shape.of(32, 32, 3), images.inputType().shape());
        assertArrayEquals(new int[] {3, 9}, images.labels());
        float[] second = images.batch(1).inputs().toFloats();
        int pixel = 5 * 32 + 7;
        assertArrayEquals(new float[] {1, 5 / 255f, 7 / 255f}, Arrays.copyOfRange(second, pixel * 3, pixel * 3 + 3));
    }

    @Test
    void aFolderHasFiveFilesToTrainOnAndOneToTestWith() throws IOException {
        assertFalse(Cifar.isFolder(folder));
        for (int i = 1; i <= 5; i++) {
            file("data_batch_" + i + ".bin", i, i);
        }
        file("test_batch.bin", 0);
        assertTrue(Cifar.isFolder(folder));
        assertArrayEquals(
                new int[] {1, 1, 2, 2, 3, 3, 4, 4, 5, 5}, Cifar.training(folder).labels());
        assertEquals(1, Cifar.test(folder).size());
    }

    @Test
    void damagedFilesAreNamed() throws IOException {
        Path cut = folder.resolve("cut.bin");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(file("a.bin", 1, 2)), 2 * RECORD - 1));
        refused("E520", "found 6145", cut);
        refused("E520", "byte 3073 - expected 0..9, found 255", file("label.bin", 1, 255));
        refused("E501", "no data rows", Files.createFile(folder.resolve("empty.bin")));
        refused("E300", "missing.bin", folder.resolve("missing.bin"));
        refused("E300", folder.toString(), folder);
    }

    private static void refused(String code, String said, Path file) {
        NudgeException error = assertThrows(NudgeException.class, () -> Cifar.read(List.of(file)));
        assertEquals(code, error.code());
        assertTrue(error.getMessage().contains(said), error.getMessage());
        assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }

    @Test
    void imagesOfAHundredClassesHaveACoarseAndAFineLabel() throws IOException {
        byte[] bytes = new byte[2 * (2 + 3072)];
        bytes[0] = 19;
        bytes[1] = 99;
        bytes[3074] = 4;
        bytes[3075] = 30;
        bytes[3076] = (byte) 255; // the first red value of the second image
        Files.write(folder.resolve("train.bin"), bytes);
        assertFalse(Cifar.isFolderOfHundred(folder));
        Files.write(folder.resolve("test.bin"), Arrays.copyOf(bytes, 3074));
        assertTrue(Cifar.isFolderOfHundred(folder));
        assertArrayEquals(
                new int[] {99, 30}, Cifar.training(folder, Labels.FINE).labels());
        ArrayDataset coarse = Cifar.training(folder, Labels.COARSE);
        assertArrayEquals(new int[] {19, 4}, coarse.labels());
        assertEquals(20, coarse.classes());
        assertEquals(1, coarse.batch(1).inputs().toFloats()[0]);
        assertEquals(1, Cifar.test(folder, Labels.FINE).size());
        bytes[3074] = 20;
        Files.write(folder.resolve("train.bin"), bytes);
        NudgeException error = assertThrows(NudgeException.class, () -> Cifar.training(folder, Labels.COARSE));
        assertTrue(error.getMessage().contains("byte 3074 - expected 0..19, found 20"), error.getMessage());
    }

    @Test
    void classesAreNamedByTheFileBesideTheImages() throws IOException {
        assertEquals("9", Cifar.names(folder, Labels.TEN).getLast());
        Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\ntruck\n\n");
        assertEquals("truck", Cifar.names(folder, Labels.TEN).getLast());
        Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\n");
        assertThrows(NudgeException.class, () -> Cifar.names(folder, Labels.TEN));
    }
}
