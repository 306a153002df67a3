package dev.nudge.train.io;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Names what a file is when it is not what was hoped for, from its first bytes.
final class FileKind {
    /// As many first bytes as [#explain(byte[])] looks at.
    static final int LOOKED_AT = 64;

    private FileKind() {}

    /// What the file is and what to do about it, or null if nothing is recognised.
    static @Nullable String explain(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String lower = text.stripLeading().toLowerCase(Locale.ROOT);
        boolean pickle = head.length > 1 && text.charAt(0) == 0x80 && text.charAt(1) >= 1 && text.charAt(1) <= 5;
        if (pickle || lower.startsWith("(lp") || lower.startsWith("(dp") || lower.startsWith("ccopy_reg")) {
            return "this is a Python pickle; it can run code and is never loaded. Convert it with safetensors.";
        }
        if (text.startsWith("PK\u0003\u0004") || text.startsWith("PK\u0005\u0006")) {
            return "this is a zip archive (perhaps a PyTorch, Keras or NumPy file). Convert it to safetensors.";
        }
        if (text.startsWith("\u00ac\u00ed\u0000\u0005")) {
            return "this is a Java serialized object; it can run code and is never loaded.";
        }
        if (text.startsWith("\u0089HDF\r\n")) {
            return "this is an HDF5 file (perhaps from Keras). Convert it to safetensors.";
        }
        if (text.startsWith("\u001f\u008b")) {
            return "this is a gzip file. Unpack it first.";
        }
        if (text.startsWith("GGUF")) {
            return "this is a GGUF file. Convert it to safetensors.";
        }
        if (text.startsWith("\u0093NUMPY")) {
            return "this is a NumPy array. Convert it to safetensors.";
        }
        if (lower.startsWith("version https://git-lfs")) {
            return "this is a git-lfs pointer, not the file itself. Run git lfs pull.";
        }
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<head")) {
            return "this is an HTML page (failed download?). Download the file again.";
        }
        return null;
    }
}
