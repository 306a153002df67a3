package dev.nudge.cli;

import dev.nudge.images.ImageSize;
import dev.nudge.train.data.Cifar;
import dev.nudge.train.io.NudgeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Turns texts into [RunSettings]: fills in the defaults, which are here and nowhere else, and checks
/// every value.
final class SettingsReader {
    private static final double LARGEST_RATE = 1000;
    private static final int SKIPS = 10;
    private static final Map<String, String> RATES = Map.of(
            "sgd", "0.1",
            "momentum", "0.02",
            "nesterov", "0.02",
            "adagrad", "0.02",
            "adadelta", "1",
            "lion", "0.0003",
            "lamb", "0.01");

    private final SequencedMap<String, String> texts = new LinkedHashMap<>();
    private final Problems problems;

    private SettingsReader(Problems problems) {
        this.problems = problems;
    }

    /// The settings of these texts; null if anything is wrong, which is then in `problems`.
    static @Nullable RunSettings read(Map<String, String> given, Problems problems) {
        return new SettingsReader(problems).read(given);
    }

    private @Nullable RunSettings read(Map<String, String> given) {
        int before = problems.list().size();
        defaults(given).forEach((name, value) -> texts.put(name, given.getOrDefault(name, value)));
        RunSettings.NAMES.stream()
                .filter(given::containsKey)
                .forEach(name -> texts.put(name, given.getOrDefault(name, "")));

        ModelSpec model = ModelSpec.parse(text("model"), problems);
        ScheduleSpec schedule = ScheduleSpec.parse(text("schedule"), problems);
        ImageSize resize = texts.containsKey("resize") ? resize() : null;
        if (texts.containsKey("labels")) {
            choice("labels", List.of("fine", "coarse"));
        }
        choice("loss", RunSettings.LOSSES);
        OptimizerSpec optimizer = OptimizerSpec.parse(text("optimizer"), problems);
        if (optimizer != null
                && given.containsKey(OptimizerSpec.WEIGHT_DECAY)
                && !optimizer.has(OptimizerSpec.WEIGHT_DECAY)) {
            problems.add(
                    "E624",
                    "--weight-decay",
                    "only adamw, lion, lamb and muon decay weights on their own - expected one of them, found "
                            + NudgeException.quote(text("optimizer")) + ". Use --l2 for a penalty instead.");
        }
        if (optimizer != null && given.containsKey(OptimizerSpec.L2) && !optimizer.has(OptimizerSpec.L2)) {
            problems.add(
                    "E624",
                    "--l2",
                    optimizer.kind() + " has no penalty - expected another optimizer, found "
                            + NudgeException.quote(text("optimizer")) + ". Use --weight-decay, or --optimizer adam.");
        }
        double dropout = number("dropout", "E612", 0, true, 1, false);
        double rate = number("lr", "E610", 0, false, LARGEST_RATE, true);
        double l2 = texts.containsKey("l2") ? number("l2", "E610", 0, true, LARGEST_RATE, true) : 0;
        double weightDecay =
                texts.containsKey("weight-decay") ? number("weight-decay", "E610", 0, true, LARGEST_RATE, true) : 0;
        double validation = number("validation", "E622", 0, true, 1, false);
        long warmup = whole("warmup", "E623", 0, Long.MAX_VALUE);
        long batch = whole("batch", "E611", 1, Integer.MAX_VALUE);
        long epochs = whole("epochs", "E611", 1, RunSettings.MOST_EPOCHS);
        long steps = texts.containsKey("steps") ? whole("steps", "E611", 1, Long.MAX_VALUE) : Long.MAX_VALUE;
        int threads = ComputeOptions.threads(text(ComputeOptions.THREADS), problems);
        ComputeOptions.checkKernels(text(RunSettings.KERNELS), problems);
        StepMemory memory =
                texts.containsKey(StepMemory.OPTION) ? StepMemory.parse(text(StepMemory.OPTION), problems) : null;
        long seed = seed();
        Integer patience =
                texts.containsKey("patience") ? (int) whole("patience", "E622", 1, RunSettings.MOST_EPOCHS) : null;
        Double targetLoss = texts.containsKey("target-loss")
                ? number("target-loss", "E610", 0, true, Double.MAX_VALUE, true)
                : null;
        Double clip = texts.containsKey("clip") ? number("clip", "E610", 0, false, Float.MAX_VALUE, true) : null;
        Double sam = texts.containsKey("sam") ? number("sam", "E610", 0, false, LARGEST_RATE, true) : null;
        long parts = texts.containsKey("accumulate") ? whole("accumulate", "E611", 1, Integer.MAX_VALUE) : 1;
        AveragingSpec average = texts.containsKey("average") ? AveragingSpec.parse(text("average"), problems) : null;
        if (sam != null && parts > 1) {
            problems.add(
                    "E008",
                    "--sam",
                    "does not go with --accumulate - sharpness-aware minimization takes the gradient of every part"
                            + " a second time, at a place that all parts together decide. Leave one out; a smaller"
                            + " --batch saves memory too.");
        }
        Duration time = texts.containsKey("time") ? time("time") : null;
        if (patience != null && validation == 0) {
            problems.add(
                    "E622",
                    "--patience",
                    "early stopping needs validation data - expected --validation above 0," + " found 0.");
        }
        if (schedule != null && schedule.plateau() != null && validation == 0) {
            problems.add(
                    "E622", "--schedule", "plateau needs validation data - expected --validation above 0, found 0.");
        }
        Long saveSteps = null;
        Duration saveTime = null;
        if (texts.containsKey("checkpoint-every")) {
            String every = text("checkpoint-every");
            saveSteps = Values.whole(every);
            if (saveSteps == null) {
                saveTime = time("checkpoint-every");
            } else if (saveSteps < 1) {
                problems.add(
                        "E611",
                        "--checkpoint-every",
                        "expected at least 1 step or a time such as 30s, found " + NudgeException.quote(every) + ".");
            }
        }
        int skips = skips();
        if (texts.containsKey("on-ckpt-error")) {
            choice("on-ckpt-error", List.of("stop", "warn"));
        }
        if (schedule != null
                && schedule.needsLength()
                && steps == Long.MAX_VALUE
                && !given.containsKey("epochs")
                && time != null) {
            problems.add(
                    "E623",
                    "--schedule",
                    schedule.words() + " must know how many steps there will be - expected"
                            + " --epochs or --steps, found --time only.");
        }
        if (problems.list().size() > before || model == null || schedule == null || optimizer == null) {
            return null;
        }
        return new RunSettings(
                texts,
                text(RunSettings.DATA),
                resize,
                text("labels").equals("coarse") ? Cifar.Labels.COARSE : Cifar.Labels.FINE,
                model,
                dropout,
                text("loss"),
                optimizer.withPenalties(l2, weightDecay),
                rate,
                schedule,
                warmup,
                (int) batch,
                (int) epochs,
                steps,
                time,
                targetLoss,
                patience,
                seed,
                threads,
                text(RunSettings.KERNELS),
                memory,
                clip,
                sam,
                (int) parts,
                average,
                validation,
                saveSteps,
                saveTime,
                skips,
                text("on-ckpt-error").equals("warn"));
    }

