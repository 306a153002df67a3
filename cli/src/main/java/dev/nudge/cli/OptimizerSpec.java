package dev.nudge.cli;

import dev.nudge.nn.optim.Adadelta;
import dev.nudge.nn.optim.Adagrad;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.AmsGrad;
import dev.nudge.nn.optim.Lamb;
import dev.nudge.nn.optim.Lion;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.Muon;
import dev.nudge.nn.optim.NAdam;
import dev.nudge.nn.optim.RAdam;
import dev.nudge.nn.optim.RmsProp;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.UpdateRule;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.NudgeException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An update rule as it is written on a command line: `rmsprop`, or `rmsprop:decay=0.99,centered=true`.
///
/// The settings of a rule are the components of its record, with hyphens; the defaults are those of its factory.
///
/// @param kind name
/// @param rule with its settings
record OptimizerSpec(String kind, UpdateRule rule) {
    static final List<String> KINDS = List.of(
            "sgd",
            "momentum",
            "nesterov",
            "rmsprop",
            "adagrad",
            "adadelta",
            "adam",
            "amsgrad",
            "nadam",
            "radam",
            "adamw",
            "lion",
            "lamb",
            "muon");
    static final String L2 = "l2";
    static final String WEIGHT_DECAY = "weight-decay";
    static final double MUON_FACTOR = 20; // 0.02 beside the usual rate of AdamW

    /// The name in a text such as `rmsprop:decay=0.99`.
    static String kindOf(String text) {
        return text.split(":", 2)[0];
    }

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable OptimizerSpec parse(String text, Problems problems) {
        String kind = kindOf(text);
        if (!KINDS.contains(kind)) {
            problems.add("E006", "--optimizer", Values.unknown("optimizer", kind, KINDS));
            return null;
        }
        OptimizerSpec spec = new OptimizerSpec(kind, standard(kind));
        return kind.equals(text) ? spec : spec.with(text.substring(kind.length() + 1), problems);
    }

    private static UpdateRule standard(String kind) {
        return switch (kind) {
            case "sgd" -> Sgd.of();
            case "momentum" -> Momentum.of();
            case "nesterov" -> Momentum.ofNesterov();
            case "rmsprop" -> RmsProp.of();
            case "adagrad" -> Adagrad.of();
            case "adadelta" -> Adadelta.of();
            case "adam" -> Adam.of();
            case "amsgrad" -> AmsGrad.of();
            case "nadam" -> NAdam.of();
            case "radam" -> RAdam.of();
            case "adamw" -> AdamW.of();
            case "lion" -> Lion.of();
            case "lamb" -> Lamb.of();
            case "muon" -> Muon.of();
            default -> throw new IllegalArgumentException("optimizer: unknown name " + kind);
        };
    }

    private @Nullable OptimizerSpec with(String text, Problems problems) {
        List<String> known = settings().stream()
                .filter(name -> !name.equals(L2) && !name.equals(WEIGHT_DECAY) && !name.equals("nesterov"))
                .toList();
        Map<String, Object> changes = new HashMap<>();
        for (String part : text.split(",", -1)) {
            String[] pair = part.split("=", 2);
            if (pair.length < 2 || !known.contains(pair[0])) {
                String found = pair.length < 2 ? part : pair[0];
                problems.add(
                        "E006",
                        "--optimizer",
                        "unknown setting " + NudgeException.quote(found) + " of " + kind + " - expected "
                                + (known.isEmpty()
                                        ? "none"
                                        : kind + ":NAME=VALUE,... with a name among " + String.join(", ", known))
                                + "."
                                + Suggestions.nearest(found, known)
                                        .map(meant -> " Did you mean " + meant + "?")
                                        .orElse(""));
                return null;
            }
            Object value = value(pair[0], pair[1]);
            if (value == null) {
                problems.add(
                        "E610",
                        "--optimizer",
                        pair[0] + " must be a "
                                + (component(pair[0]).getType() == boolean.class ? "true or false" : "number")
                                + ", found " + NudgeException.quote(pair[1]) + ".");
                return null;
            }
            changes.put(pair[0], value);
        }
        try {
            return new OptimizerSpec(kind, changed(changes));
        } catch (IllegalArgumentException e) {
            Problem problem = Problem.parse(String.valueOf(e.getMessage()), "E610", "--optimizer");
            problems.add(problem.code(), "--optimizer", problem.message() + ".");
            return null;
        }
    }

    private @Nullable Object value(String name, String text) {
        if (component(name).getType() == boolean.class) {
            return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
        }
        return Values.number(text);
    }

    /// The names of the rule's settings.
    List<String> settings() {
        return Arrays.stream(rule.getClass().getRecordComponents())
                .map(component -> hyphenated(component.getName()))
                .toList();
    }

    boolean has(String setting) {
        return settings().contains(setting);
    }

    /// The rule's own value of a numeric setting, as a text.
    String text(String setting) {
        double value = ((Number) read(component(setting))).doubleValue();
        return value == 0 ? "0" : Double.toString(value);
    }

    /// The same with penalty or decay, whichever the rule has.
    OptimizerSpec withPenalties(double l2, double weightDecay) {
        Map<String, Object> changes = new HashMap<>();
        if (has(L2)) {
            changes.put(L2, l2);
        }
        if (has(WEIGHT_DECAY)) {
            changes.put(WEIGHT_DECAY, weightDecay);
        }
        return new OptimizerSpec(kind, changed(changes));
    }

    /// Tensors of the size of a parameter that the rule remembers for it.
    int slots() {
        Type some = Type.of(DType.F32, Shape.of(2));
        int own = (int) rule.slots().stream()
                .filter(slot -> rule.initial(slot, some).type().equals(some))
                .count();
        return kind.equals("muon") ? Math.max(own, AdamW.of().slots().size()) : own;
    }

    private static String hyphenated(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private RecordComponent component(String setting) {
        return Arrays.stream(rule.getClass().getRecordComponents())
                .filter(component -> hyphenated(component.getName()).equals(setting))
                .findFirst()
                .orElseThrow();
    }

    private Object read(RecordComponent component) {
        try {
            return component.getAccessor().invoke(rule);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The rule with some settings replaced; its constructor checks them.
    private UpdateRule changed(Map<String, Object> changes) {
        RecordComponent[] components = rule.getClass().getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> changes.getOrDefault(hyphenated(component.getName()), read(component)))
                .toArray();
        try {
            return rule.getClass()
                    .getConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
