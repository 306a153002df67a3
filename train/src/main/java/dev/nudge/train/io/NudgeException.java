package dev.nudge.train.io;

import org.jspecify.annotations.Nullable;

/// An input that cannot be used, told in one line: a stable code, the place, what is wrong and what to do.
///
/// The message has the form `error[E302] where: what is wrong - expected X, found Y. Do Z.` Control characters in it
/// are escaped, so that a hostile file name or key cannot forge lines or move a terminal's cursor.
public final class NudgeException extends IllegalArgumentException {
    private static final int LONGEST_QUOTE = 80;

    private final String code;
    private final String where;
    private final String problem;
    private final String message;

    /// An error with this code about this place.
    public NudgeException(String code, String where, String problem) {
        this(code, where, problem, null);
    }

    /// An error with this code about this place, keeping what led to it for the log.
    public NudgeException(String code, String where, String problem, @Nullable Throwable cause) {
        super(cause);
        this.message = escape("error[" + code + "] " + where + ": " + problem);
        this.code = code;
        this.where = where;
        this.problem = problem;
    }

    /// The stable code, such as `E302`.
    public String code() {
        return code;
    }

    /// The file, line, tensor or key that the error is about.
    public String where() {
        return where;
    }

    /// The whole line: code, place, what is wrong and what to do.
    @Override
    public String getMessage() {
        return message;
    }

    /// What is wrong and what to do, without code and place, on one line.
    public String problem() {
        return escape(problem);
    }

    /// A found value as messages show it: in double quotes, cut at 80 characters, control characters escaped.
    public static String quote(String found) {
        boolean cut = found.length() > LONGEST_QUOTE;
        return '"' + escape(cut ? found.substring(0, LONGEST_QUOTE) : found) + (cut ? "\"..." : "\"");
    }

    /// The text with control, formatting and unpaired surrogate characters written as `\\uXXXX`.
    public static String escape(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> out.append(escapeOf(character));
                default -> out.appendCodePoint(character);
            }
        });
        return out.toString();
    }

    private static String escapeOf(int character) {
        var out = new StringBuilder();
        for (char unit : Character.toChars(character)) {
            out.append("\\u");
            String digits = Integer.toHexString(unit);
            out.repeat('0', 4 - digits.length()).append(digits);
        }
        return out.toString();
    }
}
