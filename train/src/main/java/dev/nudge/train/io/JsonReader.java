package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonBoolean;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;

/// Reads JSON by recursive descent, with a limit on the depth.
final class JsonReader {
    private static final int LONGEST_NUMBER = 1000;

    private final String text;
    private final String where;
    private final JsonRules rules;
    private int position;

    private JsonReader(String text, String where, JsonRules rules) {
        this.text = text;
        this.where = where;
        this.rules = rules;
    }

    static Json read(byte[] utf8, String where, JsonRules rules) {
        if (utf8.length > rules.maxBytes()) {
            throw new NudgeException(
                    rules.syntaxCode(),
                    where,
                    "too long - expected at most " + rules.maxBytes() + " bytes, found " + utf8.length + ".");
        }
        var reader = new JsonReader(decode(utf8, where, rules), where, rules);
        reader.skipSpace();
        Json value = reader.value(0);
        reader.skipSpace();
        if (reader.position < reader.text.length()) {
            throw reader.error("text after the JSON value - expected the end, found " + reader.found());
        }
        return value;
    }

    private static String decode(byte[] utf8, String where, JsonRules rules) {
        ByteBuffer in = ByteBuffer.wrap(utf8);
        CharBuffer out = CharBuffer.allocate(utf8.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw new NudgeException(
                    rules.syntaxCode(),
                    where,
                    "byte 0x%02X at offset %d is not UTF-8."
                            .formatted(Byte.toUnsignedInt(utf8[in.position()]), in.position()));
        }
        return out.flip().toString();
    }

    private Json value(int depth) {
        return switch (peek()) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> new JsonText(string());
            case 't' -> word("true", new JsonBoolean(true));
            case 'f' -> word("false", new JsonBoolean(false));
            case 'n' -> word("null", new JsonNull());
            default -> number();
        };
    }

    private JsonObject object(int depth) {
        checkDepth(depth);
        position++;
        var members = new LinkedHashMap<String, Json>();
        var starts = new HashMap<String, Integer>();
        skipSpace();
        if (skip('}')) {
            return JsonObject.EMPTY;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw error("expected a key in double quotes, found " + found());
            }
            int start = position;
            String key = string();
            Integer earlier = starts.putIfAbsent(key, start);
            if (earlier != null) {
                position = start;
                throw new NudgeException(
                        rules.duplicateCode(),
                        place(),
                        "key " + NudgeException.quote(key) + " given twice (lines " + line(earlier) + " and "
                                + line(start) + ").");
            }
            skipSpace();
            if (!skip(':')) {
                throw error("expected ':' after the key, found " + found());
            }
            skipSpace();
            members.put(key, value(depth));
            skipSpace();
        } while (skip(','));
        if (!skip('}')) {
            throw error("expected ',' or '}', found " + found());
        }
        return new JsonObject(members);
    }

    private JsonArray array(int depth) {
        checkDepth(depth);
        position++;
        var elements = new ArrayList<Json>();
        skipSpace();
        if (skip(']')) {
            return new JsonArray(elements);
        }
        do {
            skipSpace();
            elements.add(value(depth));
            skipSpace();
        } while (skip(','));
        if (!skip(']')) {
            throw error("expected ',' or ']', found " + found());
        }
        return new JsonArray(elements);
    }

    private String string() {
        int quote = position++;
        int plain = position;
        while (peek() != '"' && peek() != '\\') {
            stepInString(quote);
        }
        if (peek() == '"') {
            return text.substring(plain, position++);
        }
        var out = new StringBuilder(text.substring(plain, position));
        while (peek() != '"') {
            if (peek() == '\\') {
                out.append(escape());
            } else {
                stepInString(quote);
                out.append(text.charAt(position - 1));
            }
        }
        position++;
        checkSurrogates(out, quote);
        return out.toString();
    }

    private void stepInString(int quote) {
        if (position == text.length()) {
            position = quote;
            throw error("string is never closed.");
        }
        if (text.charAt(position) < ' ') {
            throw error("control character in a string, found " + found());
        }
        position++;
    }

    private char escape() {
        position++;
        int letter = peek();
        position++;
        return switch (letter) {
            case '"', '\\', '/' -> (char) letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                position -= 2;
                throw error("unknown escape, found " + found());
            }
        };
    }

    private char unicode() {
        int value = 0;
        for (int digit = 0; digit < 4; digit++) {
            int letter = peek();
            // Only ASCII digits count: Character.digit would also take those of other scripts.
            int hex = letter < 0x80 ? Character.digit(letter, 16) : -1;
            if (hex < 0) {
                throw error("expected four hexadecimal digits after \\u, found " + found());
            }
            value = value << 4 | hex;
            position++;
        }
        return (char) value;
    }

    /// Half a surrogate pair could be read, but never written back as UTF-8.
    private void checkSurrogates(CharSequence value, int quote) {
        boolean unpaired =
                value.codePoints().anyMatch(character -> Character.getType(character) == Character.SURROGATE);
        if (unpaired) {
            position = quote;
            throw error("string has half of a surrogate pair.");
        }
    }

    private JsonNumber number() {
        int end = numberEnd(text, position);
        if (end < 0) {
            throw error("expected a value, found " + found());
        }
        if (end - position > LONGEST_NUMBER) {
            throw error("number too long - expected at most " + LONGEST_NUMBER + " characters, found "
                    + (end - position) + ".");
        }
        String literal = text.substring(position, end);
        position = end;
        return new JsonNumber(literal);
    }

    /// Where the number that starts here ends, or -1 if none starts here.
    static int numberEnd(String text, int start) {
        int at = start;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        int whole = at;
        at = digitsEnd(text, at);
        if (at == whole || (at > whole + 1 && text.charAt(whole) == '0')) {
            return -1;
        }
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = digitsEnd(text, fraction);
            if (at == fraction) {
                return -1;
            }
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int exponent = at;
            at = digitsEnd(text, exponent);
            if (at == exponent) {
                return -1;
            }
        }
        return at;
    }

    private static int digitsEnd(String text, int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private Json word(String word, Json value) {
        if (!text.startsWith(word, position)) {
            throw error("expected a value, found " + found());
        }
        position += word.length();
        return value;
    }

    private void checkDepth(int depth) {
        if (depth > rules.maxDepth()) {
            throw error("nesting deeper than " + rules.maxDepth() + ".");
        }
    }

    private void skipSpace() {
        while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private boolean skip(char expected) {
        boolean there = peek() == expected;
        if (there) {
            position++;
        }
        return there;
    }

    /// The character at the position, or -1 at the end.
    private int peek() {
        return position < text.length() ? text.charAt(position) : -1;
    }

    private String found() {
        return peek() < 0 ? "the end." : NudgeException.quote(text.substring(position)) + ".";
    }

    private int line(int at) {
        return 1
                + (int) text.chars()
                        .limit(at)
                        .filter(character -> character == '\n')
                        .count();
    }

    private String place() {
        int column = position - text.lastIndexOf('\n', position - 1);
        return where + ":" + line(position) + ":" + column;
    }

    private NudgeException error(String problem) {
        return new NudgeException(rules.syntaxCode(), place(), problem);
    }
}
