package dev.nudge.nn.init;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// Random numbers in double precision, addressed by position.
final class Draws {
    private Draws() {}

    static Value uniform(RandomKey key, Type type, double low, double high) {
        Value value = Value.zeros(type);
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, low + (high - low) * key.uniform(i));
        }
        return value;
    }

    static Value normal(RandomKey key, Type type, double mean, double deviation) {
        Value value = Value.zeros(type);
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, mean + deviation * normal(key, i));
        }
        return value;
    }

    /// Draws again whatever lies beyond two deviations.
    static Value truncatedNormal(RandomKey key, Type type, double mean, double deviation) {
        Value value = Value.zeros(type);
        long next = 0;
        for (int i = 0; i < value.elements(); i++) {
            double drawn = normal(key, next++);
            while (Math.abs(drawn) > 2) {
                drawn = normal(key, next++);
            }
            value.set(i, mean + deviation * drawn);
        }
        return value;
    }

    /// Standard normal number `index` (Box-Muller).
    static double normal(RandomKey key, long index) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - key.uniform(2 * index)));
        return radius * StrictMath.cos(2 * Math.PI * key.uniform(2 * index + 1));
    }
}
