package dev.nudge.train.text;

import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One token for each *feature* of a text, whatever its place: words and, if it is rich, pairs of words and pieces
/// of words. Fit for telling kinds of texts apart by the mean of the vectors of their features.
///
/// Features are not collected in a dictionary: their hash is their id, in `1..buckets - 1`, and a few share an id
/// by accident. So nothing is trained, no word is unknown, and texts cannot be had back from ids. Id 0 is padding.
/// Each feature comes once, words first, so that a text that is cut loses the least. Digits count as 0, since it is
/// having a long number in it, not which one, that says much.
///
/// Source: Joulin et al. 2017, arXiv:1607.01759 (pairs of words, hashed), with pieces of words as in
/// Bojanowski et al. 2017, arXiv:1607.04606.
///
/// @param buckets number of ids, padding included; at least 2
/// @param rich    whether pairs of words, words as they are written, and pieces of 3 and 4 characters count
public record FeatureTokenizer(int buckets, boolean rich) implements Tokenizer {
    static final String KIND = "features";
    /// The id that fills up short texts.
    public static final int PADDING = 0;

    private static final Pattern WORD = Pattern.compile("\\p{L}+(?:'\\p{L}+)?|\\p{N}+|[^\\s\\p{L}\\p{N}]+");

    /// Checks the number of ids.
    ///
    /// @throws IllegalArgumentException if it is less than 2
    public FeatureTokenizer {
        if (buckets < 2) {
            throw new IllegalArgumentException("feature tokenizer: buckets must be at least 2, found " + buckets);
        }
    }

    static FeatureTokenizer read(JsonObject json) {
        long buckets = json.integer("buckets");
        if (buckets < 2 || buckets > Integer.MAX_VALUE) {
            throw new NudgeException(
                    "E603", "buckets", "expected an integer in [2, " + Integer.MAX_VALUE + "], found " + buckets + ".");
        }
        return new FeatureTokenizer((int) buckets, json.truth("rich"));
    }

    @Override
    public int[] encode(String text) {
        return features(text).stream().mapToInt(this::id).toArray();
    }

    private int id(String feature) {
        int hash = feature.hashCode(); // which the language defines
        return 1 + Math.floorMod(31 * hash ^ hash >>> 15, buckets - 1);
    }

    /// The features, each once.
    Set<String> features(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        Set<String> features = new LinkedHashSet<>();
        for (String word : words) {
            features.add(plain(word));
        }
        if (!rich) {
            return features;
        }
        for (String word : words) { // upper case and the number of digits say much
            features.add("=" + word.replaceAll("\\p{N}", "0"));
        }
        for (int i = 0; i <= words.size(); i++) {
            features.add(
                    (i == 0 ? "" : plain(words.get(i - 1))) + " " + (i == words.size() ? "" : plain(words.get(i))));
        }
        for (String word : words) { // beginnings and ends of words are pieces of their own
            String framed = "<" + plain(word) + ">";
            for (int size = 3; size <= 4; size++) {
                for (int start = 0; start + size <= framed.length(); start++) {
                    features.add("~" + framed.substring(start, start + size));
                }
            }
        }
        return features;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("\\p{N}", "0");
    }

    /// The ids as [#token(int)] shows them, since a hash tells no text.
    @Override
    public String decode(int... ids) {
        return IntStream.of(ids)
                .filter(id -> id != PADDING)
                .mapToObj(this::token)
                .collect(Collectors.joining(" "));
    }

    @Override
    public int size() {
        return buckets;
    }

    @Override
    public String token(int id) {
        return Checks.checkId(id, buckets) == PADDING ? "<padding>" : "#" + id;
    }

    @Override
    public JsonObject toJson() {
        return JsonObject.EMPTY.with("kind", KIND).with("buckets", buckets).with("rich", rich);
    }
}
