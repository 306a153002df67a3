package dev.nudge.cli;

import java.util.ArrayList;
import java.util.List;

/// The loop of [dev.nudge.train.Trainer] as it stands in the source that the program was built from, explained line by
/// line.
final class LoopSource {
    /// What a line does, found by a piece of its code.
    ///
    /// @param code    the piece
    /// @param meaning the explanation
    record Note(String code, String meaning) {}

    static final List<Note> NOTES = List.of(
            new Note("for (int epoch", "Epochs: passes over all training examples, until the budget is spent."),
            new Note("train.shuffle(", "Batches: the examples in a new random order, some at a time."),
            new Note("keys.training(", "The mode: training (dropout is on), with this step's own random numbers."),
            new Note("model.forward(", "1. Forward pass: the model predicts from the inputs."),
            new Note("lossFunction.of(", "2. Loss: one number for how wrong the predictions are."),
            new Note("loss.backward(", "3. Backward pass: the slope of the loss for each parameter."),
            new Note(
                    "optimizer.step(",
                    "4. Step: every parameter is nudged against its slope. Only here is it computed."),
            new Note("break;", "The budget can end in the middle of an epoch."),
            new Note("run.epochDone()", "Validation: loss and accuracy on examples that are not trained on."));

    private LoopSource() {}

    /// The lines of the loop, its own indentation kept.
    static List<String> lines() {
        return loopOf(Resources.text("Trainer.java"));
    }

    /// The lines from `for (int epoch` to the brace that closes it.
    static List<String> loopOf(String source) {
        List<String> lines = source.lines().toList();
        List<String> loop = new ArrayList<>();
        int depth = 0;
        int margin = 0;
        for (String line : lines) {
            if (loop.isEmpty()) {
                if (!line.strip().startsWith(NOTES.getFirst().code())) {
                    continue;
                }
                margin = line.length() - line.stripLeading().length();
            }
            loop.add(line.substring(Math.min(margin, line.length())));
            depth += count(line, '{') - count(line, '}');
            if (depth <= 0) {
                return loop;
            }
        }
        throw new IllegalStateException("the source of the trainer has no loop over epochs");
    }

    private static int count(String line, char wanted) {
        return (int) line.chars().filter(character -> character == wanted).count();
    }

    /// The loop with an explanation above each line that has one.
    static String explained() {
        StringBuilder text = new StringBuilder("The training loop (from Trainer.java, ");
        text.append("the code that nudge train runs):\n");
        for (String line : lines()) {
            String indent = " ".repeat(line.length() - line.stripLeading().length());
            for (Note note : NOTES) {
                if (line.contains(note.code())) {
                    text.append('\n').append("    ").append(indent).append("# ").append(note.meaning());
                }
            }
            text.append("\n    ").append(line);
        }
        return text.append("\n\nThe lines with run. keep count, tell the progress bar, and save checkpoints; without")
                .append(" them a loop of your own\ngives the same weights, bit for bit.\n")
                .toString();
    }
}
