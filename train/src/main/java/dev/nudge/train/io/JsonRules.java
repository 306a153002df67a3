package dev.nudge.train.io;

/// What a JSON text may be before it is refused, and with which codes.
///
/// @param maxDepth how deep arrays and objects may nest, from 1 to 512
/// @param maxBytes the longest text, in bytes
/// @param syntaxCode the code of the error for text that is not JSON or is beyond a limit
/// @param duplicateCode the code of the error for a key that an object has twice
public record JsonRules(int maxDepth, int maxBytes, String syntaxCode, String duplicateCode) {
    /// The rules for configuration files.
    public static final JsonRules CONFIGURATION = new JsonRules(64, 16 << 20, "E603", "E602");

    /// The deepest nesting that can be asked for; the reader calls itself once for each level.
    private static final int DEEPEST = 512;

    /// Checks the limits.
    public JsonRules {
        if (maxDepth < 1 || maxDepth > DEEPEST || maxBytes < 0) {
            throw new IllegalArgumentException("JsonRules: maxDepth must be in [1, " + DEEPEST
                    + "] and maxBytes not negative, found " + maxDepth + " and " + maxBytes);
        }
    }
}
