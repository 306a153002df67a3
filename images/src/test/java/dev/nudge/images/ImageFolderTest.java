package dev.nudge.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Shape;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void twoClassesOfThreeImages() throws IOException {
        folder = temporary.resolve("pets");
        Pictures.write(folder.resolve("dog/b.png"), Pictures.plain("png", 4, 5, 0x0000FF));
        Pictures.write(folder.resolve("dog/a.bmp"), Pictures.plain("bmp", 4, 5, 0x00FF00));
        Pictures.write(folder.resolve("cat/z.png"), Pictures.plain("png", 4, 5, 0xFF0000));
        Pictures.write(folder.resolve("cat/.hidden.png"), new byte[] {1});
        Pictures.write(folder.resolve(".git/x"), new byte[] {1});
    }

    private void refused(String code, String... said) {
        NudgeException error = assertThrows(NudgeException.class, () -> ImageFolder.of(folder));
        assertEquals(code, error.code(), error.getMessage());
        for (String part : said) {
            assertTrue(error.getMessage().contains(part), error.getMessage());
        }
    }

    @Test
    void rowsGoByClassAndThenByName() {
        ImageFolder pets = ImageFolder.of(folder);
        assertEquals(List.of("cat", "dog"), pets.classNames());
        assertEquals(2, pets.classes());
        assertArrayEquals(new int[] {0, 1, 1}, pets.labels());
        assertEquals(Shape.of(4, 5, 3), pets.inputType().shape());
        float[] pixels = pets.batch(1, 0).inputs().toFloats();
        assertArrayEquals(new float[] {0, 1, 0}, new float[] {pixels[0], pixels[1], pixels[2]}); // green a.bmp
        assertArrayEquals(new float[] {1, 0, 0}, new float[] {pixels[60], pixels[61], pixels[62]}); // red z.png
        assertArrayEquals(new int[] {1, 0}, pets.batch(1, 0).targets().toInts());
        assertEquals(folder.resolve("dog/b.png"), pets.file(2));
        assertThrows(IllegalArgumentException.class, () -> pets.batch(3));
    }

    @Test
    void whatDoesNotFitIntoMemoryIsReadAgainAndIsTheSame() throws IOException {
        ImageFolder memory = ImageFolder.of(folder, null, 3 * 60);
        ImageFolder files = ImageFolder.of(folder, null, 3 * 60 - 1);
        assertTrue(memory.inMemory());
        assertFalse(files.inMemory());
        assertEquals(memory.fingerprint(), files.fingerprint());
        assertArrayEquals(
                memory.batch(0, 1, 2).inputs().toFloats(),
                files.batch(0, 1, 2).inputs().toFloats());
        ImageSize small = new ImageSize(3, 2, 1);
        assertArrayEquals(
                ImageFolder.of(folder, small, 1 << 20).batch(0, 1, 2).inputs().toFloats(),
                ImageFolder.of(folder, small, 0).batch(0, 1, 2).inputs().toFloats());
        assertNotEquals(memory.fingerprint(), ImageFolder.of(folder, small).fingerprint());
        Files.write(folder.resolve("dog/b.png"), Pictures.plain("png", 4, 4, 0));
        NudgeException error = assertThrows(NudgeException.class, () -> files.batch(2));
        assertEquals("E524", error.code());
        refused("E524");
    }

    @Test
    void otherContentsAreOtherData() throws IOException {
        String before = ImageFolder.of(folder).fingerprint();
        Files.write(folder.resolve("dog/b.png"), Pictures.plain("png", 4, 5, 0x0000FE));
        assertNotEquals(before, ImageFolder.of(folder).fingerprint());
    }

    @Test
    void mixedSizesNameTheFileAndTheRemedy() throws IOException {
        Pictures.write(folder.resolve("dog/c.png"), Pictures.plain("png", 4, 6, 0));
        refused("E524", Path.of("dog", "c.png") + " is 4x6x3", "is 4x5x3", "--resize 4x5x3");
        ImageFolder resized = ImageFolder.of(folder, new ImageSize(2, 2, 1));
        assertEquals(Shape.of(2, 2, 1), resized.inputType().shape());
        assertEquals(4, resized.size());
    }

    @Test
    void whatHasNoClassOrNoImagesIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("fox"));
        refused("E526", "class \"fox\" has 0 images");
        Pictures.write(folder.resolve("fox/.DS_Store"), new byte[] {1});
        refused("E526", "class \"fox\" has 0 images");
        Files.delete(folder.resolve("fox/.DS_Store"));
        Files.delete(folder.resolve("fox"));
        Files.createDirectories(folder.resolve("dog/more"));
        refused("E526", "more", "not a file");
        Files.delete(folder.resolve("dog/more"));
        Path stray = Pictures.write(folder.resolve("e.png"), new byte[] {1});
        refused("E526", "e.png", "belongs to no class");
        Files.delete(stray);
        ImageFolder.of(folder);
        assertEquals(
                "E526",
                assertThrows(NudgeException.class, () -> ImageFolder.of(Files.createDirectory(temporary.resolve("no"))))
                        .code());
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> ImageFolder.of(temporary.resolve("missing")))
                        .code());
    }

    @Test
    void aDamagedImageIsNamedWhenTheFolderIsOpened() throws IOException {
        Pictures.write(folder.resolve("dog/c.png"), "<svg/>".getBytes(StandardCharsets.UTF_8));
        refused("E520", "c.png", "<svg/>");
    }

    @Test
    void linksThatLeaveTheFolderAreRefused() throws IOException {
        Path outside = Pictures.write(temporary.resolve("secret.png"), Pictures.plain("png", 4, 5, 0));
        Path link = Files.createSymbolicLink(folder.resolve("dog/c.png"), outside);
        refused("E527", "c.png", "link");
        Files.delete(link);
        Files.createSymbolicLink(link, link);
        refused("E527", "c.png");
        Files.delete(link);
        Files.createSymbolicLink(link, temporary.resolve("nowhere"));
        refused("E527", "c.png");
        Files.delete(link);
        Path folders = Files.createSymbolicLink(folder.resolve("all"), temporary);
        refused("E527", "all");
        Files.delete(folders);
        Files.createSymbolicLink(link, folder.resolve("dog/b.png"));
        assertEquals(4, ImageFolder.of(folder).size(), "a link inside the folder is one more image");
    }

    @Test
    void aFolderThatIsALinkItselfIsRead() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        assertEquals(3, ImageFolder.of(link).size());
        assertEquals(ImageFolder.of(folder).fingerprint(), ImageFolder.of(link).fingerprint());
    }
}
