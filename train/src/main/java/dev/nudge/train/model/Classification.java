package dev.nudge.train.model;

import java.util.Arrays;

/// The class that a model sees in an example.
///
/// @param index         number of the likeliest class; the first of equally likely ones
/// @param name          its name, or its number where classes have no names
/// @param probabilities of all classes
public record Classification(int index, String name, float[] probabilities) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Classification that
                && index == that.index
                && name.equals(that.name)
                && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return 31 * index + Arrays.hashCode(probabilities);
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(probabilities);
    }
}
