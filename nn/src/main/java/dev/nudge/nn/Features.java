package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Variable;
import java.util.Arrays;

/// What the normalization layers have in common: a number per feature.
final class Features {
    private Features() {}

    /// Refuses tensors that are not vectors of one type.
    static void check(String layer, Variable... perFeature) {
        Variable first = perFeature[0];
        for (Variable one : perFeature) {
            if (one.shape().rank() != 1 || !one.type().equals(first.type())) {
                throw new ShapeException(layer + ": expected numbers per feature of one type, [features], found "
                        + first.type() + " and " + one.type());
            }
        }
    }

    static void checkEpsilon(String layer, double epsilon) {
        if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(layer + ": epsilon must be positive and finite, found " + epsilon);
        }
    }

    static int atLeastOne(String layer, int features) {
        if (features < 1) {
            throw new IllegalArgumentException(
                    layer + ": the number of features must be at least 1, found " + features);
        }
        return features;
    }

    static Parameter ones(int features) {
        float[] ones = new float[features];
        Arrays.fill(ones, 1);
        return Parameter.of(ones, features);
    }
}