    private static SequencedMap<String, String> defaults(Map<String, String> given) {
        boolean digits =
                given.getOrDefault(RunSettings.DATA, RunSettings.DIGITS).equals(RunSettings.DIGITS);
        String optimizer = OptimizerSpec.kindOf(given.getOrDefault("optimizer", "adam"));
        boolean otherBudget = given.containsKey("steps") || given.containsKey("time");
        SequencedMap<String, String> defaults = new LinkedHashMap<>();
        defaults.put(RunSettings.DATA, RunSettings.DIGITS);
        defaults.put("model", "mlp:128,64");
        defaults.put("dropout", digits ? "0.2" : "0");
        defaults.put("loss", "cross-entropy");
        defaults.put("optimizer", "adam");
        defaults.put(
                "lr",
                digits && List.of("adam", "adamw").contains(optimizer)
                        ? "0.002"
                        : RATES.getOrDefault(optimizer, "0.001"));
        boolean length = given.containsKey("steps") || given.containsKey("epochs") || !given.containsKey("time");
        defaults.put("schedule", digits ? "exponential" : length ? "cosine" : "constant");
        defaults.put("warmup", "0");
        defaults.put("batch", "32");
        defaults.put("epochs", otherBudget ? Integer.toString(RunSettings.MOST_EPOCHS) : digits ? "40" : "15");
        defaults.put("seed", "42");
        defaults.put(ComputeOptions.THREADS, ComputeOptions.allThreads());
        defaults.put(RunSettings.KERNELS, Execute.ONEDNN);
        OptimizerSpec rule = OptimizerSpec.parse(optimizer, new Problems());
        String penalty =
                rule != null && rule.has(OptimizerSpec.WEIGHT_DECAY) ? OptimizerSpec.WEIGHT_DECAY : OptimizerSpec.L2;
        defaults.put(penalty, rule == null ? "0" : rule.text(penalty));
        defaults.put("validation", digits ? "0.1" : "0.03333333333333333");
        return defaults;
    }

