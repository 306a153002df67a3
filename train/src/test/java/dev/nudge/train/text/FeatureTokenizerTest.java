package dev.nudge.train.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeatureTokenizerTest {
    @Test
    void featuresAreWordsPairsAndPieces() {
        FeatureTokenizer tokenizer = new FeatureTokenizer(1000, true);
        Set<String> expected = new LinkedHashSet<>(List.of("don't", "00", "!!"));
        expected.addAll(List.of("=Don't", "=00", "=!!", " don't", "don't 00", "00 !!", "!! "));
        expected.addAll(List.of("~<do", "~don", "~on'", "~n't", "~'t>", "~<don", "~don'", "~on't", "~n't>"));
        expected.addAll(List.of("~<00", "~00>", "~<00>", "~<!!", "~!!>", "~<!!>"));
        assertEquals(expected, tokenizer.features("Don't 42 !!"));
        assertEquals(List.of("a", "b"), List.copyOf(new FeatureTokenizer(10, false).features("A b a")));
        assertTrue(Arrays.stream(tokenizer.encode("Hello")).allMatch(id -> id > 0 && id < 1000), "none is padding");
        assertEquals(0, new FeatureTokenizer(10, false).encode(" ").length);
    }

    @Test
    void itComesBackFromItsDescription() {
        FeatureTokenizer tokenizer = new FeatureTokenizer(77, true);
        Tokenizer again = Tokenizer.fromJson(tokenizer.toJson());
        assertEquals(tokenizer, again);
        assertArrayEquals(tokenizer.encode("a b"), again.encode("a b"));
        assertEquals("#5", again.decode(0, 5));
        NudgeException refused = assertThrows(
                NudgeException.class,
                () -> Tokenizer.fromJson(tokenizer.toJson().with("buckets", 1)));
        assertEquals("E603", refused.code());
        assertThrows(IllegalArgumentException.class, () -> new FeatureTokenizer(1, true));
    }
}
