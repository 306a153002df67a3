package dev.nudge.train.text;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.util.Arrays;

/// One token for each character (Unicode code point) of the training text, and one for all others.
///
/// Ids follow the code points in ascending order; the last id is the unknown character, which decodes to U+FFFD. A
/// surrogate without its partner counts as a character of its own, so known text always comes back as it was.
public final class CharacterTokenizer implements Tokenizer {
    static final String KIND = "character";
    private static final int REPLACEMENT = 0xFFFD;

    private final int[] characters; // ascending

    private CharacterTokenizer(int[] characters) {
        this.characters = characters;
    }

    /// The tokenizer that knows the characters of `text`.
    public static CharacterTokenizer train(String text) {
        return new CharacterTokenizer(text.codePoints().distinct().sorted().toArray());
    }

    static CharacterTokenizer read(JsonObject json) {
        int[] characters = Checks.integers(json, "characters", 0, Character.MAX_CODE_POINT);
        for (int i = 1; i < characters.length; i++) {
            if (characters[i] <= characters[i - 1]) {
                throw Checks.wrong(
                        "characters",
                        i,
                        "ascending code points",
                        json.array("characters").get(i));
            }
        }
        return new CharacterTokenizer(characters);
    }

    /// The id of every character that was not in the training text.
    public int unknown() {
        return characters.length;
    }

    @Override
    public int[] encode(String text) {
        return text.codePoints()
                .map(character -> {
                    int id = Arrays.binarySearch(characters, character);
                    return id < 0 ? unknown() : id;
                })
                .toArray();
    }

    @Override
    public String decode(int... ids) {
        var text = new StringBuilder(ids.length);
        for (int id : ids) {
            text.appendCodePoint(Checks.checkId(id, size()) == unknown() ? REPLACEMENT : characters[id]);
        }
        return text.toString();
    }

    @Override
    public int size() {
        return characters.length + 1;
    }

    @Override
    public String token(int id) {
        return NudgeException.escape(decode(id));
    }

    @Override
    public JsonObject toJson() {
        return JsonObject.EMPTY
                .with("kind", KIND)
                .with(
                        "characters",
                        JsonArray.of(Arrays.stream(characters).asLongStream().toArray()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharacterTokenizer that && Arrays.equals(characters, that.characters);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(characters);
    }

    @Override
    public String toString() {
        return "CharacterTokenizer[size=" + size() + "]";
    }
}
