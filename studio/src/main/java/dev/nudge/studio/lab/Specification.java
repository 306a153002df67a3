package dev.nudge.studio.lab;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// All that a session of the playground follows from: the same specification and the same number of steps give the same
/// bits.
///
/// @param seed         where all randomness comes from
/// @param source       what the points are
/// @param validation   share of the points to validate on
/// @param test         share of the points to test with
/// @param features     what the network is given of a point, by name
/// @param layers       hidden layers, first to last
/// @param loss         `cross-entropy` or `mse`
/// @param optimizer    name of the update rule
/// @param learningRate learning rate
/// @param batch        examples of one step
/// @param dropout      share of hidden values set to zero in training
/// @param l1           strength of the penalty `l1 Σ |w|` on the weights
/// @param l2           strength of the penalty `l2/2 Σ w²` on the weights
/// @param weightDecay  decoupled decay of `adamw`
/// @param initializer  how weights begin
/// @param weights      parameters that begin as given instead, by path, row by row
public record Specification(
        long seed,
        Source source,
        double validation,
        double test,
        List<String> features,
        List<Hidden> layers,
        String loss,
        String optimizer,
        double learningRate,
        int batch,
        double dropout,
        double l1,
        double l2,
        double weightDecay,
        String initializer,
        SequencedMap<String, List<Double>> weights) {
    static final String MSE = "mse";
    private static final int MOST_POINTS = 2000;
    private static final int MOST_LAYERS = 6;
    private static final int MOST_UNITS = 64;
    private static final int MOST_CLASSES = 6;
    private static final double HIGHEST_RATE = 1000;
    private static final List<String> LOSSES = List.of("cross-entropy", MSE);
    private static final List<String> INITIALIZERS = List.of("he", "glorot", "small", "zeros");
    private static final List<String> MEMBERS = List.of(
            "seed",
            "data",
            "validation",
            "test",
            "features",
            "layers",
            "loss",
            "optimizer",
            "learningRate",
            "batch",
            "dropout",
            "l1",
            "l2",
            "weightDecay",
            "initializer",
            "weights");

    /// What the points are.
    ///
    /// @param kind    name of a shape, or `points` for those in `rows`
    /// @param points  how many
    /// @param noise   how far they stray
    /// @param classes how many classes `blobs` has
    /// @param rows    points of one's own: x1, x2, label
    public record Source(String kind, int points, double noise, int classes, List<Row> rows) {
        /// Copies the list.
        public Source {
            rows = List.copyOf(rows);
        }
    }

    /// A point of one's own.
    ///
    /// @param x1    first coordinate
    /// @param x2    second coordinate
    /// @param label class, from 0
    public record Row(double x1, double x2, int label) {}

    /// A hidden layer.
    ///
    /// @param units      its width
    /// @param activation name of its activation
    public record Hidden(int units, String activation) {}

    /// Copies the lists.
    public Specification {
        features = List.copyOf(features);
        layers = List.copyOf(layers);
    }

    /// Number of classes.
    int classes() {
        return switch (source.kind()) {
            case Points.BLOBS -> source.classes();
            case Points.OWN ->
                Math.max(2, source.rows().stream().mapToInt(Row::label).max().orElse(1) + 1);
            default -> 2;
        };
    }

    /// Outputs of the network: one for two classes, else one for each.
    int outputs() {
        return classes() == 2 ? 1 : classes();
    }

    // ---- as JSON --------------------------------------------------------------------------------------------------

    /// Reads a specification; what is left out has its default.
    ///
    /// @throws NudgeException (E611, E603) naming the member that is wrong
    public static Specification of(JsonObject json) {
        Limits.known(json, "specification", MEMBERS);
        Source source = source(json.has("data") ? json.object("data") : JsonObject.EMPTY);
        List<String> features = new ArrayList<>();
        List<Json> named =
                json.has("features") ? json.array("features") : List.of(new JsonText("x1"), new JsonText("x2"));
        for (Json name : named) {
            features.add(Limits.word(JsonObject.EMPTY.with("features", name), "features", Choices.FEATURES, ""));
        }
        if (features.isEmpty() || features.stream().distinct().count() < features.size()) {
            throw Limits.refused("features", "different names, at least one", features.toString());
        }
        List<Hidden> layers = new ArrayList<>();
        for (Json layer : json.has("layers") ? json.array("layers") : List.<Json>of(hidden(new Hidden(8, "tanh")))) {
            JsonObject object = JsonObject.EMPTY.with("layers", layer).object("layers");
            Limits.known(object, "layers", List.of("units", "activation"));
            layers.add(new Hidden(
                    Limits.whole(object, "units", 1, MOST_UNITS, 8),
                    Limits.word(object, "activation", Choices.ACTIVATIONS, "tanh")));
        }
        if (layers.size() > MOST_LAYERS) {
            throw Limits.refused("layers", "at most " + MOST_LAYERS + " layers", Integer.toString(layers.size()));
        }
        Specification read = new Specification(
                json.has("seed") ? json.integer("seed") : 42,
                source,
                Limits.number(json, "validation", 0, 0.8, 0.2),
                Limits.number(json, "test", 0, 0.8, 0.2),
                features,
                layers,
                Limits.word(json, "loss", LOSSES, LOSSES.getFirst()),
                Limits.word(json, "optimizer", Choices.RULES, "adam"),
                rate(json, "learningRate", 0.03),
                Limits.whole(json, "batch", 1, MOST_POINTS, 16),
                Limits.number(json, "dropout", 0, 0.9, 0),
                Limits.number(json, "l1", 0, 10, 0),
                Limits.number(json, "l2", 0, 10, 0),
                Limits.number(json, "weightDecay", 0, 10, 0),
                Limits.word(json, "initializer", INITIALIZERS, INITIALIZERS.getFirst()),
                weights(json.has("weights") ? json.object("weights") : JsonObject.EMPTY));
        read.check();
        return read;
    }

    static double rate(JsonObject json, String name, double otherwise) {
        double rate = json.has(name) ? json.number(name) : otherwise;
        if (!(rate > 0 && rate <= HIGHEST_RATE)) {
            throw Limits.refused(name, "in (0, " + HIGHEST_RATE + "]", Double.toString(rate));
        }
        return rate;
    }

    private void check() {
        if (validation + test > 0.9) {
            throw Limits.refused("validation", "with test at most 0.9", Double.toString(validation + test));
        }
        if (classes() > 2 && loss.equals(MSE)) {
            throw Limits.refused("loss", "cross-entropy where there are more than two classes", MSE);
        }
        if (weightDecay > 0 && !optimizer.equals("adamw")) {
            throw Limits.refused("weightDecay", "0 unless the optimizer is adamw (l2 is for all)", "" + weightDecay);
        }
    }

    private static Source source(JsonObject json) {
        Limits.known(json, "data", List.of("kind", "points", "noise", "classes", "rows"));
        String kind = Limits.word(json, "kind", Points.KINDS, Points.KINDS.getFirst());
        List<Row> rows = new ArrayList<>();
        if (kind.equals(Points.OWN)) {
            List<Json> given = json.array("rows");
            if (given.size() < 2 || given.size() > MOST_POINTS) {
                throw Limits.refused("rows", "2 to " + MOST_POINTS + " rows [x1, x2, label]", "" + given.size());
            }
            for (Json row : given) {
                rows.add(row(row));
            }
        }
        return new Source(
                kind,
                rows.isEmpty() ? Limits.whole(json, "points", 4, MOST_POINTS, 200) : rows.size(),
                Limits.number(json, "noise", 0, 1, 0.1),
                Limits.whole(json, "classes", 2, MOST_CLASSES, 3),
                rows);
    }

    private static Row row(Json json) {
        if (json instanceof JsonArray(List<Json> numbers)
                && numbers.size() == 3
                && numbers.get(0) instanceof JsonNumber x1
                && numbers.get(1) instanceof JsonNumber x2
                && numbers.get(2) instanceof JsonNumber label
                && label.isInteger()
                && label.asDouble() >= 0
                && label.asDouble() < MOST_CLASSES
                && Math.abs(x1.asDouble()) <= 1e9
                && Math.abs(x2.asDouble()) <= 1e9) {
            return new Row(x1.asDouble(), x2.asDouble(), (int) label.asLong());
        }
        throw Limits.refused("rows", "rows [x1, x2, label] with a label in 0..." + (MOST_CLASSES - 1), json.compact());
    }

    private static SequencedMap<String, List<Double>> weights(JsonObject json) {
        SequencedMap<String, List<Double>> weights = new LinkedHashMap<>();
        for (String path : json.members().keySet()) {
            List<Double> numbers = new ArrayList<>();
            for (Json element : json.array(path)) {
                for (Json number : element instanceof JsonArray(List<Json> row) ? row : List.of(element)) {
                    if (!(number instanceof JsonNumber it) || !(Math.abs(it.asDouble()) <= 1e6)) {
                        throw Limits.refused("weights", "numbers in [-1e6, 1e6]", number.compact());
                    }
                    numbers.add(it.asDouble());
                }
            }
            weights.put(path, List.copyOf(numbers));
        }
        return weights;
    }

    /// The same, beginning with the weights that `network` has now.
    Specification withWeights(Network network) {
        SequencedMap<String, List<Double>> present = new LinkedHashMap<>();
        network.parameters()
                .forEach((path, parameter) -> present.put(
                        path,
                        Arrays.stream(parameter.storage().toDoubles()).boxed().toList()));
        return new Specification(
                seed,
                source,
                validation,
                test,
                features,
                layers,
                loss,
                optimizer,
                learningRate,
                batch,
                dropout,
                l1,
                l2,
                weightDecay,
                initializer,
                present);
    }

    private static JsonObject hidden(Hidden layer) {
        return JsonObject.EMPTY.with("units", layer.units()).with("activation", layer.activation());
    }

    /// What [#of(JsonObject)] reads.
    public JsonObject toJson() {
        JsonObject data = JsonObject.EMPTY
                .with("kind", source.kind())
                .with("points", source.points())
                .with("noise", source.noise())
                .with("classes", source.classes());
        if (source.kind().equals(Points.OWN)) {
            data = data.with(
                    "rows",
                    new JsonArray(source.rows().stream()
                            .<Json>map(row -> JsonArray.of(
                                    JsonNumber.of(row.x1()), JsonNumber.of(row.x2()), JsonNumber.of(row.label())))
                            .toList()));
        }
        JsonObject given = JsonObject.EMPTY;
        for (var each : weights.entrySet()) {
            given = given.with(
                    each.getKey(),
                    new JsonArray(
                            each.getValue().stream().<Json>map(JsonNumber::of).toList()));
        }
        return JsonObject.EMPTY
                .with("seed", seed)
                .with("data", data)
                .with("validation", validation)
                .with("test", test)
                .with(
                        "features",
                        new JsonArray(features.stream().<Json>map(JsonText::new).toList()))
                .with(
                        "layers",
                        new JsonArray(
                                layers.stream().<Json>map(Specification::hidden).toList()))
                .with("loss", loss)
                .with("optimizer", optimizer)
                .with("learningRate", learningRate)
                .with("batch", batch)
                .with("dropout", dropout)
                .with("l1", l1)
                .with("l2", l2)
                .with("weightDecay", weightDecay)
                .with("initializer", initializer)
                .with("weights", given);
    }
}
