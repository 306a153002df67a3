package dev.nudge.train.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a model comes from.
///
/// @param seed        of the training
/// @param fingerprint of the training data, or empty if unknown
/// @param settings    how it was trained, as texts
/// @param scores      how it did, such as `testAccuracy`
public record Provenance(long seed, String fingerprint, Map<String, String> settings, Map<String, Double> scores) {
    /// Nothing is known.
    public static final Provenance UNKNOWN = new Provenance(0, "", Map.of(), Map.of());

    /// Copies the maps, in their order.
    public Provenance {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
}
