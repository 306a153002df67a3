package dev.nudge.train;

import dev.nudge.nn.Model;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What has to stay the same for a run to go on exactly, in words: for checkpoints, and for the error when it differs.
final class Settings {
    private static final long[] SAMPLES = {1, 2, 5, 10, 100, 1_000, 10_000, 100_000};

    private Settings() {}

    static SequencedMap<String, String> of(Model model, Loss loss, Optimizer optimizer, Options options) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("batch size", Integer.toString(options.batchSize));
        settings.put("last batch", options.dropLast ? "left out if too small" : "kept");
        settings.put("loss", loss instanceof Record ? loss.toString() : "custom");
        settings.put("optimizer", optimizer.rule().name() + " " + arguments(optimizer.rule()));
        settings.put("learning rate", rates(optimizer.learningRate()));
        optimizer
                .groups()
                .forEach((path, group) -> settings.put(
                        "optimizer of " + path,
                        group.rule().name() + " " + arguments(group.rule()) + " at " + group.rateFactor()
                                + " times the rate"));
        settings.put("clipping", optimizer.clipping().toString());
        settings.put("early stopping", String.valueOf(options.early));
        settings.put("target loss", String.valueOf(options.targetLoss));
        optimizer.sam().ifPresent(sam -> settings.put("sharpness-aware minimization", sam.toString()));
        if (options.parts > 1) {
            settings.put("accumulation", options.parts + " parts");
        }
        if (options.plateau != null) {
            settings.put("plateau", options.plateau.toString());
        }
        if (options.averaging != null) {
            settings.put("weight average", options.averaging.toString());
        }
        List<String> frozen = new ArrayList<>(model.parameters().keySet());
        frozen.removeAll(optimizer.parameters().keySet());
        if (!frozen.isEmpty()) {
            settings.put("frozen", frozen.toString());
        }
        return settings;
    }

    // A rule's text starts with the name of its class, which does not belong into files.
    private static String arguments(Object rule) {
        String text = rule.toString();
        int start = text.indexOf('[');
        return rule instanceof Record && start >= 0 ? text.substring(start) : "";
    }

    // A schedule may be any function: what it says at some steps tells two apart well enough.
    private static String rates(Schedule schedule) {
        TreeMap<Long, Double> rates = new TreeMap<>();
        for (long step : SAMPLES) {
            rates.put(step, schedule.at(step));
        }
        return rates.toString();
    }
}
