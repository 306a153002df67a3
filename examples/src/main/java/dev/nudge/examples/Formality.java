package dev.nudge.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tells formal sentences from casual ones.
///
/// People scored how formal each sentence of letters, news, blogs and forums is; the example asks whether a sentence is
/// above the median score. Nobody tells the network what makes a sentence formal. It finds that words, their endings,
/// capitals and punctuation give a sentence away, each a little.
///
/// Data: a file of sentences with mean scores of human raters, as S. Lahiri 2015, arXiv:1506.02306, collected them.
final class Formality implements Example {
    @Override
    public String name() {
        return "formality";
    }

    @Override
    public String summary() {
        return "formal or casual? sentences by the mean of trained vectors of words and their pieces";
    }

    @Override
    public String data() {
        return "CSV file with the columns Formality (a score) and Actual sentence";
    }

    private static Texts read(Path file) {
        Table table = Table.read(file);
        double[] scores = new double[table.size()];
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < scores.length; row++) {
            scores[row] = table.number(row, "Formality");
            // Some sentences have their number in the source before them, which says where they come from.
            texts.add(table.text(row, "Actual sentence").replaceFirst("^\\p{N}+(?=\\p{L})", ""));
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double median = sorted[(sorted.length - 1) / 2];
        int[] labels = new int[scores.length];
        for (int row = 0; row < scores.length; row++) {
            labels[row] = scores[row] > median ? 1 : 0;
        }
        return new Texts(file.toString(), texts, labels, List.of("casual", "formal"));
    }

    @Override
    public Result run(Session session) {
        Texts sentences = read(session.requiredData(this));
        session.tell(sentences.texts().size() + " sentences");
        Texts.Learned learned = sentences.learn(session);
        learned.show(
                session,
                "formal",
                List.of(
                        "hey, wanna grab a bite later?",
                        "I would be grateful for a reply at your earliest convenience.",
                        "lol that was so cool!!",
                        "The committee will publish its conclusions in the annual report."));
        return learned.result();
    }
}
