package dev.nudge.studio.lab;

import dev.nudge.tensor.Parameter;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The same network from the same start with the same batches at several learning rates, beside the rate that it bears.
public final class Rates {
    private static final int MOST_STEPS = 5000;
    private static final int LOOKS = 100;
    private static final double LEARNT = 0.98; // of the loss of whoever knows nothing
    private static final double LARGE = 1e-3; // steps of a thousandth of the weights do something
    private static final String HIGH = "too high";
    private static final String GOOD = "good";
    private static final String LOW = "too low";
    private static final double[] ARTICLE = {0.1, 0.001, 1e-7};
    private static final List<String> ARTICLE_SAYS = List.of(HIGH, GOOD, LOW);

    private Rates() {}

    /// One run.
    ///
    /// @param ratio  `‖change‖ / ‖weights‖` of a step, the median of those looked at
    /// @param widest the greatest of those looked at
    private record Run(
            double rate, Lab lab, long[] steps, double[] losses, double accuracy, double ratio, double widest) {
        double last() {
            return losses[losses.length - 1];
        }
    }

    /// Does what `request` asks for: a `specification`, `rates` and `steps`.
    ///
    /// @throws dev.nudge.train.io.NudgeException if the request is wrong
    public static JsonObject compare(JsonObject request) {
        Limits.known(request, "rates", List.of("specification", "rates", "steps"));
        JsonObject asked = request.has("specification") ? request.object("specification") : JsonObject.EMPTY;
        int steps = Limits.whole(request, "steps", 1, MOST_STEPS, 1000);
        double[] rates = request.has("rates") ? rates(request.array("rates")) : ARTICLE;
        Lab start = Lab.of(Specification.of(asked));
        double knowNothing = start.objective().knowNothing(start.train().shares());
        Sharpness sharpness = Sharpness.of(start);
        List<Run> runs = new ArrayList<>();
        for (double rate : rates) {
            runs.add(run(Specification.of(asked.with("learningRate", rate)), steps));
        }
        double best = runs.stream()
                .mapToDouble(Run::last)
                .filter(Double::isFinite)
                .min()
                .orElse(Double.NaN);
        List<Json> told = new ArrayList<>();
        List<String> verdicts = new ArrayList<>();
        for (Run run : runs) {
            String verdict = verdict(run, knowNothing, best);
            verdicts.add(verdict);
            told.add(JsonObject.EMPTY
                    .with("learningRate", run.rate())
                    .with("steps", JsonArray.of(run.steps()))
                    .with("loss", Numbers.of(run.losses()))
                    .with("finalLoss", Numbers.of(run.last()))
                    .with("accuracy", Numbers.of(run.accuracy()))
                    .with("updateRatio", Numbers.of(run.ratio()))
                    .with("verdict", verdict)
                    .with("words", words(run, verdict))
                    .with(
                            "sharpnessAtEnd",
                            run.lab().problem() == null
                                    ? Sharpness.of(run.lab()).toJson(run.lab().step())
                                    : new JsonNull())
                    .with("digest", run.lab().digest()));
        }
        return JsonObject.EMPTY
                .with("sharpness", sharpness.toJson(0))
                .with("knowNothing", knowNothing)
                .with("runs", new JsonArray(told))
                .with("words", words(start, rates, verdicts, sharpness));
    }

    private static double[] rates(List<Json> given) {
        double[] rates = new double[given.size()];
        for (int i = 0; i < rates.length; i++) {
            if (!(given.get(i) instanceof JsonNumber number)) {
                throw Limits.refused("rates", "numbers", given.get(i).compact());
            }
            rates[i] = Specification.rate(JsonObject.EMPTY.with("rates", number), "rates", 0);
        }
        if (rates.length < 1 || rates.length > 6) {
            throw Limits.refused("rates", "1 to 6 rates", "" + rates.length);
        }
        return rates;
    }

