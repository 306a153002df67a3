package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonBoolean;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.util.Iterator;
import java.util.Map;

/// Writes JSON, the same text for the same value.
final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final boolean pretty;

    private JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    static String write(Json value, boolean pretty) {
        var writer = new JsonWriter(pretty);
        writer.value(value, 0);
        return pretty ? writer.out.append('\n').toString() : writer.out.toString();
    }

    private void value(Json value, int depth) {
        switch (value) {
            case JsonObject object -> object(object, depth);
            case JsonArray array -> array(array, depth);
            case JsonText text -> string(text.value());
            case JsonNumber number -> out.append(number.literal());
            case JsonBoolean truth -> out.append(truth.value());
            case JsonNull _ -> out.append("null");
        }
    }

    private void object(JsonObject object, int depth) {
        out.append('{');
        Iterator<Map.Entry<String, Json>> members = object.members().entrySet().iterator();
        while (members.hasNext()) {
            Map.Entry<String, Json> member = members.next();
            newLine(depth + 1);
            string(member.getKey());
            out.append(pretty ? ": " : ":");
            value(member.getValue(), depth + 1);
            if (members.hasNext()) {
                out.append(',');
            } else {
                newLine(depth);
            }
        }
        out.append('}');
    }

    private void array(JsonArray array, int depth) {
        out.append('[');
        Iterator<Json> elements = array.elements().iterator();
        while (elements.hasNext()) {
            newLine(depth + 1);
            value(elements.next(), depth + 1);
            if (elements.hasNext()) {
                out.append(',');
            } else {
                newLine(depth);
            }
        }
        out.append(']');
    }

    private void newLine(int depth) {
        if (pretty) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private void string(String text) {
        out.append('"');
        text.codePoints().forEach(character -> {
            switch (character) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // DEL, the C1 controls and half surrogates are legal JSON but unkind to terminals and UTF-8.
                    boolean unsafe = Character.isISOControl(character)
                            || Character.getType(character) == Character.SURROGATE
                            || character == 0x2028
                            || character == 0x2029;
                    out.append(unsafe ? "\\u%04x".formatted(character) : Character.toString(character));
                }
            }
        });
        out.append('"');
    }
}
