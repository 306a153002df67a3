package dev.nudge.train.text;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One token for each word that is frequent enough, one for all other words, and one for padding.
///
/// A word is a longest run of letters, digits and combining marks, with single apostrophes (' or U+2019) inside it;
/// every other character that is not white space is a word by itself; white space only separates. So `don't stop!` is
/// the three words `don't`, `stop` and `!`. A surrogate without its partner counts as U+FFFD.
///
/// Id 0 is padding, id 1 the unknown word; words follow from the most to the least frequent, equally frequent ones in
/// the order of their UTF-16 text. Decoding joins words by single spaces and leaves padding out, so that it gives
/// readable text, not always the original.
public final class WordTokenizer implements Tokenizer {
    static final String KIND = "word";
    /// The id that fills up short sequences.
    public static final int PADDING = 0;
    /// The id of every word that is not in the vocabulary.
    public static final int UNKNOWN = 1;

    private static final int FIRST_WORD = 2;

    private final boolean lowerCase;
    private final List<String> words;
    private final Map<String, Integer> ids;

    private WordTokenizer(boolean lowerCase, List<String> words) {
        this.lowerCase = lowerCase;
        this.words = List.copyOf(words);
        this.ids = HashMap.newHashMap(words.size());
        for (int i = 0; i < words.size(); i++) {
            ids.put(words.get(i), FIRST_WORD + i);
        }
    }

    /// The tokenizer of the words of `texts`.
    ///
    /// @param lowerCase    whether capital letters count as small ones
    /// @param minimumCount how often a word must occur to get a token of its own; at least 1
    /// @param maximumSize  most tokens, padding and unknown included; at least 2
    /// @throws IllegalArgumentException if a number is out of its range
    public static WordTokenizer train(Iterable<String> texts, boolean lowerCase, int minimumCount, int maximumSize) {
        if (minimumCount < 1 || maximumSize < FIRST_WORD) {
            throw new IllegalArgumentException("word tokenizer: the minimum count must be at least 1 and the maximum"
                    + " size at least " + FIRST_WORD + ", found " + minimumCount + " and " + maximumSize);
        }
        Map<String, Long> counts = new HashMap<>();
        for (String text : texts) {
            for (String word : split(text, lowerCase)) {
                counts.merge(word, 1L, Long::sum);
            }
        }
        List<String> words = counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= minimumCount)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(maximumSize - FIRST_WORD)
                .map(Map.Entry::getKey)
                .toList();
        return new WordTokenizer(lowerCase, words);
    }

    static WordTokenizer read(JsonObject json) {
        List<String> words = Checks.texts(json, "words");
        var tokenizer = new WordTokenizer(json.truth("lowerCase"), words);
        if (tokenizer.ids.size() != words.size()) {
            throw new NudgeException("E603", "words", "a word is given twice - expected each once.");
        }
        return tokenizer;
    }

    @Override
    public int[] encode(String text) {
        return split(text, lowerCase).stream()
                .mapToInt(word -> ids.getOrDefault(word, UNKNOWN))
                .toArray();
    }

    @Override
    public String decode(int... ids) {
        List<String> parts = new ArrayList<>(ids.length);
        for (int id : ids) {
            String word = token(id);
            if (id != PADDING) {
                parts.add(word);
            }
        }
        return String.join(" ", parts);
    }

    @Override
    public int size() {
        return FIRST_WORD + words.size();
    }

    @Override
    public String token(int id) {
        return switch (Checks.checkId(id, size())) {
            case PADDING -> "<padding>";
            case UNKNOWN -> "<unknown>";
            default -> words.get(id - FIRST_WORD);
        };
    }

    @Override
    public JsonObject toJson() {
        return JsonObject.EMPTY
                .with("kind", KIND)
                .with("lowerCase", lowerCase)
                .with(
                        "words",
                        new JsonArray(
                                List.copyOf(words.stream().map(JsonText::new).toList())));
    }

    /// The words of a text, in order.
    private static List<String> split(String text, boolean lowerCase) {
        int[] characters = text.codePoints().map(WordTokenizer::whole).toArray();
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < characters.length) {
            int from = at++;
            if (isWord(characters[from])) {
                while (at < characters.length && goesOn(characters, at)) {
                    at++;
                }
            } else if (isSpace(characters[from])) {
                continue;
            }
            String word = new String(characters, from, at - from);
            words.add(lowerCase ? word.toLowerCase(Locale.ROOT) : word);
        }
        return words;
    }

    private static boolean goesOn(int[] characters, int at) {
        return isWord(characters[at])
                || isApostrophe(characters[at]) && at + 1 < characters.length && isWord(characters[at + 1]);
    }

    private static boolean isWord(int character) {
        return Character.isLetterOrDigit(character) || Pieces.isMark(character);
    }

    private static boolean isApostrophe(int character) {
        return character == '\'' || character == 0x2019;
    }

    private static boolean isSpace(int character) {
        return Pieces.isSpace(character);
    }

    private static int whole(int character) {
        return Character.getType(character) == Character.SURROGATE ? 0xFFFD : character;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WordTokenizer that && lowerCase == that.lowerCase && words.equals(that.words);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return "WordTokenizer[size=" + size() + ", lowerCase=" + lowerCase + "]";
    }
}