    private static Run run(Specification specification, int steps) {
        Lab lab = Lab.of(specification);
        int looks = Math.min(LOOKS, steps);
        long[] at = new long[looks + 1];
        double[] losses = new double[looks + 1];
        double[] ratios = new double[looks];
        losses[0] = loss(lab);
        int done = 0;
        for (; done < looks && lab.problem() == null; done++) {
            int until = (int) ((long) (done + 1) * steps / looks);
            List<float[]> before = weights(lab);
            lab.step(1);
            ratios[done] = ratio(before, weights(lab));
            lab.step(until - (int) lab.step());
            at[done + 1] = lab.step();
            losses[done + 1] = lab.problem() == null ? loss(lab) : Double.NaN;
        }
        double[] sorted = Arrays.copyOf(ratios, done);
        Arrays.sort(sorted);
        return new Run(
                specification.learningRate(),
                lab,
                Arrays.copyOf(at, done + 1),
                Arrays.copyOf(losses, done + 1),
                lab.computing(() -> lab.score(lab.train())).accuracy(),
                sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2],
                sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1]);
    }

    private static double loss(Lab lab) {
        return lab.computing(() -> lab.score(lab.train())).loss();
    }

    private static List<float[]> weights(Lab lab) {
        List<float[]> all = new ArrayList<>();
        for (Parameter parameter : lab.network().parameters().values()) {
            all.add(((float[]) parameter.storage().array()).clone());
        }
        return all;
    }

    private static double ratio(List<float[]> before, List<float[]> after) {
        double change = 0;
        double norm = 0;
        for (int i = 0; i < before.size(); i++) {
            for (int j = 0; j < before.get(i).length; j++) {
                double old = before.get(i)[j];
                change += (after.get(i)[j] - old) * (after.get(i)[j] - old);
                norm += old * old;
            }
        }
        return Math.sqrt(change / norm);
    }

    // ---- in words -------------------------------------------------------------------------------------------------

    private static String verdict(Run run, double knowNothing, double best) {
        double start = run.losses()[0];
        if (!(run.last() <= 1.5 * Math.max(start, knowNothing))) {
            return HIGH;
        }
        if (run.last() > LEARNT * knowNothing) {
            return run.widest() > LARGE ? HIGH : LOW;
        }
        return run.last() > best + (start - best) / 2 ? run.widest() > 10 * LARGE ? HIGH : LOW : GOOD;
    }

    private static String words(Run run, String verdict) {
        String moves = "each step changes the weights by about " + percent(run.ratio());
        return switch (verdict) {
            case HIGH ->
                run.lab().problem() != null
                        ? "diverges: after " + run.lab().step() + " steps the numbers are no longer finite"
                        : "leaps: a step has changed the weights by " + percent(run.widest())
                                + ", and the loss has not settled";
            case LOW -> "barely moves: " + moves;
            default -> "learns: " + moves;
        };
    }

    private static String percent(double ratio) {
        return new BigDecimal(100 * (Double.isFinite(ratio) ? ratio : 0))
                        .round(new MathContext(1))
                        .toPlainString()
                + " %";
    }

    private static String words(Lab lab, double[] rates, List<String> verdicts, Sharpness sharpness) {
        String limit = String.format(
                Locale.ROOT,
                "At its start this network bears rates up to %.3g in plain gradient descent on all points.",
                2 / sharpness.lambda());
        boolean plain = lab.specification().optimizer().equals("sgd");
        String rule = plain
                ? ""
                : " " + lab.specification().optimizer() + " scales every step itself, so its rate is"
                        + " not bound by that number.";
        if (!Arrays.equals(rates, ARTICLE)) {
            return limit + rule;
        }
        return (verdicts.equals(ARTICLE_SAYS)
                        ? "Here the usual table holds: 0.1 is too high, 0.001 is good, 0.0000001 is too low. "
                        : "Here the usual table (0.1 too high, 0.001 good, 0.0000001 too low) does not hold: 0.1 is "
                                + verdicts.get(0) + ", 0.001 " + verdicts.get(1) + ", 0.0000001 " + verdicts.get(2)
                                + ". Which rate is too high depends on how strongly the loss bends. ")
                + limit
                + rule;
    }
}
