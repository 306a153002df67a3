package dev.nudge.train.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// UTF-8 that also carries surrogates without partners, in the three bytes that the scheme gives their numbers.
///
/// Source: the generalized UTF-8 of "The WTF-8 encoding", Sapin 2022, section 3.2.
final class Utf8 {
    private Utf8() {}

    static byte[] bytes(String text) {
        if (text.chars().noneMatch(unit -> Character.isSurrogate((char) unit))) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        var out = new ByteArrayOutputStream();
        text.codePoints().forEach(character -> {
            if (Character.getType(character) == Character.SURROGATE) {
                out.write(0xE0 | character >> 12);
                out.write(0x80 | character >> 6 & 0x3F);
                out.write(0x80 | character & 0x3F);
            } else {
                out.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    /// The text; bytes that are neither UTF-8 nor a surrogate become U+FFFD as the platform's decoder has it.
    static String text(byte[] data) {
        var out = new StringBuilder();
        int from = 0;
        for (int i = 0; i + 2 < data.length; i++) {
            boolean surrogate = data[i] == (byte) 0xED && (data[i + 1] & 0xE0) == 0xA0 && (data[i + 2] & 0xC0) == 0x80;
            if (surrogate) {
                out.append(new String(data, from, i - from, StandardCharsets.UTF_8));
                out.append((char) (0xD000 | (data[i + 1] & 0x3F) << 6 | data[i + 2] & 0x3F));
                i += 2;
                from = i + 1;
            }
        }
        return out.append(new String(data, from, data.length - from, StandardCharsets.UTF_8))
                .toString();
    }
}
