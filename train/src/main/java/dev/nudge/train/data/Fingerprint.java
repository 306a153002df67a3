package dev.nudge.train.data;

import dev.nudge.tensor.Value;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Short texts that stand for long contents: SHA-256 in hexadecimal digits.
public final class Fingerprint {
    private static final int CHUNK = 1 << 14;

    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("fingerprint: this Java has no SHA-256, which every Java must have", e);
        }
    }

    /// A fingerprint of nothing yet.
    public static Fingerprint start() {
        return new Fingerprint();
    }

    /// The fingerprint of these contents, one after the other.
    public static String of(byte[]... contents) {
        Fingerprint fingerprint = start();
        for (byte[] content : contents) {
            fingerprint.add(content);
        }
        return fingerprint.text();
    }

    /// The fingerprint of a file's bytes.
    ///
    /// @throws NudgeException (E300) if it cannot be read
    static String of(Path file) {
        Fingerprint fingerprint = start();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[CHUNK];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                fingerprint.digest.update(buffer, 0, count);
            }
            return fingerprint.text();
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
    }

    /// Adds bytes, after their number.
    public Fingerprint add(byte[] bytes) {
        digest.update(ByteBuffer.allocate(8).putLong(bytes.length).array());
        digest.update(bytes);
        return this;
    }

    /// Adds the element type, the shape and the elements, little-endian.
    public Fingerprint add(Value value) {
        add(value.type().toString().getBytes(StandardCharsets.UTF_8));
        int size = value.type().dtype().bytes();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < value.elements(); from += CHUNK) {
            int length = Math.min(CHUNK, value.elements() - from);
            buffer.clear();
            switch (value.type().dtype()) {
                case F32 -> buffer.asFloatBuffer().put((float[]) value.array(), from, length);
                case F64 -> buffer.asDoubleBuffer().put((double[]) value.array(), from, length);
                case I32 -> buffer.asIntBuffer().put((int[]) value.array(), from, length);
                case I64 -> buffer.asLongBuffer().put((long[]) value.array(), from, length);
                case BOOL -> buffer.put((byte[]) value.array(), from, length);
            }
            digest.update(buffer.array(), 0, length * size);
        }
        return this;
    }

    /// The fingerprint of what was added; nothing more can be added after.
    public String text() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
