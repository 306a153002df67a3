package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Embedding;
import dev.nudge.nn.Linear;
import dev.nudge.nn.generate.NextToken;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.CharacterTokenizer;
import dev.nudge.train.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextGeneratorTest {
    private static final Type CONTEXT = Type.of(DType.I32, Shape.of(4));

    /// A table of pairs of the characters `T`, `b`, `e`, `o` and space: logits of the next for each one. After `o`
    /// comes `b` with the probability 3/4, else a space.
    private static ModelFile pairs() {
        float[] logits = {
            //  space T  b  e  o
            -99, -99, 9, -99, -99, // space: b
            -99, -99, -99, -99, 9, // T: o
            -99, -99, -99, 9, -99, // b: e
            9, -99, -99, -99, -99, // e: space
            0, -99, (float) Math.log(3), -99, -99 // o: space or b
        };
        Embedding table = new Embedding(Parameter.of(logits, 5, 5), OptionalInt.empty());
        return ModelFile.of(table, CONTEXT).withTokenizer(CharacterTokenizer.train("To be"));
    }

    @Test
    void itGoesOnAsTheTableOfPairsSays(@TempDir Path folder) {
        Path file = folder.resolve("pairs.nudge");
        ModelFormat.of().write(file, pairs());
        TextGenerator generator = TextGenerator.load(file);

        List<NextToken> next = generator.next("To");
        assertEquals("b", generator.tokenizer().token(next.get(0).token()));
        assertEquals(0.75, next.get(0).probability(), 1e-6);
        assertEquals(0.25, next.get(1).probability(), 1e-6);
        TextGenerator greedy = generator.withRule(Sampling.greedy());
        assertEquals("be be be", greedy.generate("To", 8, RandomKey.of(1)));
        assertEquals("be", greedy.generate("To", 8, RandomKey.of(1), token -> !token.equals("e")));
        int spaces = 0;
        for (int i = 0; i < 400; i++) {
            spaces += generator.generate("To", 1, RandomKey.of(i)).equals(" ") ? 1 : 0;
        }
        assertEquals(100, spaces, 35, "four deviations of a binomial of 400 draws");
        assertTrue(ModelSnippets.generate(file).startsWith(" be be")); // nothing to choose after these
    }

    @Test
    void aPromptOfUnknownCharactersIsRefusedWithTheFirstOfThem() {
        TextGenerator generator = TextGenerator.of(pairs());
        NudgeException refused = assertThrows(NudgeException.class, () -> generator.next("To bée ?"));
        assertEquals("E628", refused.code());
        assertTrue(refused.problem().contains("\"é\""), refused.problem());
        assertEquals(
                "E628",
                assertThrows(NudgeException.class, () -> generator.next("")).code());
    }

    @Test
    void whatIsNoLanguageModelIsRefusedWithTheReason() {
        Tokenizer tokenizer = CharacterTokenizer.train("To be");
        ModelFile classifier = ModelFile.of(Linear.of(4, 2, RandomKey.of(1)), Type.of(DType.F32, Shape.of(4)));
        assertRefused(classifier, "no tokenizer");
        assertRefused(classifier.withTokenizer(tokenizer), "F32");
        ModelFile wide = ModelFile.of(Embedding.of(9, 9, RandomKey.of(1)), CONTEXT);
        assertRefused(wide, "no tokenizer");
        assertRefused(wide.withTokenizer(tokenizer), "[4, 9]");
    }

    private static void assertRefused(ModelFile file, String reason) {
        NudgeException refused = assertThrows(NudgeException.class, () -> TextGenerator.of(file));
        assertEquals("E347", refused.code());
        assertTrue(refused.problem().contains(reason), refused.problem());
    }
}
