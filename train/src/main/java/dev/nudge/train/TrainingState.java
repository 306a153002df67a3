package dev.nudge.train;

import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.MeanLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The `state.json` of a checkpoint: what a run needs besides its tensors to go on as if it had not stopped.
///
/// @param seed           all randomness
/// @param progress       where it is
/// @param optimizerSteps updates that the optimizer has made
/// @param watch          what early stopping remembers
/// @param plateau        what the plateau rule remembers; null without one
/// @param settings       what must stay the same for the same result
/// @param model          what the weights belong to
/// @param data           fingerprint of the training data
/// @param validation     fingerprint of the validation data; null without
record TrainingState(
        long seed,
        Progress progress,
        long optimizerSteps,
        EarlyStopping.Watch watch,
        ReduceOnPlateau.@Nullable State plateau,
        SequencedMap<String, String> settings,
        ModelDescription model,
        String data,
        @Nullable String validation) {
    private static final long FORMAT = 1;
    private static final Set<String> KEYS = Set.of(
            "format",
            "seed",
            "epoch",
            "batch",
            "step",
            "examples",
            "lossSum",
            "lossExamples",
            "seconds",
            "optimizerSteps",
            "best",
            "bestEpoch",
            "waited",
            "last",
            "settings",
            "tensors",
            "graph",
            "data",
            "validation");

    private static final String PLATEAU = "plateau"; // only where there is such a rule
    private static final String SKIPS = "skips"; // only where there were any
    private static final String RATE = "rate"; // only where somebody has set it

    JsonObject toJson() {
        JsonObject texts = JsonObject.EMPTY;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            texts = texts.with(setting.getKey(), setting.getValue());
        }
        JsonObject json = JsonObject.EMPTY
                .with("format", FORMAT)
                .with("seed", seed)
                .with("epoch", progress.epoch())
                .with("batch", progress.batch())
                .with("step", progress.step())
                .with("examples", progress.examples())
                .with("lossSum", progress.loss().sum())
                .with("lossExamples", progress.loss().examples())
                .with("seconds", progress.seconds())
                .with("optimizerSteps", optimizerSteps)
                .with("best", number(watch.best()))
                .with("bestEpoch", watch.epoch())
                .with("waited", watch.waited())
                .with("last", number(watch.last()))
                .with("settings", texts)
                .with(
                        "tensors",
                        new JsonArray(model.tensors().stream()
                                .<Json>map(JsonText::new)
                                .toList()))
                .with("graph", model.graph())
                .with("data", data)
                .with("validation", validation == null ? new JsonNull() : new JsonText(validation));
        Progress.Skips skips = progress.skips();
        if (skips.total() > 0) {
            json = json.with(
                    SKIPS, JsonObject.EMPTY.with("total", skips.total()).with("row", skips.row()));
        }
        if (progress.rate() != null) {
            json = json.with(RATE, progress.rate());
        }
        return plateau == null
                ? json
                : json.with(
                        PLATEAU,
                        JsonObject.EMPTY
                                .with("scale", plateau.scale())
                                .with("best", number(plateau.best()))
                                .with("waited", plateau.waited())
                                .with("cooling", plateau.cooling()));
    }

    private static ReduceOnPlateau.State plateau(JsonObject json) {
        return new ReduceOnPlateau.State(
                json.number("scale"),
                optional(json, "best"),
                Math.toIntExact(json.integer("waited")),
                Math.toIntExact(json.integer("cooling")));
    }

    private static Progress.Skips skips(JsonObject json) {
        return new Progress.Skips(json.integer("total"), Math.toIntExact(json.integer("row")));
    }

    /// Reads what [#toJson()] gave.
    ///
    /// @param where the checkpoint, for errors
    /// @throws NudgeException (E405) if it is of a newer program, (E401) if anything is missing or of the wrong
    ///                        kind
    static TrainingState of(JsonObject json, String where) {
        try {
            long format = json.integer("format");
            if (format != FORMAT) {
                throw new NudgeException(
                        "E405",
                        where,
                        "written in format " + format + ", this program reads up to " + FORMAT
                                + ". Use the program that wrote it, or a newer one.");
            }
            Set<String> different = new TreeSet<>(KEYS);
            json.members().keySet().forEach(key -> toggle(different, key));
            different.remove(PLATEAU);
            different.remove(SKIPS);
            different.remove(RATE);
            if (!different.isEmpty()) {
                throw new NudgeException("E401", where, "missing or unknown keys " + different + ".");
            }
            return read(json);
        } catch (NudgeException e) {
            throw e.code().equals("E603") ? new NudgeException("E401", where, e.where() + ": " + e.problem(), e) : e;
        }
    }

    private static TrainingState read(JsonObject json) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        JsonObject texts = json.object("settings");
        texts.members().keySet().forEach(key -> settings.put(key, texts.text(key)));
        List<String> tensors = json.array("tensors").stream()
                .map(name -> new JsonObject(Map.of("tensors", name)).text("tensors"))
                .toList();
        return new TrainingState(
                json.integer("seed"),
                new Progress(
                        Math.toIntExact(json.integer("epoch")),
                        Math.toIntExact(json.integer("batch")),
                        json.integer("step"),
                        json.integer("examples"),
                        MeanLoss.ofExamples(json.number("lossSum"), json.integer("lossExamples")),
                        json.number("seconds"),
                        json.members().containsKey(SKIPS) ? skips(json.object(SKIPS)) : Progress.Skips.NONE,
                        json.has(RATE) ? Double.valueOf(json.number(RATE)) : null),
                json.integer("optimizerSteps"),
                new EarlyStopping.Watch(
                        optional(json, "best"),
                        Math.toIntExact(json.integer("bestEpoch")),
                        Math.toIntExact(json.integer("waited")),
                        optional(json, "last")),
                json.members().containsKey(PLATEAU) ? plateau(json.object(PLATEAU)) : null,
                settings,
                new ModelDescription(tensors, json.text("graph")),
                json.text("data"),
                json.find("validation") instanceof JsonNull ? null : json.text("validation"));
    }

    private static void toggle(Set<String> set, String key) {
        if (!set.remove(key)) {
            set.add(key);
        }
    }

    private static Json number(@Nullable Double value) {
        return value == null ? new JsonNull() : JsonNumber.of(value);
    }

    private static @Nullable Double optional(JsonObject json, String key) {
        return json.find(key) instanceof JsonNull ? null : json.number(key);
    }

    /// Refuses to go on where the result would not be that of one uninterrupted run.
    ///
    /// @param now   this run at its start
    /// @param where the checkpoint
    /// @throws NudgeException (E404) if the data or the seed differ, (E403) if a setting does
    void check(TrainingState now, String where) {
        String hint = " Resume would not be exact; allow changes to go on all the same.";
        if (!data.equals(now.data) || !String.valueOf(validation).equals(String.valueOf(now.validation))) {
            throw new NudgeException("E404", where, "the data differs from that of the run (its fingerprint)." + hint);
        }
        if (seed != now.seed) {
            throw new NudgeException(
                    "E404", where, "the seed differs - expected " + seed + ", found " + now.seed + "." + hint);
        }
        Set<String> names = new TreeSet<>(settings.keySet());
        names.addAll(now.settings.keySet());
        for (String name : names) {
            String saved = settings.getOrDefault(name, "none");
            String here = now.settings.getOrDefault(name, "none");
            if (!saved.equals(here)) {
                throw new NudgeException(
                        "E403", where, name + " differs - expected " + saved + ", found " + here + "." + hint);
            }
        }
    }
}
