package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.model.Classification;
import dev.nudge.train.model.Predictor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Image folders and CIFAR files, from the command line to the prediction.
class ImageDataTest {
    @TempDir
    private Path folder;

    private Path run;
    private Path model;

    @BeforeEach
    void places() {
        run = folder.resolve("run");
        model = run.resolve("model.nudge");
    }

    /// Reddish and bluish images, a little different each.
    private Path pictures(int each, int side) throws IOException {
        Path pictures = folder.resolve("pictures");
        for (int i = 0; i < each; i++) {
            write(pictures.resolve("red/" + i + ".png"), side, 0xC00000 + 0x050301 * i);
            write(pictures.resolve("blue/" + i + ".png"), side, 0x0000C0 + 0x010305 * i);
        }
        return pictures;
    }

    private static Path write(Path file, int side, int colour) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                image.setRGB(column, row, colour);
            }
        }
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private JsonObject train(Path data, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", data.toString(), "--json", "--model", "linear"));
        arguments.addAll(List.of("--threads", "1", "--epochs", "20", "--batch", "4", "--validation", "0.2"));
        arguments.addAll(List.of("--out", run.toString()));
        arguments.addAll(List.of(more));
        Shell.Result result = Shell.run(arguments.toArray(String[]::new));
        assertEquals(Main.DONE, result.exitCode(), result.err());
        return result.events().getLast();
    }

    private static Shell.Result refused(String code, String... arguments) {
        Shell.Result result = Shell.run(arguments);
        assertNotEquals(Main.DONE, result.exitCode(), result.err());
        assertTrue(result.err().contains(code), result.err());
        return result;
    }

    @Test
    void aFolderOfImagesIsLearnedAndPredictedByTheNamesOfItsFolders() throws IOException {
        Path pictures = pictures(10, 6);
        assertEquals(1, train(pictures).number("testAccuracy"));

        Path image = write(folder.resolve("unknown.png"), 6, 0x1020B0);
        Shell.Result predicted = Shell.run("predict", model.toString(), image.toString());
        assertEquals(Main.DONE, predicted.exitCode(), predicted.err());
        assertTrue(predicted.out().contains("unknown.png  predicted blue"), predicted.out());
        JsonObject event = Shell.run("predict", model.toString(), image.toString(), "--json")
                .events("prediction")
                .getFirst();
        assertEquals(0, event.integer("predicted"));
        assertEquals(new JsonNull(), event.find("actual"));

        Shell.Result own = Shell.run("predict", run.toString(), "--row", "0");
        assertTrue(own.out().contains("row 0  predicted blue") && own.out().contains("actual blue"), own.out());
        assertEquals(
                1,
                Shell.run("eval", model.toString(), pictures.toString(), "--json")
                        .events()
                        .getLast()
                        .number("testAccuracy"));
    }

    @Test
    void theModelFileKnowsTheSizeOfItsImages() throws IOException {
        Path pictures = pictures(6, 9);
        write(pictures.resolve("red/large.png"), 20, 0xD01010);
        Shell.Result mixed = refused("E524", "train", pictures.toString(), "--out", run.toString());
        assertTrue(mixed.err().contains("--resize"), mixed.err());
        train(pictures, "--resize", "4x4");

        Path more = folder.resolve("more");
        write(more.resolve("b.png"), 31, 0x0000FF);
        write(more.resolve("a.png"), 5, 0xFF0000);
        String out = Shell.run("predict", model.toString(), more.toString()).out();
        assertTrue(out.indexOf("a.png  predicted red") >= 0, out);
        assertTrue(out.indexOf("b.png  predicted blue") > out.indexOf("a.png"), out);
        refused("E526", "eval", model.toString(), more.toString());

        // From Java: raw brightness in, since the file holds what happens to it.
        Predictor predictor = Predictor.load(model);
        float[] red = new float[4 * 4 * 3];
        for (int i = 0; i < red.length; i += 3) {
            red[i] = 0.8f;
        }
        Classification found = predictor.classify(red);
        assertEquals("red", found.name());
    }

    @Test
    void trainAndTestFoldersAreTheParts() throws IOException {
        for (int i = 0; i < 8; i++) {
            write(folder.resolve("parts/train/red/" + i + ".png"), 4, 0xF00000 + i);
            write(folder.resolve("parts/train/blue/" + i + ".png"), 4, 0x0000F0 + i);
        }
        write(folder.resolve("parts/test/red/0.png"), 4, 0xE00000);
        write(folder.resolve("parts/test/blue/0.png"), 4, 0x0000E0);
        Shell.Result plan = Shell.run("plan", folder.resolve("parts").toString(), "--json", "--batch", "2");
        assertEquals(Main.DONE, plan.exitCode(), plan.err());
        assertEquals(2, plan.events().getLast().integer("testExamples"));
        write(folder.resolve("parts/test/green/0.png"), 4, 0x00E000);
        refused("E526", "plan", folder.resolve("parts").toString(), "--batch", "2");
    }

    @Test
    void otherClassesDoNotFitTheModel() throws IOException {
        train(pictures(6, 4));
        Path other = folder.resolve("other");
        write(other.resolve("cat/1.png"), 4, 0);
        write(other.resolve("dog/1.png"), 4, 0);
        Shell.Result result = refused("E312", "eval", model.toString(), other.toString());
        assertTrue(result.err().contains("[blue, red]") && result.err().contains("[cat, dog]"), result.err());
    }

    @Test
    void aSizeIsHeightByWidth() {
        for (String size : List.of("4", "0x4", "4x4x2", "x", "4x4x3x1", "-4x4", "99999999999x4", "4 x 4")) {
            assertTrue(refused("E613", "plan", "--resize", size).err().contains("--resize"), size);
        }
        refused("E008", "plan", "digits", "--resize", "4x4");
    }

    @Test
    void aClassWithoutImagesIsNamed() throws IOException {
        Path pictures = pictures(3, 4);
        Files.createDirectories(pictures.resolve("green"));
        assertTrue(refused("E526", "plan", pictures.toString()).err().contains("green"));
    }

    @Test
    void cifarFilesAreLearned() throws IOException {
        Path ten = Files.createDirectories(folder.resolve("ten"));
        for (int i = 1; i <= 5; i++) {
            Files.write(ten.resolve("data_batch_" + i + ".bin"), records(1, 4, 10));
        }
        Files.write(ten.resolve("test_batch.bin"), records(1, 6, 10));
        JsonObject result = train(ten);
        assertEquals(20 * 4, result.integer("steps")); // 20 images less a fifth, 4 in a batch, 20 times

        Path hundred = Files.createDirectories(folder.resolve("hundred"));
        Files.write(hundred.resolve("train.bin"), records(2, 40, 20));
        Files.write(hundred.resolve("test.bin"), records(2, 6, 20));
        Shell.Result fine = Shell.run("plan", hundred.toString(), "--json", "--batch", "2");
        assertEquals(100, fine.events().getLast().integer("classes"), fine.err());
        Shell.Result coarse = Shell.run("plan", hundred.toString(), "--json", "--batch", "2", "--labels", "coarse");
        assertEquals(20, coarse.events().getLast().integer("classes"), coarse.err());
        refused("E006", "plan", hundred.toString(), "--labels", "rough");
    }

    /// Records of CIFAR whose labels go round and whose pixels are 10 times the label.
    private static byte[] records(int labels, int count, int classes) {
        int length = labels + 3072;
        byte[] bytes = new byte[count * length];
        for (int i = 0; i < count; i++) {
            for (int at = 0; at < length; at++) {
                bytes[i * length + at] = (byte) (at < labels ? i % classes : 10 * (i % classes));
            }
        }
        return bytes;
    }
}
