package dev.nudge.studio.lab;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Numbers as JSON: null for NaN and the infinities, and of single precision no more digits than they have.
final class Numbers {
    private Numbers() {}

    static Json of(double value) {
        return Double.isFinite(value) ? JsonNumber.of(value) : new JsonNull();
    }

    static Json of(float value) {
        return Float.isFinite(value) ? new JsonNumber(Float.toString(value)) : new JsonNull();
    }

    static JsonArray of(double[] values) {
        List<Json> all = new ArrayList<>(values.length);
        for (double value : values) {
            all.add(of(value));
        }
        return new JsonArray(all);
    }

    static JsonArray of(float[] values) {
        return of(values, 0, values.length);
    }

    static JsonArray of(float[] values, int from, int count) {
        List<Json> all = new ArrayList<>(count);
        for (int i = from; i < from + count; i++) {
            all.add(of(values[i]));
        }
        return new JsonArray(all);
    }

    /// A matrix as rows.
    static JsonArray rows(float[] values, int columns) {
        List<Json> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += columns) {
            rows.add(of(values, from, columns));
        }
        return new JsonArray(rows);
    }

    /// A picture of values in `[low, high]`, a byte for each.
    ///
    /// @param column which of the `columns` values of each cell is shown
    static JsonObject grid(float[] values, int columns, int column, int size, double low, double high) {
        byte[] cells = new byte[size * size];
        for (int i = 0; i < cells.length; i++) {
            double share = (values[i * columns + column] - low) / (high - low);
            cells[i] = (byte) Math.round(255 * Math.clamp(Double.isNaN(share) ? 0.5 : share, 0, 1));
        }
        return JsonObject.EMPTY
                .with("size", size)
                .with("low", low)
                .with("high", high)
                .with("cells", Base64.getEncoder().encodeToString(cells));
    }
}
