package dev.nudge.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    private Path folder;

    private static byte[] idx(int type, int[] shape, byte... elements) {
        ByteBuffer out = ByteBuffer.allocate(4 + 4 * shape.length + elements.length);
        out.put((byte) 0).put((byte) 0).put((byte) type).put((byte) shape.length);
        for (int extent : shape) {
            out.putInt(extent);
        }
        return out.put(elements).array();
    }

    private static byte[] images(int count) {
        byte[] pixels = new byte[count * 6];
        for (int index = 0; index < pixels.length; index++) {
            pixels[index] = (byte) (index * 51);
        }
        return idx(8, new int[] {count, 2, 3}, pixels);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private void assertRefused(String code, byte[] bytes, String... mentioned) throws IOException {
        Path file = file("bad-idx3-ubyte", bytes);
        NudgeException error = assertThrows(NudgeException.class, () -> Idx.read(file));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.where().contains("bad-idx3-ubyte"), error.where());
        for (String text : mentioned) {
            assertTrue(error.getMessage().contains(text), error.getMessage());
        }
    }

    @Test
    void imagesAreScaledToOneAndLabelsKept() throws IOException {
        file("train-images-idx3-ubyte", images(2));
        file("train-labels-idx1-ubyte", idx(8, new int[] {2}, (byte) 7, (byte) 200));
        file("t10k-images.idx3-ubyte.gz", gzip(images(1)));
        file("t10k-labels.idx1-ubyte", idx(8, new int[] {1}, (byte) 3));
        Idx.Folder read = Idx.folder(folder);
        assertEquals(2, read.training().count());
        assertEquals(2, read.training().height());
        assertEquals(3, read.training().width());
        assertArrayEquals(new int[] {7, 200}, read.training().labels());
        assertEquals(201, read.training().classes());
        float[] pixels = read.training().images();
        // Pixels are 0, 51, 102, 153, 204, 255: fifths of white.
        assertArrayEquals(new float[] {0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f}, Arrays.copyOf(pixels, 6), 1e-7f);
        assertArrayEquals(
                new float[] {0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f}, read.test().images(), 1e-7f);
    }

    @Test
    void theFingerprintDependsOnContentNotOnPacking() throws IOException {
        Path labels = file("labels", idx(8, new int[] {2}, (byte) 0, (byte) 1));
        Path others = file("others", idx(8, new int[] {2}, (byte) 1, (byte) 1));
        LabelledImages plain = Idx.images(file("images", images(2)), labels);
        LabelledImages packed = Idx.images(file("images.gz", gzip(images(2))), labels);
        LabelledImages relabelled = Idx.images(file("images", images(2)), others);
        assertEquals(plain.fingerprint(), packed.fingerprint());
        assertNotEquals(plain.fingerprint(), relabelled.fingerprint());
    }

    @Test
    void everyElementTypeIsRead() throws IOException {
        byte[] f32 = ByteBuffer.allocate(8).putFloat(1.5f).putFloat(-2).array();
        byte[] f64 = ByteBuffer.allocate(16).putDouble(1.5).putDouble(-2).array();
        byte[] i32 = ByteBuffer.allocate(8).putInt(70000).putInt(-2).array();
        byte[] i16 = ByteBuffer.allocate(4)
                .putShort((short) 300)
                .putShort((short) -2)
                .array();
        int[] two = {2};
        assertArrayEquals(
                new float[] {1.5f, -2}, Idx.read(file("a", idx(13, two, f32))).floats());
        assertArrayEquals(
                new float[] {1.5f, -2}, Idx.read(file("a", idx(14, two, f64))).floats());
        assertArrayEquals(
                new float[] {70000, -2}, Idx.read(file("a", idx(12, two, i32))).floats());
        assertArrayEquals(
                new float[] {300, -2}, Idx.read(file("a", idx(11, two, i16))).floats());
        assertArrayEquals(
                new float[] {-1, 3},
                Idx.read(file("a", idx(9, two, (byte) -1, (byte) 3))).floats());
        assertArrayEquals(
                new float[] {255, 3},
                Idx.read(file("a", idx(8, two, (byte) -1, (byte) 3))).floats());
        assertEquals(0, Idx.read(file("a", idx(13, new int[] {0, 5}))).floats().length);
    }

    @Test
    void otherFilesAreNotTakenForIdx() throws IOException {
        assertRefused("E323", new byte[0], "empty file");
        assertRefused("E323", new byte[] {1, 0, 8, 1, 0, 0, 0, 0}, "01 00 08 01");
        assertRefused("E323", new byte[] {0, 0, 10, 1, 0, 0, 0, 0}, "00 00 0a 01");
        assertRefused("E323", new byte[] {0, 0, 8, 0});
        assertRefused("E323", new byte[] {0, 0, 8, 100});
        assertRefused("E324", new byte[] {0, 0, 8, 3, 0, 0}, "header ends early");
    }

    @Test
    void theHeaderIsHeldAgainstTheFileBeforeAnythingIsAllocated() throws IOException {
        assertRefused("E324", idx(8, new int[] {-1}), "4294967295", "1 GiB");
        assertRefused("E324", idx(8, new int[] {60000, 65535, 65535}), "e+14 bytes");
        assertRefused("E324", idx(8, new int[] {-1, -1, -1, -1, -1, -1, -1, -1}));
        assertRefused("E324", idx(8, new int[] {1 << 30}), "header needs 1073741824 bytes, file has 0");
        assertRefused("E324", idx(8, new int[] {2}, (byte) 1), "needs 2 bytes, file has 1");
        assertRefused("E324", idx(8, new int[] {2}, (byte) 1, (byte) 1, (byte) 1), "needs 2 bytes, file has 3");
        assertRefused("E324", gzip(idx(8, new int[] {1 << 30})), "packed bytes");
        assertRefused("E324", gzip(idx(8, new int[] {2}, (byte) 1)), "needs 2 bytes, file has 1");
        assertRefused("E324", gzip(idx(8, new int[] {2}, new byte[1 << 20])), "bytes after the last element");
    }

    @Test
    void everyCutAndEveryFlippedBitOfAPackedFileIsARefusalOrHarmless() throws IOException {
        byte[] packed = gzip(images(3));
        Path file = file("packed.gz", packed);
        float[] whole = Idx.read(file).floats();
        for (int length = 2; length < packed.length; length++) {
            assertRefused("E326", Arrays.copyOf(packed, length));
        }
        for (int bit = 0; bit < 8 * packed.length; bit++) {
            byte[] flipped = packed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Path damaged = file("damaged.gz", flipped);
            try {
                // Time stamp and operating system in gzip's header do not touch the content.
                assertArrayEquals(whole, Idx.read(damaged).floats(), "bit " + bit);
            } catch (NudgeException e) {
                assertTrue(e.code().startsWith("E32"), e.getMessage());
            }
        }
    }

    @Test
    void imagesAndLabelsMustBelongTogether() throws IOException {
        Path images = file("images", images(3));
        Path labels = file("labels", idx(8, new int[] {2}, (byte) 0, (byte) 1));
        NudgeException error = assertThrows(NudgeException.class, () -> Idx.images(images, labels));
        assertEquals("E325", error.code());
        assertTrue(error.getMessage().contains("3 images but 2 labels"), error.getMessage());
        assertEquals(
                "E323",
                assertThrows(NudgeException.class, () -> Idx.images(labels, images))
                        .code());
    }

    @Test
    void aMissingFolderOrFileIsNamed() {
        Path missing = folder.resolve("nowhere");
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> Idx.folder(missing)).code());
        NudgeException error = assertThrows(NudgeException.class, () -> Idx.folder(folder));
        assertEquals("E300", error.code());
        assertTrue(error.getMessage().contains("train-images-idx3-ubyte"), error.getMessage());
        assertEquals(
                "E300",
                assertThrows(NudgeException.class, () -> Idx.read(missing)).code());
    }
}
