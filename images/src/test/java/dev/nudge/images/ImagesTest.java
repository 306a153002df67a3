package dev.nudge.images;

import static dev.nudge.images.Pictures.chunk;
import static dev.nudge.images.Pictures.data;
import static dev.nudge.images.Pictures.end;
import static dev.nudge.images.Pictures.header;
import static dev.nudge.images.Pictures.png;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImagesTest {
    private static final byte[] ONE = {0, 100}; // no filter, one grey value

    private static Image read(byte[] bytes) {
        return Images.read(bytes, "a.png", Images.PIXELS);
    }

    private static NudgeException refused(String code, String said, byte[] bytes) {
        NudgeException error = assertThrows(NudgeException.class, () -> read(bytes));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.getMessage().contains(said), error.getMessage());
        assertTrue(error.getMessage().contains("a.png"), error.getMessage());
        return error;
    }

    @Test
    void coloursAreReadAsTheyWereWritten() {
        for (String format : new String[] {"png", "bmp"}) {
            Image image = read(Pictures.plain(format, 2, 3, 0x0A64FF));
            assertEquals(new ImageSize(2, 3, 3), image.size());
            assertArrayEquals(new byte[] {10, 100, (byte) 255}, Arrays.copyOf(image.pixels(), 3));
        }
        Image jpeg = read(Pictures.plain("jpg", 16, 16, 0x0A64FF));
        assertEquals(100, Byte.toUnsignedInt(jpeg.pixels()[1]), 4);
        assertEquals(
                new ImageSize(4, 4, 3),
                read(Pictures.plain("gif", 4, 4, 0x0A64FF)).size());
    }

    @Test
    void greyValuesKeepTheirBrightness() {
        BufferedImage grey = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 100, 255});
        Image image = read(Pictures.encode(grey, "png"));
        assertArrayEquals(new byte[] {0, 100, (byte) 255}, image.pixels());
        assertArrayEquals(new float[] {0, 100 / 255f, 1}, image.floats());
        // Of 16 bits the upper half; of 2 bits each step is a third.
        Image deep = read(png(header(1, 1, 16, 0, 0), data((byte) 0, (byte) 100, (byte) 200), end()));
        assertArrayEquals(new byte[] {100}, deep.pixels());
        Image shallow = read(png(header(4, 1, 2, 0, 0), data((byte) 0, (byte) 0b00_01_10_11), end()));
        assertArrayEquals(new byte[] {0, 85, (byte) 170, (byte) 255}, shallow.pixels());
    }

    @Test
    void anInterlacedPictureHasAsMuchDataAsItsPasses() {
        // 2 x 2 of 8 bits: pass 1 has pixel (0, 0), pass 6 (0, 1), pass 7 the second row.
        byte[] raw = {0, 1, 0, 2, 0, 3, 4};
        assertArrayEquals(
                new byte[] {1, 2, 3, 4},
                read(png(header(2, 2, 8, 0, 1), data(raw), end())).pixels());
        refused("E520", "ends early", png(header(2, 2, 8, 0, 1), data(Arrays.copyOf(raw, 6)), end()));
    }

    @Test
    void aHeaderThatAsksForTooMuchIsRefusedBeforeDecoding() {
        refused("E521", "100000 x 100000", png(header(100_000, 100_000, 8, 2, 0), data(ONE), end()));
        refused("E521", "46341 x 46341", png(header(46_341, 46_341, 8, 0, 0), data(ONE), end()));
        refused("E521", "2147483647 x 1", png(header(Integer.MAX_VALUE, 1, 8, 0, 0), data(ONE), end()));
        NudgeException small =
                assertThrows(NudgeException.class, () -> Images.read(Pictures.plain("png", 10, 11, 0), "a.png", 100));
        assertEquals("E521", small.code());
        Images.read(Pictures.plain("png", 10, 10, 0), "a.png", 100);
        byte[] gif = "GIF89a\377\377\377\377\0\0\0,\0\0\0\0\377\377\377\377\0".getBytes(StandardCharsets.ISO_8859_1);
        refused("E521", "65535 x 65535", gif);
    }

    @Test
    void aHeaderOfNoPictureIsRefused() {
        for (byte[] header : new byte[][] {
            header(0, 1, 8, 0, 0),
            header(1, 0, 8, 0, 0),
            header(-1, 1, 8, 0, 0),
            header(1, 1, 3, 0, 0),
            header(1, 1, 8, 7, 0),
            header(1, 1, 8, 1, 0),
            header(1, 1, 16, 3, 0),
            header(1, 1, 8, 0, 2)
        }) {
            refused("E520", "bad header", png(header, data(ONE), end()));
        }
        refused("E520", "bad header", png(data(ONE), end()));
        refused("E520", "bad header", png(header(1, 1, 8, 0, 0), header(1, 1, 8, 0, 0), data(ONE), end()));
    }

    @Test
    void tooLittleAndTooMuchDataAreRefused() {
        byte[] head = header(1, 1, 8, 0, 0);
        assertArrayEquals(new byte[] {100}, read(png(head, data(ONE), end())).pixels());
        refused("E520", "ends early", png(head, data((byte) 0), end()));
        refused("E520", "ends early", png(head, end()));
        refused("E520", "too long", png(head, data(new byte[1 << 20]), end()));
        byte[] whole = png(head, data(ONE), end());
        for (int length = Png.SIGNATURE.length; length < whole.length; length++) {
            refused("E520", "not a readable image", Arrays.copyOf(whole, length));
        }
        byte[] wrong = whole.clone();
        wrong[wrong.length - 15]++; // in the checksum of the data
        refused("E520", "checksum", wrong);
    }

    @Test
    void textIsNotReadAndALongOneIsRefused() {
        byte[] head = header(1, 1, 8, 0, 0);
        byte[] note = "Comment\0hello".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, read(png(head, chunk("tEXt", note), data(ONE), end())).width());
        refused("E522", "text chunk", png(head, chunk("tEXt", new byte[(1 << 20) + 1]), data(ONE), end()));
        byte[] bomb = Pictures.packed(new byte[20 << 20]);
        byte[] packed = new byte[bomb.length + 3];
        packed[0] = 'a';
        System.arraycopy(bomb, 0, packed, 3, bomb.length);
        refused("E522", "text chunk", png(head, chunk("zTXt", packed), data(ONE), end()));
    }

    @Test
    void otherFilesAreNamedByHowTheyBegin() {
        String svg = "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><svg>&a;</svg>";
        refused("E520", "<?xml", svg.getBytes(StandardCharsets.UTF_8));
        refused("E520", "nothing", new byte[0]);
        refused("E520", "expected PNG", new byte[] {1, 2, 3});
        NudgeException error = assertThrows(NudgeException.class, () -> Images.read(Path.of("no-such.png")));
        assertEquals("E300", error.code());
    }

    @Test
    void aCutJpegIsRefused() {
        byte[] whole = Pictures.plain("jpg", 64, 64, 0x336699);
        refused("E520", "not a readable image", Arrays.copyOf(whole, whole.length / 2));
    }

    @Test
    void damageNeverShowsAsAnythingButOneError() {
        Random random = new Random(7);
        int refused = 0;
        for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
            byte[] whole = Pictures.plain(format, 9, 7, 0x123456);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(whole.length) : whole.length);
                for (int change = 0; change <= i % 4 && damaged.length > 0; change++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                try {
                    Images.read(damaged, "a.png", 1 << 20);
                } catch (NudgeException e) {
                    assertTrue(e.code().matches("E52[012]"), e.getMessage());
                    refused++;
                }
            }
        }
        assertTrue(refused > 600, refused + " of 1200 refused");
    }

    @Test
    void sizesChangeByAreaAndChannelsByGrey() {
        Image image = new Image(new byte[] {10, 20, 30, 40}, 2, 2, 1);
        assertArrayEquals(new byte[] {25}, image.resize(new ImageSize(1, 1, 1)).pixels());
        assertArrayEquals(
                new byte[] {25, 25, 25}, image.resize(new ImageSize(1, 1, 3)).pixels());
        Image colour = new Image(new byte[] {(byte) 255, 0, 0}, 1, 1, 3);
        assertArrayEquals(new byte[] {76}, colour.resize(new ImageSize(1, 1, 1)).pixels()); // 0.299 * 255 = 76.2
        assertEquals(image, image.resize(image.size()));
    }

    @Test
    void fillingCutsTheLongerSideAndStretchesNothing() {
        byte[] wide = {1, 2, 3, 4, 5, 6, 7, 8}; // 2 x 4
        assertArrayEquals(
                new byte[] {2, 3, 6, 7},
                new Image(wide, 2, 4, 1).fill(new ImageSize(2, 2, 1)).pixels());
        assertArrayEquals(
                new byte[] {3, 4, 5, 6},
                new Image(wide, 4, 2, 1).fill(new ImageSize(2, 2, 1)).pixels());
        assertThrows(IllegalArgumentException.class, () -> new Image(wide, 2, 4, 1).centre(3, 1));
        assertThrows(IllegalArgumentException.class, () -> new Image(wide, 2, 3, 1));
    }
}
