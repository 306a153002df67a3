package dev.nudge.studio.lab;

import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.util.List;

/// Reads what somebody sent, and refuses what is out of range.
final class Limits {
    private static final String CODE = "E611";

    private Limits() {}

    static int whole(JsonObject json, String name, int least, int most, int otherwise) {
        if (!json.has(name)) {
            return otherwise;
        }
        long value = json.integer(name);
        if (value < least || value > most) {
            throw refused(name, "an integer in [" + least + ", " + most + "]", Long.toString(value));
        }
        return (int) value;
    }

    static double number(JsonObject json, String name, double least, double most, double otherwise) {
        if (!json.has(name)) {
            return otherwise;
        }
        double value = json.number(name);
        if (!(value >= least && value <= most)) {
            throw refused(name, "a number in [" + least + ", " + most + "]", Double.toString(value));
        }
        return value;
    }

    static String word(JsonObject json, String name, List<String> words, String otherwise) {
        if (!json.has(name)) {
            return otherwise;
        }
        String value = json.text(name);
        if (!words.contains(value)) {
            throw refused(name, "one of " + String.join(", ", words), NudgeException.quote(value));
        }
        return value;
    }

    /// Refuses members that nobody reads: a slip of the pen would be lost.
    static void known(JsonObject json, String where, List<String> names) {
        for (String name : json.members().keySet()) {
            if (!names.contains(name)) {
                throw new NudgeException(
                        CODE,
                        where,
                        "unknown member " + NudgeException.quote(name) + " - expected " + String.join(", ", names)
                                + ".");
            }
        }
    }

    static NudgeException refused(String name, String expected, String found) {
        return new NudgeException(CODE, name, name + " must be " + expected + ", found " + found + ".");
    }
}
