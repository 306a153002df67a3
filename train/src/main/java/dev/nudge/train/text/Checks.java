package dev.nudge.train.text;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;

/// Checks that the tokenizers share.
final class Checks {
    private Checks() {}

    /// The id, if it is one of `size`.
    static int checkId(int id, int size) {
        if (id < 0 || id >= size) {
            throw new NudgeException(
                    "E628", "token " + id, "not in the vocabulary - expected an id in 0.." + (size - 1) + ".");
        }
        return id;
    }

    /// The whole numbers in `from..to` of a member.
    static int[] integers(JsonObject json, String key, int from, int to) {
        List<Json> elements = json.array(key);
        int[] values = new int[elements.size()];
        for (int i = 0; i < values.length; i++) {
            if (!(elements.get(i) instanceof JsonNumber number)
                    || !number.isLong()
                    || number.asLong() < from
                    || number.asLong() > to) {
                throw wrong(key, i, "an integer in " + from + ".." + to, elements.get(i));
            }
            values[i] = (int) number.asLong();
        }
        return values;
    }

    /// The strings of a member.
    static List<String> texts(JsonObject json, String key) {
        List<Json> elements = json.array(key);
        List<String> texts = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            if (!(elements.get(i) instanceof Json.JsonText(String value))) {
                throw wrong(key, i, "a string", elements.get(i));
            }
            texts.add(value);
        }
        return texts;
    }

    /// The error about element `index` of a member.
    static NudgeException wrong(String key, int index, String expected, Json found) {
        return new NudgeException(
                "E603",
                key + "[" + index + "]",
                "wrong value - expected " + expected + ", found " + NudgeException.quote(found.compact()) + ".");
    }
}
