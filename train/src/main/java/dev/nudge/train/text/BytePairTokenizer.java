package dev.nudge.train.text;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Byte pair encoding over bytes: frequent words are one token, rare ones several, and no text is unknown.
///
/// Training starts from the 256 bytes and merges, again and again, the most frequent pair of neighbouring tokens into a
/// new token; of equally frequent pairs the one with the lower left id, then the lower right id. Pairs are counted and
/// merged within [pieces][Pieces], never across them. It ends when there are as many tokens as wanted or no pair
/// occurs twice.
///
/// Ids 0..255 are the bytes, then come the merged tokens in the order of training, then the special tokens. Text never
/// encodes to a special token, even if it looks like one; ask [#special(String)] for its id.
///
/// Text is taken as UTF-8; a surrogate without its partner as the three bytes that UTF-8's scheme gives its number, and
/// so `decode(encode(text))` is `text` for every string. Bytes that are not UTF-8, which a model may produce, decode
/// to U+FFFD; [#encodeBytes(byte\[\])] and [#decodeBytes(int...)] are exact for all bytes.
///
/// Source: Sennrich, Haddow & Birch 2016, arXiv:1508.07909, Algorithm 1; over bytes as in Radford
/// et al. 2019, "Language Models are Unsupervised Multitask Learners", 2.2.
public final class BytePairTokenizer implements Tokenizer {
    static final String KIND = "bytePair";
    static final int BYTES = 256;

    private final int[] merges; // left and right id of each merged token
    private final List<String> specials;
    private final Map<Long, Integer> ids; // of pairs
    private final byte[][] bytes; // of bytes and merged tokens

