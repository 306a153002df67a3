package dev.nudge.train.io;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A JSON value (RFC 8259): immutable, with members in the order of the text.
///
/// Numbers keep the text they were written with, so that a 64-bit integer is exact and a `double` or `float` comes
/// back with the same bits.
public sealed interface Json {
    /// Reads one JSON value and nothing after it.
    ///
    /// @param utf8 the text; must be valid UTF-8 without a byte order mark
    /// @param where what the text is called in errors, such as a file name
    /// @throws NudgeException with line and column, if the text breaks the grammar or the rules
    static Json parse(byte[] utf8, String where, JsonRules rules) {
        return JsonReader.read(utf8, where, rules);
    }

    /// Reads one JSON value and nothing after it.
    ///
    /// @throws NudgeException with line and column, if the text breaks the grammar or the rules
    static Json parse(String text, String where, JsonRules rules) {
        return parse(text.getBytes(StandardCharsets.UTF_8), where, rules);
    }

    /// The text on one line, without spaces.
    default String compact() {
        return JsonWriter.write(this, false);
    }

    /// The text with a line for each member, indented by two spaces and ended by a line feed.
    default String pretty() {
        return JsonWriter.write(this, true);
    }

    /// What this value is, in the words of an error: `an object`, `a number`...
    default String kind() {
        return switch (this) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonText _ -> "a string";
            case JsonNumber _ -> "a number";
            case JsonBoolean _ -> "true or false";
            case JsonNull _ -> "null";
        };
    }

    /// Named members in the order of the text.
    ///
    /// The accessors by key throw a [NudgeException] (E603) when the member is missing or of another kind.
    record JsonObject(Map<String, Json> members) implements Json {
        /// The object without members.
        public static final JsonObject EMPTY = new JsonObject(Map.of());

        /// Keeps a copy in the same order.
        public JsonObject {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /// A copy with this member added, or replaced where it stood.
        public JsonObject with(String key, Json value) {
            var copy = new LinkedHashMap<>(members);
            copy.put(key, value);
            return new JsonObject(copy);
        }

        /// A copy with this member added or replaced.
        public JsonObject with(String key, String value) {
            return with(key, new JsonText(value));
        }

        /// A copy with this member added or replaced.
        public JsonObject with(String key, long value) {
            return with(key, JsonNumber.of(value));
        }

        /// A copy with this member added or replaced.
        public JsonObject with(String key, double value) {
            return with(key, JsonNumber.of(value));
        }

        /// A copy with this member added or replaced.
        public JsonObject with(String key, boolean value) {
            return with(key, new JsonBoolean(value));
        }

        /// A copy without this member.
        public JsonObject without(String key) {
            var copy = new LinkedHashMap<>(members);
            copy.remove(key);
            return new JsonObject(copy);
        }

        /// Whether there is a member of this name.
        public boolean has(String key) {
            return members.containsKey(key);
        }

        /// The member of this name, or null.
        public @Nullable Json find(String key) {
            return members.get(key);
        }

        /// The string of this name.
        public String text(String key) {
            if (find(key) instanceof JsonText(String value)) {
                return value;
            }
            throw wrong(key, "a string");
        }

        /// The integer of this name, written without fraction or exponent and within 64 bits.
        public long integer(String key) {
            if (find(key) instanceof JsonNumber number && number.isLong()) {
                return number.asLong();
            }
            throw wrong(key, "a 64-bit integer");
        }

        /// The number of this name.
        public double number(String key) {
            if (find(key) instanceof JsonNumber number) {
                return number.asDouble();
            }
            throw wrong(key, "a number");
        }

        /// The truth value of this name.
        public boolean truth(String key) {
            if (find(key) instanceof JsonBoolean(boolean value)) {
                return value;
            }
            throw wrong(key, "true or false");
        }

        /// The object of this name.
        public JsonObject object(String key) {
            if (find(key) instanceof JsonObject object) {
                return object;
            }
            throw wrong(key, "an object");
        }

        /// The elements of the array of this name.
        public List<Json> array(String key) {
            if (find(key) instanceof JsonArray(List<Json> elements)) {
                return elements;
            }
            throw wrong(key, "an array");
        }

        private NudgeException wrong(String key, String expected) {
            Json found = find(key);
            String what = found == null ? "nothing" : NudgeException.quote(found.compact());
            return new NudgeException(
                    "E603", NudgeException.quote(key), "wrong value - expected " + expected + ", found " + what + ".");
        }
    }

    /// Values in order.
    record JsonArray(List<Json> elements) implements Json {
        /// Keeps a copy.
        public JsonArray {
            elements = List.copyOf(elements);
        }

        /// An array of these values.
        public static JsonArray of(Json... elements) {
            return new JsonArray(Arrays.asList(elements));
        }

        /// An array of integers.
        public static JsonArray of(long... values) {
            var elements = new ArrayList<Json>(values.length);
            for (long value : values) {
                elements.add(JsonNumber.of(value));
            }
            return new JsonArray(elements);
        }
    }

    /// A string.
    record JsonText(String value) implements Json {
        /// Refuses null.
        public JsonText {
            Objects.requireNonNull(value, "value");
        }
    }

    /// A number, kept as it was written.
    ///
    /// @param literal the number in JSON's grammar, for instance `-12` or `1.5E-7`
    record JsonNumber(String literal) implements Json {
        /// Checks the grammar.
        public JsonNumber {
            if (JsonReader.numberEnd(literal, 0) != literal.length() || literal.isEmpty()) {
                throw new IllegalArgumentException("not a JSON number: " + NudgeException.quote(literal));
            }
        }

        /// This integer.
        public static JsonNumber of(long value) {
            return new JsonNumber(Long.toString(value));
        }

        /// This number, in the shortest text that gives the same bits back.
        ///
        /// @throws IllegalArgumentException for NaN and the infinities, which JSON cannot say
        public static JsonNumber of(double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no number for " + value);
            }
            return new JsonNumber(Double.toString(value));
        }

        /// Whether it is written as an integer: no fraction, no exponent.
        public boolean isInteger() {
            return literal.indexOf('.') < 0 && literal.indexOf('e') < 0 && literal.indexOf('E') < 0;
        }

        /// Whether it is an integer that fits 64 bits with sign.
        public boolean isLong() {
            if (!isInteger()) {
                return false;
            }
            try {
                Long.parseLong(literal);
                return true;
            } catch (NumberFormatException _) {
                return false;
            }
        }

        /// The integer.
        ///
        /// @throws NumberFormatException if [#isLong()] is false
        public long asLong() {
            return Long.parseLong(literal);
        }

        /// The nearest `double`; numbers beyond its range become infinite.
        public double asDouble() {
            return Double.parseDouble(literal);
        }

        /// The exact value. A huge exponent costs nothing here, but do not expand it to an integer.
        public BigDecimal exact() {
            return new BigDecimal(literal);
        }
    }

    /// `true` or `false`.
    record JsonBoolean(boolean value) implements Json {}

    /// `null`.
    record JsonNull() implements Json {}
}
