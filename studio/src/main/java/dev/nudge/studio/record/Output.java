package dev.nudge.studio.record;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// Puts what a recorder collects into both of its files: all of it into the database, of each curve the newest point at
/// each tick into the file of events, since TensorBoard shows a thousand points of a curve at most.
final class Output implements PointQueue.Sink {
    private final RunWriter store;
    private final EventFile events;
    private final List<String> names;
    private final List<String> paths;
    private final int[] series; // number in the database by number in the queue; 0 before the first point
    private final long[] steps; // newest step since the last tick, by number in the queue
    private final double[] values;

    Output(RunWriter store, EventFile events, List<String> names, List<String> paths) {
        this.store = store;
        this.events = events;
        this.names = names;
        this.paths = paths;
        this.series = new int[names.size()];
        this.steps = new long[names.size()];
        this.values = new double[names.size()];
        Arrays.fill(steps, -1);
    }

    @Override
    public void take(int number, long step, double value) {
        try {
            if (series[number] == 0) {
                series[number] = store.series(names.get(number));
            }
            store.add(series[number], step, value);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        steps[number] = step;
        values[number] = value;
    }

    void event(double seconds, long step, String kind, JsonObject detail) throws SQLException, IOException {
        store.event(seconds, step, kind, detail);
        if (kind.equals("epoch")) {
            for (var member : detail.members().entrySet()) {
                metric(step, seconds, member.getKey(), member.getValue());
            }
        } else {
            events.text(seconds, step, "events/" + kind, detail.members().isEmpty() ? kind : table(detail));
        }
    }

    /// What kind of run it is, for TensorBoard alone: the studio reads it where it comes from.
    void description(double seconds, long step, JsonObject description) throws IOException {
        if (!description.members().isEmpty()) {
            events.text(seconds, step, "run", table(description));
        }
    }

    /// A table of names and values in Markdown; what is inside of a member is named by the way to it.
    static String table(JsonObject object) {
        StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
        rows(table, "", object);
        return table.toString();
    }

    private static void rows(StringBuilder table, String before, JsonObject object) {
        for (var member : object.members().entrySet()) {
            String name = before + member.getKey();
            switch (member.getValue()) {
                case JsonObject inner -> rows(table, name + ".", inner);
                case JsonText text -> row(table, name, text.value());
                case Json other -> row(table, name, other.compact());
            }
        }
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append("| ").append(cell(name)).append(" | ").append(cell(value)).append(" |\n");
    }

    /// A text that neither ends its cell nor is taken for marks.
    private static String cell(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("([\\\\`*_|\\[])", "\\\\$1")
                .replaceAll("\\R", " ");
    }

    // The losses have series of their own; the metrics, which are not known before, get theirs here.
    private void metric(long step, double seconds, String name, Json value) throws SQLException, IOException {
        if (value instanceof JsonNumber number
                && !List.of("epoch", "trainingLoss", "validationLoss").contains(name)) {
            String metric = "validation/" + name;
            store.add(store.series(metric), step, number.asDouble());
            events.scalar(seconds, step, metric, number.asDouble());
        }
    }

    void histograms(double seconds, long step, List<float[]> elements) throws SQLException, IOException {
        for (int i = 0; i < elements.size(); i++) {
            Histogram histogram = Histogram.of(elements.get(i));
            store.histogram(store.series(paths.get(i)), step, histogram);
            events.histogram(seconds, step, paths.get(i), histogram);
        }
    }

    /// Makes everything visible.
    void tick(double seconds) throws SQLException {
        store.meta("alive", Double.toString(seconds));
        store.commit();
        try {
            for (int number = 0; number < steps.length; number++) {
                if (steps[number] >= 0) {
                    events.scalar(seconds, steps[number], names.get(number), values[number]);
                    steps[number] = -1;
                }
            }
            events.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
