package dev.nudge.nn.init;

import dev.nudge.nn.init.VarianceScaling.Distribution;
import dev.nudge.nn.init.VarianceScaling.Scheme;

/// The initializers by name.
public final class Initializers {
    private Initializers() {}

    /// Zeros.
    public static Initializer zeros() {
        return new Constant(0);
    }

    /// The same value everywhere.
    public static Initializer constant(double value) {
        return new Constant(value);
    }

    /// Uniform numbers in `[low, high)`.
    public static Initializer uniform(double low, double high) {
        return new Uniform(low, high);
    }

    /// Normal numbers of mean 0.
    public static Initializer normal(double deviation) {
        return new Normal(0, deviation, false);
    }

    /// Normal numbers of mean 0 within two deviations.
    public static Initializer truncatedNormal(double deviation) {
        return new Normal(0, deviation, true);
    }

    /// Uniform numbers of variance `2 / (fanIn + fanOut)`: for tanh, sigmoid and layers with nothing behind.
    public static Initializer glorotUniform() {
        return new VarianceScaling(Scheme.GLOROT, Distribution.UNIFORM);
    }

    /// Normal numbers of variance `2 / (fanIn + fanOut)`.
    public static Initializer glorotNormal() {
        return new VarianceScaling(Scheme.GLOROT, Distribution.NORMAL);
    }

    /// Uniform numbers of variance `2 / fanIn`: for rectified linear units and their kin.
    public static Initializer heUniform() {
        return new VarianceScaling(Scheme.HE, Distribution.UNIFORM);
    }

    /// Normal numbers of variance `2 / fanIn`.
    public static Initializer heNormal() {
        return new VarianceScaling(Scheme.HE, Distribution.NORMAL);
    }

    /// Uniform numbers of variance `1 / fanIn`.
    public static Initializer lecunUniform() {
        return new VarianceScaling(Scheme.LECUN, Distribution.UNIFORM);
    }

    /// Normal numbers of variance `1 / fanIn`: for scaled exponential linear units.
    public static Initializer lecunNormal() {
        return new VarianceScaling(Scheme.LECUN, Distribution.NORMAL);
    }

    /// A matrix with orthogonal rows or columns of length 1.
    public static Initializer orthogonal() {
        return new Orthogonal(1);
    }
}