    private @Nullable ImageSize resize() {
        String found = text("resize");
        String[] parts = found.split("x", -1);
        try {
            if (parts.length < 2 || parts.length > 3) {
                throw new IllegalArgumentException(found);
            }
            return new ImageSize(side(parts[0]), side(parts[1]), parts.length == 2 ? 3 : side(parts[2]));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "E613",
                    "--resize",
                    "expected HEIGHTxWIDTH or HEIGHTxWIDTHxCHANNELS with sides from 1 to 32768 and 1 or 3 channels,"
                            + " such as 32x32x1, found " + NudgeException.quote(found) + ".");
            return null;
        }
    }

    private static int side(String text) {
        Long number = Values.whole(text);
        return number == null ? 0 : Math.clamp(number, 0, Integer.MAX_VALUE);
    }

    /// Batches that may be passed over in a row.
    private int skips() {
        String[] parts = texts.getOrDefault("on-nan", "stop").split(":", 2);
        if (parts.length == 1 && !parts[0].equals("skip")) {
            if (texts.containsKey("on-nan")) {
                choice("on-nan", List.of("stop", "skip"));
            }
            return 0;
        }
        Long most = parts.length == 1 ? Long.valueOf(SKIPS) : Values.whole(parts[1]);
        if (!parts[0].equals("skip") || most == null || most < 1 || most > Integer.MAX_VALUE) {
            problems.add(
                    "E611",
                    "--on-nan",
                    "expected stop, skip or skip:N with N at least 1, found " + NudgeException.quote(text("on-nan"))
                            + ".");
            return 0;
        }
        return most.intValue();
    }

    private String text(String name) {
        return texts.getOrDefault(name, "");
    }

    private static String where(String name) {
        return name.equals(RunSettings.DATA) ? "DATA" : "--" + name;
    }

    private void choice(String name, List<String> known) {
        if (!known.contains(text(name))) {
            problems.add("E006", where(name), Values.unknown(name, text(name), known));
        }
    }

    private double number(String name, String code, double low, boolean lowIn, double high, boolean highIn) {
        String found = text(name);
        Double value = Values.number(found);
        if (value == null
                || !(lowIn ? value >= low : value > low)
                || !(highIn ? value <= high : value < high)
                || Double.isInfinite(value)) {
            String range = (lowIn ? "[" : "(") + plain(low) + ", " + plain(high) + (highIn ? "]" : ")");
            problems.add(
                    code,
                    where(name),
                    "must be a number in " + range + ", found " + NudgeException.quote(found) + "." + comma(found));
            return 1;
        }
        return value;
    }

    private static String plain(double limit) {
        return limit == Math.rint(limit) && limit < 1e6 ? Long.toString((long) limit) : Double.toString(limit);
    }

    private static String comma(String found) {
        return found.contains(",") && Values.number(found.replace(',', '.')) != null
                ? " Write " + found.replace(',', '.') + "."
                : "";
    }

    private long whole(String name, String code, long low, long high) {
        String found = text(name);
        Long value = Values.whole(found);
        if (value == null || value < low || value > high) {
            problems.add(
                    Values.isBeyondLong(found) ? "E004" : code,
                    where(name),
                    "must be an integer "
                            + (high == Long.MAX_VALUE ? "of at least " + low : "in [" + low + ", " + high + "]")
                            + ", found " + NudgeException.quote(found) + ".");
            return Math.max(1, low);
        }
        return value;
    }

    private long seed() {
        Long seed = Values.whole(text("seed"));
        if (seed == null) {
            problems.add(
                    "E620", "--seed", "must be a 64-bit integer, found " + NudgeException.quote(text("seed")) + ".");
            return 0;
        }
        return seed;
    }

    private Duration time(String name) {
        Duration time = Values.time(text(name));
        if (time == null || !time.isPositive()) {
            problems.add(
                    "E611",
                    where(name),
                    "must be a time above 0 such as 90s, 5m or 1h, found " + NudgeException.quote(text(name)) + ".");
            return Duration.ofSeconds(1);
        }
        return time;
    }
}
