package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlossaryTest {
    private final Glossary glossary = Glossary.load();

    private Glossary.Term term(String word) {
        return glossary.find(word).orElseThrow(() -> new AssertionError("no entry for " + word));
    }

    @Test
    void everyEntryHasMeaningFormulaExampleAndTermsToReadNext() {
        for (Glossary.Term term : glossary.terms()) {
            assertFalse(term.meaning().isBlank(), term.name());
            assertFalse(term.formula().isBlank(), term.name());
            assertFalse(term.example().isBlank(), term.name());
            for (String next : term.see()) {
                assertTrue(glossary.find(next).isPresent(), term.name() + " names " + next);
            }
        }
    }

    @Test
    void noTwoEntriesHaveOneName() {
        Set<String> names = new HashSet<>();
        glossary.terms().forEach(term -> assertTrue(names.add(term.name()), term.name()));
    }

    @Test
    void theWordsThatABeginnerMeetsAreExplained() {
        List<String> words = List.of(
                "loss function",
                "gradient",
                "gradient descent",
                "backpropagation",
                "learning rate",
                "epoch",
                "overfitting",
                "regularisation",
                "batch",
                "iteration",
                "step",
                "parameter",
                "weight",
                "bias",
                "forward pass",
                "softmax",
                "cross-entropy",
                "mean squared error",
                "validation",
                "test set",
                "early stopping",
                "dropout",
                "weight decay",
                "momentum",
                "Adam",
                "optimizer",
                "logits",
                "accuracy",
                "confusion matrix",
                "checkpoint",
                "seed",
                "hidden layer",
                "training loop");
        words.forEach(this::term);
    }

    @Test
    void everyValueThatAnOptionTakesIsExplained() {
        OptimizerSpec.KINDS.forEach(this::term);
        RunSettings.LOSSES.forEach(this::term);
        ModelSpec.ACTIVATIONS.forEach(this::term);
        ScheduleSpec.KINDS.forEach(this::term);
        List.of("linear", "mlp", "patience", "clip", "l2", "warmup", "threads", "target-loss")
                .forEach(this::term);
    }

    @Test
    void caseHyphensAndUnderscoresDoNotMatter() {
        assertEquals("cross-entropy", term("Cross_Entropy").name());
        assertEquals("cross-entropy", term("CROSS ENTROPY").name());
        assertEquals("adam", term("ADAM").name());
    }

    @Test
    void anEntryOfThatNameComesBeforeOneThatListsTheWord() {
        assertEquals("step", term("step").name());
        assertEquals("epoch", term("epochs").name());
        assertEquals("step", term("iteration").name());
    }

    @Test
    void aMistypedWordLeadsToTheRightOne() {
        assertEquals("gradient", glossary.near("gradeint").getFirst());
        assertEquals("epoch", glossary.near("epohc").getFirst());
        assertTrue(glossary.near("entropy").contains("cross entropy"), "part of a word");
        assertEquals(List.of(), glossary.near("xyzzyx"));
    }

    @Test
    void examplesOfLossesAreRight() {
        assertTrue(term("cross-entropy").example().contains(figure(-Math.log(0.73), 4)));
        assertTrue(term("cross-entropy").example().contains(figure(-Math.log(0.12), 4)));
        assertTrue(term("cross-entropy").example().contains(figure(Math.log(10), 4)));
        assertTrue(term("mean squared error").example().contains(figure(0.92 * 0.92, 4)));
        assertTrue(term("focal").example().contains(figure(-0.01 * Math.log(0.9), 4)));
        assertTrue(term("focal").example().contains(figure(-0.81 * Math.log(0.1), 4)));
        assertTrue(term("hinge").example().contains(figure(0.5 / 3, 4)));
        assertTrue(term("kl").example().contains(figure(0.5 * Math.log(0.5 / 0.9) + 0.5 * Math.log(5), 4)));
        assertTrue(term("ctc").example().contains(figure(-Math.log(5 / 27.0), 4)));
        assertTrue(term("log-cosh").example().contains(figure(Math.log(Math.cosh(0.1)), 4)));
        assertTrue(term("log-cosh").example().contains(figure(Math.log(Math.cosh(10)), 4)));
        assertTrue(term("poisson").example().contains(figure(2 - 2 * Math.log(2), 4)));
        double soft = Math.exp(0.75) + Math.exp(0.25) + 1;
        assertTrue(term("distillation")
                .example()
                .contains(figure(Math.exp(0.75) / soft, 3) + ", " + figure(Math.exp(0.25) / soft, 3) + ", "
                        + figure(1 / soft, 3)));
        double sum = Math.exp(3) + Math.exp(1) + Math.exp(0);
        String probabilities =
                figure(Math.exp(3) / sum, 3) + ", " + figure(Math.exp(1) / sum, 3) + ", " + figure(1 / sum, 3);
        assertTrue(term("softmax").example().contains(probabilities), probabilities);
        assertTrue(term("logits").example().contains(probabilities), probabilities);
    }

    @Test
    void examplesOfActivationsAreRight() {
        String example = term("activation function").example();
        assertTrue(example.contains("sigmoid(2) = " + figure(1 / (1 + Math.exp(-2)), 4)));
        assertTrue(example.contains("tanh(1) = " + figure(Math.tanh(1), 4)));
    }

    @Test
    void examplesOfCountsAreRight() {
        assertEquals(1_000, Math.ceilDiv(100_000, 100));
        assertTrue(term("step").example().contains("1,000 steps per epoch, 10,000 in total"));
        assertEquals(17_226, 64 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10);
        assertTrue(term("parameter").example().contains("17,226"));
        assertEquals(2_315, Math.round(50_000_000 / (6 * 3600.0)));
        assertTrue(term("throughput").example().contains("2,315"));
    }

    @Test
    void entriesFitATerminal() {
        for (Glossary.Term term : glossary.terms()) {
            Explanation.of(term).lines().skip(1).forEach(line -> assertTrue(line.length() <= 100, line));
        }
    }

    private static String figure(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
