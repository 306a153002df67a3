package dev.nudge.train.text;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads texts from files: plain ones, and JSON lines.
public final class TextFiles {
    private static final long LONGEST = 1L << 30;
    private static final JsonRules LINE = new JsonRules(64, 16 << 20, "E602", "E602");

    private TextFiles() {}

    /// A text with what it is.
    ///
    /// @param text  as it stands
    /// @param label as it stands; empty if none was asked for
    public record Labelled(String text, String label) {}

    /// The whole text of a file in UTF-8; a byte order mark at its beginning does not count.
    ///
    /// @throws NudgeException (E300) if it cannot be read, (E503) if it is longer than 1 GiB or not
    ///         UTF-8
    public static String read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new NudgeException("E503", file.toString(), "longer than 1 GiB. Cut it into several files.");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new NudgeException("E503", file.toString(), "not UTF-8 text. Convert it, say with iconv.", e);
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
    }

    /// The texts of a file of JSON lines: one object a line, with the text and the label in two of its
    /// members. Empty lines do not count, other members neither; a label may be a number or a truth
    /// value too.
    ///
    /// @param label name of the member with the label; null for texts alone
    /// @throws NudgeException naming the line: E602, if it is no JSON; E603, if a member is missing or
    /// of another kind; and as [#read]
    public static List<Labelled> jsonLines(Path file, String text, @Nullable String label) {
        List<Labelled> found = new ArrayList<>();
        int number = 0;
        for (String line : read(file).split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String where = file + " line " + number;
            Json json = Json.parse(line.strip(), where, LINE);
            if (!(json instanceof JsonObject object)) {
                throw new NudgeException(
                        "E603", where, "expected an object, found " + NudgeException.quote(json.compact()) + ".");
            }
            if (!(member(object, text, where) instanceof JsonText(String content))) {
                throw wrong(object, text, "a string", where);
            }
            found.add(new Labelled(content, label == null ? "" : label(object, label, where)));
        }
        return found;
    }

    private static String label(JsonObject object, String label, String where) {
        return switch (member(object, label, where)) {
            case JsonText(String content) -> content;
            case Json.JsonNumber number -> number.literal();
            case Json.JsonBoolean(boolean value) -> Boolean.toString(value);
            case Json.JsonNull _, Json.JsonArray _, JsonObject _ ->
                throw wrong(object, label, "a string, a number or a truth value", where);
        };
    }

    private static Json member(JsonObject object, String name, String where) {
        Json member = object.find(name);
        if (member == null) {
            throw new NudgeException(
                    "E603",
                    where,
                    "no member " + NudgeException.quote(name) + " - found "
                            + object.members().keySet() + ".");
        }
        return member;
    }

    private static NudgeException wrong(JsonObject object, String name, String expected, String where) {
        return new NudgeException(
                "E603",
                where,
                "expected " + expected + " as " + NudgeException.quote(name) + ", found "
                        + NudgeException.quote(member(object, name, where).compact()) + ".");
    }
}
