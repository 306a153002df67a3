package dev.nudge.cli;

import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the learning rate changes, as it is written on a command line: one part, such as `cosine`; several that are
/// multiplied, `cosine+step:10`; or stages one behind the other, `constant@5,cosine`, each for so many epochs.
///
/// @param stages in their order
record ScheduleSpec(List<Stage> stages) {
    /// What holds for some epochs.
    ///
    /// @param parts  the first gives rates, the others factors
    /// @param epochs how many; 0 for all that are left
    private record Stage(List<SchedulePart> parts, int epochs) {
        Schedule of(double rate, int perEpoch, long steps) {
            Schedule rates = parts.getFirst().of(rate, perEpoch, steps);
            Schedule[] factors = parts.stream()
                    .skip(1)
                    .map(part -> part.of(1, perEpoch, steps))
                    .toArray(Schedule[]::new);
            return factors.length == 0 ? rates : Schedules.product(rates, factors);
        }

        String words() {
            String text = parts.stream().map(SchedulePart::words).collect(Collectors.joining(" and "));
            return epochs == 0 ? text : text + " for " + epochs + (epochs == 1 ? " epoch" : " epochs");
        }
    }

    static final List<String> KINDS = SchedulePart.KINDS;

    ScheduleSpec {
        stages = List.copyOf(stages);
    }

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable ScheduleSpec parse(String text, Problems problems) {
        int before = problems.list().size();
        String[] texts = text.split(",", -1);
        List<Stage> stages = new ArrayList<>();
        int parts = 0;
        for (int i = 0; i < texts.length; i++) {
            String[] words = texts[i].split("@", -1);
            List<SchedulePart> of = new ArrayList<>();
            for (String word : words[0].split("\\+", -1)) {
                SchedulePart part = SchedulePart.parse(word, problems);
                if (part != null) {
                    of.add(part);
                }
                parts++;
            }
            boolean last = i == texts.length - 1;
            Long epochs = last ? Long.valueOf(0) : words.length == 2 ? Values.whole(words[1]) : null;
            if (words.length != (last ? 1 : 2)
                    || epochs == null
                    || epochs < 0
                    || epochs > RunSettings.MOST_EPOCHS
                    || !last && epochs == 0) {
                problems.add(
                        "E623",
                        "--schedule",
                        "expected stages such as constant@5,cosine - KIND@EPOCHS, and the last without, for the epochs"
                                + " that are left; found " + NudgeException.quote(text) + ".");
                return null;
            }
            stages.add(new Stage(of, epochs.intValue()));
        }
        if (problems.list().size() > before) {
            return null;
        }
        ScheduleSpec spec = new ScheduleSpec(stages);
        if (parts > 1 && spec.all().stream().anyMatch(part -> part.plateau() != null)) {
            problems.add(
                    "E623",
                    "--schedule",
                    "plateau looks at the validation loss and cannot be a part of others - expected it alone, found "
                            + NudgeException.quote(text) + ".");
            return null;
        }
        return spec;
    }

    private List<SchedulePart> all() {
        return stages.stream().flatMap(stage -> stage.parts().stream()).toList();
    }

    /// Whether the rate depends on how long the run is to be.
    boolean needsLength() {
        return stages.getLast().parts().stream().anyMatch(SchedulePart::needsLength);
    }

    /// As [#needsLength()], of a text.
    static boolean needsLength(String text) {
        ScheduleSpec spec = parse(text, new Problems());
        return spec != null && spec.needsLength();
    }

    /// The rates of a run.
    ///
    /// @param rate     largest rate
    /// @param warmup   steps that it rises over first
    /// @param perEpoch steps of one epoch
    /// @param total    steps of the run
    /// @throws IllegalArgumentException (E623) if no step is left for the last stage
    Schedule of(double rate, long warmup, int perEpoch, long total) {
        long left = total - warmup;
        List<Long> lengths = new ArrayList<>();
        for (Stage stage : stages) {
            long steps = stage.epochs() == 0 ? left : (long) stage.epochs() * perEpoch;
            if (stages.size() > 1 && (steps < 1 || steps > left)) {
                throw new IllegalArgumentException("error[E623] --schedule: the stages before the last take "
                        + stages.stream().mapToInt(Stage::epochs).sum() + " epochs of " + perEpoch
                        + " steps - expected less than the " + (total - warmup) + " steps of the run.");
            }
            lengths.add(steps);
            left -= steps;
        }
        Schedule main = stages.getLast().of(rate, perEpoch, lengths.getLast());
        for (int i = stages.size() - 2; i >= 0; i--) {
            long steps = lengths.get(i);
            main = Schedules.sequence(stages.get(i).of(rate, perEpoch, steps), steps, main);
        }
        return warmup > 0 ? Schedules.warmup(warmup, main) : main;
    }

    /// What lowers the rates by the validation loss; null for the other kinds.
    @Nullable
    ReduceOnPlateau plateau() {
        return stages.getFirst().parts().getFirst().plateau();
    }

    /// In words.
    String words() {
        return stages.stream().map(Stage::words).collect(Collectors.joining(", then "));
    }
}
