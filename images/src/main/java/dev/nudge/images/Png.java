package dev.nudge.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Checks a PNG file chunk by chunk and keeps what its picture needs.
///
/// The decoder of the JDK passes over checksums, and reads texts and colour profiles that nobody asked
/// for. What it is given is therefore a file of the critical chunks alone, each with a checksum that is
/// right and with as much image data as the header says.
///
/// Source: W3C, Portable Network Graphics (PNG) Specification, Third Edition, sections 5, 8 and 11.
final class Png {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private static final int LONGEST_TEXT = 1 << 20;
    private static final int[] CHANNELS = {1, 0, 3, 1, 2, 0, 4}; // by colour type
    private static final int[][] DEPTHS = {{1, 2, 4, 8, 16}, {}, {8, 16}, {1, 2, 4, 8}, {8, 16}, {}, {8, 16}};

    private final byte[] bytes;
    private final Guard guard;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private long expected;

    private Png(byte[] bytes, Guard guard) {
        this.bytes = bytes;
        this.guard = guard;
    }

    /// The same picture without all that is not needed to show it.
    static byte[] critical(byte[] bytes, Guard guard) {
        return new Png(bytes, guard).read();
    }

    private byte[] read() {
        kept.writeBytes(SIGNATURE);
        int at = SIGNATURE.length;
        boolean ended = false;
        while (!ended) {
            if (bytes.length - at < 12) {
                throw guard.damaged("it ends before its last chunk");
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, at, bytes.length - at);
            int length = in.getInt();
            if (length < 0 || length > bytes.length - at - 12) {
                throw guard.damaged("a chunk at byte " + at + " is longer than the file");
            }
            String type = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
            CRC32 checksum = new CRC32();
            checksum.update(bytes, at + 4, 4 + length);
            if ((int) checksum.getValue() != ByteBuffer.wrap(bytes).getInt(at + 8 + length)) {
                throw guard.damaged("the checksum of its chunk at byte " + at + " is wrong");
            }
            if ((at == SIGNATURE.length) != type.equals("IHDR")) {
                throw guard.damaged("bad header: expected one chunk IHDR, and first");
            }
            switch (type) {
                case "IHDR" -> header(at + 8, length);
                case "IDAT" -> data.write(bytes, at + 8, length);
                case "tEXt", "zTXt", "iTXt" -> text(type, at + 8, length);
                case "IEND" -> ended = true;
                default -> {}
            }
            if (Character.isUpperCase(type.charAt(0)) || type.equals("tRNS")) {
                kept.write(bytes, at, length + 12);
            }
            at += length + 12;
        }
        long found = inflated(data.toByteArray(), 0, expected + 1);
        if (found != expected) {
            throw guard.damaged(found < expected ? "its image data ends early" : "its image data is too long");
        }
        return kept.toByteArray();
    }

    private void header(int at, int length) {
        if (length != 13) {
            throw guard.damaged("bad header: expected 13 bytes, found " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, at, length);
        int width = in.getInt();
        int height = in.getInt();
        int depth = in.get();
        int colour = in.get();
        int compression = in.get();
        int filter = in.get();
        int interlace = in.get();
        boolean known = colour >= 0
                && colour < DEPTHS.length
                && Arrays.stream(DEPTHS[colour]).anyMatch(one -> one == depth);
        if (width < 1
                || height < 1
                || !known
                || compression != 0
                || filter != 0
                || (interlace != 0 && interlace != 1)) {
            throw guard.damaged("bad header: " + width + " x " + height + ", depth " + depth + ", colour type " + colour
                    + ", methods " + compression + ", " + filter + ", " + interlace);
        }
        guard.checkPixels(height, width);
        int bits = depth * CHANNELS[colour];
        expected = interlace == 0 ? rawBytes(height, width, bits) : interlaced(height, width, bits);
    }

    private static long rawBytes(int height, int width, int bits) {
        return width == 0 ? 0 : height * (1 + ((long) width * bits + 7) / 8);
    }

    /// The seven passes of Adam7.
    private static long interlaced(int height, int width, int bits) {
        int[] top = {0, 0, 4, 0, 2, 0, 1};
        int[] left = {0, 4, 0, 2, 0, 1, 0};
        int[] down = {8, 8, 8, 4, 4, 2, 2};
        int[] right = {8, 8, 4, 4, 2, 2, 1};
        long bytes = 0;
        for (int pass = 0; pass < top.length; pass++) {
            int rows = Math.ceilDiv(height - top[pass], down[pass]);
            int columns = Math.ceilDiv(width - left[pass], right[pass]);
            bytes += rawBytes(Math.max(0, rows), Math.max(0, columns), bits);
        }
        return bytes;
    }

    private void text(String type, int at, int length) {
        long size = length;
        if (type.equals("zTXt") && length <= LONGEST_TEXT) {
            int end = at;
            while (end < at + length && bytes[end] != 0) {
                end++;
            }
            int from = Math.min(end + 2, at + length);
            size = inflated(Arrays.copyOfRange(bytes, from, at + length), 0, LONGEST_TEXT + 1L);
        }
        if (size > LONGEST_TEXT) {
            throw guard.longText(LONGEST_TEXT);
        }
    }

    /// How long packed bytes are when unpacked, counted no further than `most`.
    private long inflated(byte[] packed, int from, long most) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed, from, packed.length - from);
            byte[] buffer = new byte[1 << 13];
            long count = 0;
            while (count < most && !inflater.finished()) {
                int more = inflater.inflate(buffer);
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                count += more;
            }
            return count;
        } catch (DataFormatException e) {
            throw guard.damaged("its packed data is damaged (" + e.getMessage() + ")");
        } finally {
            inflater.end();
        }
    }
}
