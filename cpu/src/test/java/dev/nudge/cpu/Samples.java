package dev.nudge.cpu;

import java.util.Random;

/// Inputs and comparisons for the tests of kernels.
final class Samples {
    /// Around the widths of vectors and blocks.
    static final int[] SIZES = {0, 1, 15, 16, 17, 31, 33, 100};

    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        88.5f,
        -103.5f,
        1e-20f
    };

    private Samples() {}

    /// Normally distributed numbers.
    static float[] normal(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /// Numbers of all magnitudes among zeros, infinities, NaN and subnormal numbers.
    static float[] mixed(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = switch (random.nextInt(4)) {
                case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
                case 1 -> Float.intBitsToFloat(random.nextInt());
                default -> (float) (4 * random.nextGaussian());
            };
        }
        return values;
    }

    /// The bits of every element, all NaN alike.
    static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }
}
