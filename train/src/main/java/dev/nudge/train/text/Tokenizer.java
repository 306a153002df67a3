package dev.nudge.train.text;

import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;

/// Turns text into token ids and back; immutable, and stored beside the model that was trained with it.
///
/// Ids run from 0 to [#size()]` - 1`, as an embedding's rows do.
public sealed interface Tokenizer permits CharacterTokenizer, WordTokenizer, BytePairTokenizer, FeatureTokenizer {
    /// The ids of the tokens that the text is cut into, in order. Never fails: every string has tokens.
    int[] encode(String text);

    /// The text of these tokens.
    ///
    /// @throws NudgeException if an id is not a token's (E628)
    String decode(int... ids);

    /// Number of tokens.
    int size();

    /// What one token looks like, for people: in a table of probabilities, say.
    ///
    /// @throws NudgeException if the id is not a token's (E628)
    String token(int id);

    /// Everything that [#fromJson(JsonObject)] needs to make an equal tokenizer.
    JsonObject toJson();

    /// The tokenizer of a description.
    ///
    /// @throws NudgeException naming the member that is missing or wrong (E603)
    static Tokenizer fromJson(JsonObject json) {
        String kind = json.text("kind");
        return switch (kind) {
            case CharacterTokenizer.KIND -> CharacterTokenizer.read(json);
            case WordTokenizer.KIND -> WordTokenizer.read(json);
            case BytePairTokenizer.KIND -> BytePairTokenizer.read(json);
            case FeatureTokenizer.KIND -> FeatureTokenizer.read(json);
            default ->
                throw new NudgeException(
                        "E603",
                        "kind",
                        "unknown tokenizer - expected " + CharacterTokenizer.KIND + ", " + WordTokenizer.KIND + ", "
                                + BytePairTokenizer.KIND + " or " + FeatureTokenizer.KIND + ", found "
                                + NudgeException.quote(kind) + ".");
        };
    }
}
