package dev.nudge.train.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
    /// The dictionary of Sennrich et al. 2016: low 5, lower 2, newest 6, widest 3 times.
    private static final String PAPER =
            "low\n".repeat(5) + "lower\n".repeat(2) + "newest\n".repeat(6) + "widest\n".repeat(3);

    private static final List<String> AWKWARD = List.of(
            "",
            " ",
            "  two  spaces \t\r\n and a tab ",
            "don't stop!",
            "naïve café — 你好, мир 12,345.67",
            "e\u0301 \uD83D\uDE80\uD83D\uDC69\u200D\uD83D\uDE80",
            "\uD800 lone \uDC00\uDC00\uD83D",
            "\u0000\u001b[31m\uFEFF\u2028",
            "a".repeat(1000),
            " ".repeat(1000));

    static Stream<Tokenizer> trained() {
        return Stream.of(
                CharacterTokenizer.train(PAPER),
                WordTokenizer.train(List.of(PAPER, "Ünïcode, \"quoted\"\u2028"), true, 1, 1000),
                BytePairTokenizer.train(List.of(PAPER, String.join("", AWKWARD)), 300, "<|end|>"));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void theDescriptionGivesAnEqualTokenizer(Tokenizer tokenizer) {
        String text = tokenizer.toJson().pretty();
        Json read = Json.parse(text, "tokenizer.json", JsonRules.CONFIGURATION);
        Tokenizer again = Tokenizer.fromJson((JsonObject) read);
        assertEquals(tokenizer, again);
        assertEquals(text, again.toJson().pretty());
        for (String awkward : AWKWARD) {
            assertArrayEquals(tokenizer.encode(awkward), again.encode(awkward));
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void everyTextHasTokensWithinTheVocabulary(Tokenizer tokenizer) {
        for (String awkward : AWKWARD) {
            int[] ids = tokenizer.encode(awkward);
            assertTrue(Arrays.stream(ids).allMatch(id -> id >= 0 && id < tokenizer.size()));
            tokenizer.decode(ids);
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void anIdThatIsNoTokenIsNamed(Tokenizer tokenizer) {
        for (int id : new int[] {-1, tokenizer.size(), Integer.MAX_VALUE}) {
            NudgeException error = assertThrows(NudgeException.class, () -> tokenizer.decode(0, id));
            assertEquals("E628", error.code());
            assertTrue(error.getMessage().contains("token " + id), error.getMessage());
            assertThrows(NudgeException.class, () -> tokenizer.token(id));
        }
    }

    @Test
    void charactersAreNumberedInTheOrderOfTheirCodePoints() {
        CharacterTokenizer tokenizer = CharacterTokenizer.train("hello \uD83D\uDE80");
        // space 0, e 1, h 2, l 3, o 4, rocket 5, unknown 6
        assertEquals(7, tokenizer.size());
        assertArrayEquals(new int[] {2, 1, 3, 3, 4, 0, 5, 6}, tokenizer.encode("hello \uD83D\uDE80z"));
        assertEquals("hello \uD83D\uDE80\uFFFD", tokenizer.decode(2, 1, 3, 3, 4, 0, 5, 6));
        assertEquals(6, tokenizer.unknown());
        assertArrayEquals(new int[] {0}, CharacterTokenizer.train("").encode("x"));
        String lone = "\uD800x\uDC00";
        assertEquals(
                lone,
                CharacterTokenizer.train(lone)
                        .decode(CharacterTokenizer.train(lone).encode(lone)));
    }

    @Test
    void wordsFollowFromTheMostToTheLeastFrequent() {
        WordTokenizer tokenizer = WordTokenizer.train(List.of("the cat. The dog!", "a cat the"), true, 1, 100);
        // the 3, cat 2, then ! . a dog once each
        assertEquals(
                List.of("<padding>", "<unknown>", "the", "cat", "!", ".", "a", "dog"),
                IntStream.range(0, tokenizer.size()).mapToObj(tokenizer::token).toList());
        assertArrayEquals(new int[] {2, 7, 1, 3}, tokenizer.encode("  THE dog\tbit cat"));
        assertEquals("the dog <unknown> cat", tokenizer.decode(2, 7, 1, 3, 0, 0));
    }

    @Test
    void rareWordsAreUnknownAndTheVocabularyEndsAtItsMaximum() {
        List<String> texts = List.of("b b b a a c c d");
        assertArrayEquals(
                new int[] {2, 3, 4, 1},
                WordTokenizer.train(texts, false, 2, 100).encode("b a c d"));
        assertArrayEquals(
                new int[] {2, 3, 1, 1}, WordTokenizer.train(texts, false, 1, 4).encode("b a c d"));
        assertThrows(IllegalArgumentException.class, () -> WordTokenizer.train(texts, false, 0, 10));
        assertThrows(IllegalArgumentException.class, () -> WordTokenizer.train(texts, false, 1, 1));
    }

    @Test
    void apostrophesInsideAWordAndMarksBelongToIt() {
        WordTokenizer tokenizer = WordTokenizer.train(List.of("don't 'stop' e\u0301t\u00e9, No42"), false, 1, 100);
        assertEquals(
                "don't ' stop ' e\u0301t\u00e9 , No42",
                tokenizer.decode(tokenizer.encode("don't 'stop' e\u0301t\u00e9, No42")));
    }

    @Test
    void theExampleOfThePaperIsMergedAsComputedByHand() {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(PAPER), 260);
        // e s and s t occur 9 times, e is lower; then es t 9; then l o and o w 7, l is lower; then lo w 7.
        assertEquals(
                List.of("es", "est", "lo", "low"),
                Stream.of(256, 257, 258, 259).map(tokenizer::token).toList());
        assertArrayEquals(new int[] {259, 257}, tokenizer.encode("lowest"));
    }

    @Test
    void ofEquallyFrequentPairsTheLowerIdsComeFirst() {
        // b a, a c, c d twice each: a c is the lowest pair, after which b ac and ac d are left, twice each.
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of("bacd\nbacd\n"), 1000);
        assertEquals("ac", tokenizer.token(256));
        assertEquals("bac", tokenizer.token(257));
        assertEquals("bacd", tokenizer.token(258));
        assertEquals(259, tokenizer.size(), "no pair is left that occurs twice");
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 300, 400})
    void bytePairsGiveEveryTextBack(int size) {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(PAPER, String.join("", AWKWARD)), size);
        for (String awkward : AWKWARD) {
            assertEquals(awkward, tokenizer.decode(tokenizer.encode(awkward)));
        }
        RandomKey key = RandomKey.of(11);
        for (int trial = 0; trial < 200; trial++) {
            var text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append((char) key.at(trial).below(i, 1 << (i % 2 == 0 ? 8 : 16)));
            }
            assertEquals(text.toString(), tokenizer.decode(tokenizer.encode(text.toString())));
        }
    }

    @Test
    void anyBytesComeBackAsTheyWere() {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(PAPER), 300, "<|end|>");
        byte[] bytes = new byte[1024];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) RandomKey.of(3).bits(i);
        }
        assertArrayEquals(bytes, tokenizer.decodeBytes(tokenizer.encodeBytes(bytes)));
        assertThrows(NudgeException.class, () -> tokenizer.decodeBytes(tokenizer.special("<|end|>")));
        assertEquals("\uFFFD(", tokenizer.decode(0xC3, '('), "a byte that is not UTF-8");
    }

    @Test
    void specialTokensComeFromNoText() {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(PAPER), 300, "<|end|>");
        int end = tokenizer.special("<|end|>");
        assertEquals(tokenizer.size() - 1, end);
        assertTrue(Arrays.stream(tokenizer.encode("<|end|>")).noneMatch(id -> id == end));
        assertEquals("low<|end|>low", tokenizer.decode(259, end, 259));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.special("<|start|>"));
        assertThrows(IllegalArgumentException.class, () -> BytePairTokenizer.train(List.of(), 256, "<|end|>"));
        assertThrows(IllegalArgumentException.class, () -> BytePairTokenizer.train(List.of(), 300, "a", "a"));
    }

    @Test
    void aTokenShowsItsBytesAsGpt2Does() {
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(), 256);
        assertEquals("\u0120", tokenizer.token(' '));
        assertEquals("\u010A", tokenizer.token('\n'));
        assertEquals("A", tokenizer.token('A'));
        assertEquals("\u0143", tokenizer.token(0xAD), "the last of the 68 bytes that are moved");
        assertEquals(
                256,
                IntStream.range(0, 256).mapToObj(tokenizer::token).distinct().count());
    }

    @Test
    void piecesPutTogetherAreTheText() {
        assertEquals(List.of("Hi", " there", " ", " you", "!"), Pieces.of("Hi there  you!"));
        assertEquals(List.of("x", " =", " 42", "\n   ", " y"), Pieces.of("x = 42\n    y"));
        for (String awkward : AWKWARD) {
            assertEquals(awkward, String.join("", Pieces.of(awkward)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"kind\":\"java.lang.Runtime\"}",
                "{\"kind\":\"character\"}",
                "{\"kind\":\"character\",\"characters\":[98,97]}",
                "{\"kind\":\"character\",\"characters\":[1.5]}",
                "{\"kind\":\"character\",\"characters\":[1114112]}",
                "{\"kind\":\"word\",\"lowerCase\":true,\"words\":[\"a\",\"a\"]}",
                "{\"kind\":\"word\",\"lowerCase\":\"yes\",\"words\":[]}",
                "{\"kind\":\"bytePair\",\"merges\":[1],\"specials\":[]}",
                "{\"kind\":\"bytePair\",\"merges\":[256,1],\"specials\":[]}",
                "{\"kind\":\"bytePair\",\"merges\":[1,-1],\"specials\":[]}",
                "{\"kind\":\"bytePair\",\"merges\":[1,2,1,2],\"specials\":[]}",
                "{\"kind\":\"bytePair\",\"merges\":[1,2],\"specials\":[\"\"]}",
                "{\"kind\":\"bytePair\",\"merges\":[1,2],\"specials\":[7]}"
            })
    void aDescriptionThatIsNotOneIsRefused(String text) {
        JsonObject json = (JsonObject) Json.parse(text, "tokenizer.json", JsonRules.CONFIGURATION);
        NudgeException error = assertThrows(NudgeException.class, () -> Tokenizer.fromJson(json));
        assertEquals("E603", error.code());
    }

    @Test
    void aTokenThatWouldFillTheMemoryIsRefused() {
        StringBuilder merges = new StringBuilder("97,97");
        for (int id = 256; id < 300; id++) {
            merges.append(',').append(id).append(',').append(id); // each twice as long as the one before
        }
        JsonObject json = (JsonObject) Json.parse(
                "{\"kind\":\"bytePair\",\"merges\":[" + merges + "],\"specials\":[]}",
                "tokenizer.json",
                JsonRules.CONFIGURATION);
        assertThrows(NudgeException.class, () -> Tokenizer.fromJson(json));
    }

    @Test
    void theQuickTrainingEqualsTheOneOfThePaper() {
        String text = (PAPER + String.join("", AWKWARD)).repeat(2) + "aaaaa aaa aaaa banana bandana";
        assertEquals(
                slow(text, 60),
                BytePairTokenizer.train(List.of(text), 316)
                        .toJson()
                        .array("merges")
                        .toString()
                        .replaceAll("[^0-9,]", ""));
    }

    /// Algorithm 1 as printed: count all pairs, merge the most frequent, start again.
    private static String slow(String text, int count) {
        List<int[]> pieces = new ArrayList<>();
        for (String piece : Pieces.of(text)) {
            byte[] bytes = Utf8.bytes(piece);
            pieces.add(IntStream.range(0, bytes.length)
                    .map(i -> Byte.toUnsignedInt(bytes[i]))
                    .toArray());
        }
        List<String> merges = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            var counts = new TreeMap<Long, Integer>();
            for (int[] piece : pieces) {
                for (int i = 0; i + 1 < piece.length; i++) {
                    counts.merge(piece[i] * 1_000_000L + piece[i + 1], 1, Integer::sum);
                }
            }
            long best = -1;
            int most = 1;
            for (var entry : counts.entrySet()) {
                if (entry.getValue() > most) {
                    most = entry.getValue();
                    best = entry.getKey();
                }
            }
            if (best < 0) {
                break;
            }
            int left = (int) (best / 1_000_000);
            int right = (int) (best % 1_000_000);
            merges.add(left + "," + right);
            for (int p = 0; p < pieces.size(); p++) {
                List<Integer> merged = new ArrayList<>();
                int[] piece = pieces.get(p);
                for (int i = 0; i < piece.length; i++) {
                    boolean here = piece[i] == left && i + 1 < piece.length && piece[i + 1] == right;
                    merged.add(here ? 256 + step : piece[i]);
                    i += here ? 1 : 0;
                }
                pieces.set(p, merged.stream().mapToInt(Integer::intValue).toArray());
            }
        }
        return String.join(",", merges);
    }
}