    BytePairTokenizer(int[] merges, List<String> specials) {
        this.merges = merges;
        this.specials = List.copyOf(specials);
        this.ids = HashMap.newHashMap(merges.length / 2);
        this.bytes = new byte[BYTES + merges.length / 2][];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = new byte[] {(byte) i};
        }
        for (int i = 0; i < merges.length / 2; i++) {
            byte[] left = bytes[merges[2 * i]];
            byte[] right = bytes[merges[2 * i + 1]];
            byte[] both = Arrays.copyOf(left, left.length + right.length);
            System.arraycopy(right, 0, both, left.length, right.length);
            bytes[BYTES + i] = both;
            ids.put(pair(merges[2 * i], merges[2 * i + 1]), BYTES + i);
        }
    }

    /// The tokenizer trained on `texts`.
    ///
    /// @param size     most tokens, the 256 bytes and the special tokens included
    /// @param specials tokens that stand for no text, such as the end of a document
    /// @throws IllegalArgumentException if `size` has no room for the bytes and special tokens, or one is
    ///     given twice
    public static BytePairTokenizer train(Iterable<String> texts, int size, String... specials) {
        if (size < BYTES + specials.length) {
            throw new IllegalArgumentException("byte pair tokenizer: the size must be at least "
                    + (BYTES + specials.length) + ", one token for each byte and special token, found " + size);
        }
        checkSpecials(List.of(specials));
        var training = new BytePairTraining();
        for (String text : texts) {
            training.add(text);
        }
        return new BytePairTokenizer(training.merges(size - BYTES - specials.length), List.of(specials));
    }

    static BytePairTokenizer read(JsonObject json) {
        int[] merges = Checks.integers(json, "merges", 0, Integer.MAX_VALUE);
        if (merges.length % 2 != 0) {
            throw new NudgeException("E603", "merges", "expected pairs of ids, found " + merges.length + " numbers.");
        }
        // A token of twice the length each time would fill the memory from a short text.
        long[] lengths = new long[BYTES + merges.length / 2];
        Arrays.fill(lengths, 0, BYTES, 1);
        var seen = new HashSet<Long>();
        for (int i = 0; i < merges.length; i++) {
            int next = BYTES + i / 2;
            boolean known = merges[i] < next;
            if (known) {
                lengths[next] += lengths[merges[i]];
            }
            boolean twice = i % 2 == 1 && !seen.add(pair(merges[i - 1], merges[i]));
            if (!known || twice || lengths[next] > BytePairTraining.LONGEST_TOKEN) {
                throw Checks.wrong(
                        "merges",
                        i,
                        "an earlier token, each pair once, at most " + BytePairTraining.LONGEST_TOKEN + " bytes",
                        json.array("merges").get(i));
            }
        }
        List<String> specials = Checks.texts(json, "specials");
        checkSpecials(specials);
        return new BytePairTokenizer(merges, specials);
    }

    private static void checkSpecials(List<String> specials) {
        if (new HashSet<>(specials).size() != specials.size() || specials.contains("")) {
            throw new NudgeException(
                    "E603", "specials", "expected different texts that are not empty, found " + specials + ".");
        }
    }

    /// The id of a special token.
    ///
    /// @throws IllegalArgumentException if there is no such special token
    public int special(String special) {
        int index = specials.indexOf(special);
        if (index < 0) {
            throw new IllegalArgumentException("byte pair tokenizer: no special token " + NudgeException.quote(special)
                    + ", there are " + specials);
        }
        return bytes.length + index;
    }

    @Override
    public int[] encode(String text) {
        var out = new Ids();
        Map<String, int[]> known = new HashMap<>();
        for (String piece : Pieces.of(text)) {
            out.add(known.computeIfAbsent(piece, p -> merge(Utf8.bytes(p))));
        }
        return out.toArray();
    }

    /// The ids of any bytes; they are one piece, however many they are.
    public int[] encodeBytes(byte[] data) {
        return merge(data);
    }

    /// Merges, again and again, the pair that was learned first, at all its places from left to right.
    private int[] merge(byte[] data) {
        int[] tokens = new int[data.length];
        for (int i = 0; i < data.length; i++) {
            tokens[i] = Byte.toUnsignedInt(data[i]);
        }
        int length = tokens.length;
        while (true) {
            int first = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < length; i++) {
                first = Math.min(first, ids.getOrDefault(pair(tokens[i], tokens[i + 1]), Integer.MAX_VALUE));
            }
            if (first == Integer.MAX_VALUE) {
                return Arrays.copyOf(tokens, length);
            }
            length = replace(tokens, length, merges[2 * (first - BYTES)], merges[2 * (first - BYTES) + 1], first);
        }
    }

    /// Replaces the pair wherever it stands, from left to right; returns the new length.
    static int replace(int[] tokens, int length, int left, int right, int merged) {
        int to = 0;
        for (int from = 0; from < length; from++) {
            if (tokens[from] == left && from + 1 < length && tokens[from + 1] == right) {
                tokens[to++] = merged;
                from++;
            } else {
                tokens[to++] = tokens[from];
            }
        }
        return to;
    }

    @Override
    public String decode(int... ids) {
        var text = new StringBuilder();
        var run = new ByteArrayOutputStream();
        for (int id : ids) {
            if (Checks.checkId(id, size()) < bytes.length) {
                run.writeBytes(bytes[id]);
            } else {
                text.append(Utf8.text(run.toByteArray())).append(specials.get(id - bytes.length));
                run.reset();
            }
        }
        return text.append(Utf8.text(run.toByteArray())).toString();
    }

    /// The bytes of these tokens.
    ///
    /// @throws NudgeException if an id is not a token's, or is a special token's, which has no bytes (E628)
    public byte[] decodeBytes(int... ids) {
        var data = new ByteArrayOutputStream();
        for (int id : ids) {
            data.writeBytes(bytes[Checks.checkId(id, bytes.length)]);
        }
        return data.toByteArray();
    }

    @Override
    public int size() {
        return bytes.length + specials.size();
    }

    /// The token with each byte as a visible character: printable ones of Latin-1 as they are, the others, in order,
    /// from U+0100 on. The space is `Ġ`, the line feed `Ċ`, as in GPT-2's vocabulary.
    @Override
    public String token(int id) {
        if (Checks.checkId(id, size()) >= bytes.length) {
            return specials.get(id - bytes.length);
        }
        var text = new StringBuilder();
        for (byte each : bytes[id]) {
            text.append(visible(Byte.toUnsignedInt(each)));
        }
        return text.toString();
    }

    private static char visible(int value) {
        if (value <= ' ') {
            return (char) (0x100 + value);
        }
        if (value < 0x7F || value > 0xA0 && value != 0xAD) {
            return (char) value;
        }
        return (char) (value == 0xAD ? 0x143 : 0x121 + value - 0x7F);
    }

    @Override
    public JsonObject toJson() {
        return JsonObject.EMPTY
                .with("kind", KIND)
                .with(
                        "merges",
                        JsonArray.of(Arrays.stream(merges).asLongStream().toArray()))
                .with(
                        "specials",
                        new JsonArray(
                                List.copyOf(specials.stream().map(JsonText::new).toList())));
    }

    static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BytePairTokenizer that
                && Arrays.equals(merges, that.merges)
                && specials.equals(that.specials);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(merges) + specials.hashCode();
    }

    @Override
    public String toString() {
        return "BytePairTokenizer[size=" + size() + ", specials=" + specials + "]";
    }
}
