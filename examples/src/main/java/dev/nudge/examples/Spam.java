package dev.nudge.examples;

import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tells unwanted text messages from wanted ones.
///
/// What a message is about shows in its words, so their order is left aside: each word, pair of words and piece of a
/// word has a trained vector, and the mean of these vectors decides. Numbers are read as rows of zeros, since it is
/// having a long number in it, not which one, that makes a message suspect.
///
/// Data: SMS Spam Collection, T. Almeida and J. Hidalgo 2012, UCI Machine Learning Repository, CC BY 4.0. Some messages
/// stand in it more than once, so a few test messages have been seen in training, in the linear model's score too.
final class Spam implements Example {
    @Override
    public String name() {
        return "spam";
    }

    @Override
    public String summary() {
        return "text messages, wanted or not, by the mean of trained word vectors";
    }

    @Override
    public String data() {
        return "file of the SMS Spam Collection: lines of ham or spam, a tab, and the message";
    }

    private static Texts read(Path file) {
        List<String> lines = Texts.lines(file);
        List<String> texts = new ArrayList<>();
        int[] labels = new int[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            String[] fields = lines.get(i).split("\t", 2);
            if (fields.length < 2 || !(fields[0].equals("ham") || fields[0].equals("spam"))) {
                throw new NudgeException(
                        "E505",
                        file + " line " + (i + 1),
                        "expected ham or spam, a tab, and a message, found " + NudgeException.quote(lines.get(i))
                                + ".");
            }
            labels[i] = fields[0].equals("spam") ? 1 : 0;
            texts.add(fields[1]);
        }
        return new Texts(file.toString(), texts, labels, List.of("ham", "spam"));
    }

    @Override
    public Result run(Session session) {
        Texts messages = read(session.requiredData(this));
        session.tell(messages.texts().size() + " messages");
        Texts.Learned learned = messages.learn(session);
        learned.show(
                session,
                "spam",
                List.of(
                        "Are we still on for lunch tomorrow?",
                        "You have won a 500 pound prize! Call 09061701461 now to claim.",
                        "Can you call me when you get home?",
                        "URGENT! Your mobile number has been awarded a free camera. Txt WIN to 80082"));
        return learned.result();
    }
}
