package dev.nudge.examples;

import dev.nudge.train.io.NudgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tells praise from blame in sentences of film reviews.
///
/// This is harder than it looks: irony, comparisons and *not* turn words around, and only pairs of words can say so
/// here.
///
/// Data: sentence polarity data set v1.0, B. Pang and L. Lee 2005, *Seeing stars*, ACL.
final class Sentiment implements Example {
    @Override
    public String name() {
        return "sentiment";
    }

    @Override
    public String summary() {
        return "praise or blame? sentences of film reviews by the mean of trained vectors of words and pairs";
    }

    @Override
    public String data() {
        return "folder with rt-polarity.pos and rt-polarity.neg, a sentence on each line";
    }

    private static Texts read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new NudgeException(
                    "E300", folder.toString(), "expected a folder with rt-polarity.pos and rt-polarity.neg.");
        }
        List<String> texts = new ArrayList<>(Texts.lines(folder.resolve("rt-polarity.neg")));
        int negative = texts.size();
        texts.addAll(Texts.lines(folder.resolve("rt-polarity.pos")));
        int[] labels = new int[texts.size()];
        for (int row = negative; row < labels.length; row++) {
            labels[row] = 1;
        }
        return new Texts(folder.toString(), texts, labels, List.of("blame", "praise"));
    }

    @Override
    public Result run(Session session) {
        Texts sentences = read(session.requiredData(this));
        session.tell(sentences.texts().size() + " sentences");
        Texts.Learned learned = sentences.learn(session);
        learned.show(
                session,
                "praise",
                List.of(
                        "A warm and witty film with a wonderful cast.",
                        "Two hours of noise without a single idea.",
                        "Not bad at all.",
                        "It tries hard to be funny and fails."));
        return learned.result();
    }
}
