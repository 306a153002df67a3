package dev.nudge.cli;

import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One kind of change of the learning rate, as it is written on a command line: `cosine`, or `step:10:0.5`.
///
/// @param kind    name
/// @param numbers the numbers after it, defaults filled in
record SchedulePart(String kind, List<Double> numbers) {
    /// A number that may follow a name.
    ///
    /// @param low      smallest value
    /// @param isLowIn  whether it is allowed itself
    /// @param high     largest value
    /// @param standard where none is given
    /// @param isWhole  whether it counts something
    private record Argument(String name, double low, boolean isLowIn, double high, double standard, boolean isWhole) {
        static Argument count(String name, double high, double standard) {
            return new Argument(name, 1, true, high, standard, true);
        }

        static Argument factor(double standard) {
            return new Argument("FACTOR", 0, false, 1, standard, false);
        }

        @Nullable
        Double read(String text) {
            Long whole = isWhole ? Values.whole(text) : null;
            Double value = isWhole ? whole == null ? null : Double.valueOf(whole) : Values.number(text);
            boolean fits = value != null && (isLowIn ? value >= low : value > low) && value <= high;
            return fits ? value : null;
        }

        String range() {
            return name + " in " + (isLowIn ? "[" : "(") + figure(low) + ", " + figure(high) + "]";
        }
    }

    private record Form(String kind, List<Argument> arguments) {
        static Form of(String kind, Argument... arguments) {
            return new Form(kind, List.of(arguments));
        }

        /// Such as `step[:EPOCHS[:FACTOR]]`.
        String text() {
            StringBuilder text = new StringBuilder(kind);
            arguments.forEach(argument -> text.append("[:").append(argument.name()));
            return text.append("]".repeat(arguments.size())).toString();
        }
    }

    private static final List<Form> FORMS = List.of(
            Form.of("constant"),
            Form.of("linear"),
            Form.of("cosine"),
            Form.of("polynomial", new Argument("POWER", 0, false, 100, 2, false)),
            Form.of("step", Argument.count("EPOCHS", RunSettings.MOST_EPOCHS, 10), Argument.factor(0.5)),
            Form.of("exponential", Argument.factor(0.95)),
            Form.of("one-cycle"),
            Form.of("inverse-sqrt", Argument.count("STEPS", 1e9, 1000)),
            Form.of(
                    "cyclic",
                    Argument.count("EPOCHS", RunSettings.MOST_EPOCHS, 2),
                    Argument.factor(1),
                    new Argument("SHRINK", 0, false, 1, 1, false)),
            Form.of(
                    "restarts",
                    Argument.count("EPOCHS", RunSettings.MOST_EPOCHS, 5),
                    Argument.count("GROWTH", 1000, 2)),
            Form.of("plateau", Argument.count("PATIENCE", RunSettings.MOST_EPOCHS, 3), Argument.factor(0.5)));

    static final List<String> KINDS = FORMS.stream().map(Form::kind).toList();

    private static final double CYCLE_DEPTH = 4; // a cycle begins at a fourth of its peak, as in Smith 2017

    SchedulePart {
        numbers = List.copyOf(numbers);
    }

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable SchedulePart parse(String text, Problems problems) {
        String[] parts = text.split(":", -1);
        Form form = FORMS.stream()
                .filter(candidate -> candidate.kind().equals(parts[0]))
                .findFirst()
                .orElse(null);
        if (form == null) {
            problems.add("E006", "--schedule", Values.unknown("schedule", parts[0], KINDS));
            return null;
        }
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < form.arguments().size(); i++) {
            Argument argument = form.arguments().get(i);
            Double number = i + 1 < parts.length ? argument.read(parts[i + 1]) : Double.valueOf(argument.standard());
            if (number != null) {
                numbers.add(number);
            }
        }
        if (numbers.size() < form.arguments().size()
                || parts.length > form.arguments().size() + 1) {
            String ranges = String.join(
                    " and ", form.arguments().stream().map(Argument::range).toList());
            problems.add(
                    "E623",
                    "--schedule",
                    "expected " + form.text() + (ranges.isEmpty() ? "" : " with " + ranges) + ", found "
                            + NudgeException.quote(text) + ".");
            return null;
        }
        return new SchedulePart(form.kind(), numbers);
    }

    /// Whether the rate depends on how long it is to change.
    boolean needsLength() {
        return List.of("linear", "cosine", "polynomial", "one-cycle").contains(kind);
    }

    private double number(int index) {
        return numbers.get(index);
    }

    /// The rates of some steps.
    ///
    /// @param rate     largest rate
    /// @param perEpoch steps of one epoch
    /// @param steps    how many steps there are
    Schedule of(double rate, int perEpoch, long steps) {
        return switch (kind) {
            case "constant", "plateau" -> Schedules.constant(rate);
            case "linear" -> Schedules.linear(rate, steps);
            case "cosine" -> Schedules.cosine(rate, steps);
            case "polynomial" -> Schedules.polynomial(rate, steps, number(0));
            case "one-cycle" -> Schedules.oneCycle(rate, steps);
            case "step" -> Schedules.stepDecay(rate, perEpoch * (long) number(0), number(1));
            case "exponential" -> Schedules.exponential(rate, perStep(number(0), perEpoch));
            case "inverse-sqrt" -> Schedules.inverseSquareRoot(rate, (long) number(0));
            case "cyclic" ->
                Schedules.cyclic(rate / CYCLE_DEPTH, rate, perEpoch * (long) number(0))
                        .withDecay(perStep(number(1), perEpoch))
                        .withPerCycle(number(2));
            case "restarts" -> Schedules.warmRestarts(rate, perEpoch * (long) number(0), (int) number(1));
            default -> throw new IllegalArgumentException("schedule: unknown name " + kind);
        };
    }

    private static double perStep(double perEpoch, int steps) {
        return StrictMath.pow(perEpoch, 1.0 / steps);
    }

    /// What lowers the rates by the validation loss; null for the other kinds.
    @Nullable
    ReduceOnPlateau plateau() {
        return kind.equals("plateau") ? ReduceOnPlateau.of((int) number(0)).withFactor(number(1)) : null;
    }

    /// In words.
    String words() {
        return switch (kind) {
            case "step" -> "x " + number(1) + " every " + figure(number(0)) + " epochs";
            case "exponential" -> "x " + number(0) + " each epoch";
            case "plateau" ->
                "x " + number(1) + " after " + figure(number(0)) + " epochs without a better validation loss";
            case "polynomial" -> "polynomial of power " + figure(number(0));
            case "inverse-sqrt" -> "inverse square root after " + figure(number(0)) + " steps of rise";
            case "cyclic" ->
                "cyclic, " + figure(number(0)) + " epochs up and down"
                        + (number(1) < 1 ? ", x " + number(1) + " each epoch" : "")
                        + (number(2) < 1 ? ", x " + number(2) + " each cycle" : "");
            case "restarts" ->
                "cosine with restarts, the first after " + figure(number(0)) + " epochs, each stretch x "
                        + figure(number(1));
            default -> kind;
        };
    }

    private static String figure(double number) {
        return number == Math.rint(number) ? String.format(Locale.ROOT, "%.0f", number) : Double.toString(number);
    }
}
