package dev.nudge.train.data;

import dev.nudge.tensor.RandomKey;

/// A way to mix an example with a partner, and their targets in the same shares.
///
/// The share of the example itself is drawn from Beta(alpha, alpha): near 0 or 1 for a small `alpha`,
/// uniform for 1, near 1/2 for a large one.
public sealed interface Mixing {
    /// What is drawn for one example.
    ///
    /// @param key of the example
    /// @return the share `λ` of the example in the target, in `[0, 1]`
    double mix(float[] example, float[] partner, int height, int width, int channels, RandomKey key);

    /// Adds up example and partner, number by number: `x = λ x + (1 - λ) x'`, `y = λ y + (1 - λ) y'`.
    ///
    /// Any numbers can be mixed so: images of things and of characters, sounds, standardized tables.
    ///
    /// Source: Zhang et al. 2017, arXiv:1710.09412, section 2.
    ///
    /// @param alpha above 0 and at most 100; 0.1 to 0.4 are usual, 1 for small images
    record Mixup(double alpha) implements Mixing {
        /// Checks alpha.
        public Mixup {
            checkAlpha("mixup", alpha);
        }

        @Override
        public double mix(float[] example, float[] partner, int height, int width, int channels, RandomKey key) {
            double share = share(alpha, key);
            for (int i = 0; i < example.length; i++) {
                example[i] = (float) (share * example[i] + (1 - share) * partner[i]);
            }
            return share;
        }
    }

    /// Puts a rectangle of the partner in place of the example's. Its sides are `sqrt(1 - λ)` of
    /// the image's, its centre is anywhere in the image, and the edge may cut it; the target's
    /// share is the area that is left, exactly.
    ///
    /// For images of things, parts of which show the class; a part of a digit is often no digit, so that
    /// for characters [Mixup] is the one.
    ///
    /// Source: Yun et al. 2019, arXiv:1905.04899, section 3.1 and algorithm A1.
    ///
    /// @param alpha above 0 and at most 100; 1 in the paper
    record CutMix(double alpha) implements Mixing {
        /// Checks alpha.
        public CutMix {
            checkAlpha("cutmix", alpha);
        }

        @Override
        public double mix(float[] example, float[] partner, int height, int width, int channels, RandomKey key) {
            double side = Math.sqrt(1 - share(alpha, key.at(0)));
            RandomKey place = key.at(1);
            int rows = (int) (height * side);
            int columns = (int) (width * side);
            int top = place.below(0, height) - rows / 2;
            int left = place.below(1, width) - columns / 2;
            int from = Math.max(0, left);
            int to = Math.min(width, left + columns);
            int above = Math.max(0, top);
            int below = Math.min(height, top + rows);
            for (int row = above; row < below; row++) {
                int at = (row * width + from) * channels;
                System.arraycopy(partner, at, example, at, (to - from) * channels);
            }
            return 1 - (double) (below - above) * (to - from) / ((double) height * width);
        }
    }

    private static void checkAlpha(String what, double alpha) {
        if (!(alpha > 0 && alpha <= 100)) {
            throw new IllegalArgumentException(what + ": alpha must be above 0 and at most 100, found " + alpha);
        }
    }

    private static double share(double alpha, RandomKey key) {
        double difference = logGamma(alpha, key.at(1)) - logGamma(alpha, key.at(0));
        return 1 / (1 + StrictMath.exp(difference));
    }

    /// The logarithm of a draw from Gamma(alpha, 1): for a small alpha the draw itself may be 0 in
    /// double precision.
    ///
    /// Source: Marsaglia & Tsang 2000, *A Simple Method for Generating Gamma Variables*, sections 2 and
    /// 6.
    private static double logGamma(double alpha, RandomKey key) {
        if (alpha < 1) {
            return logGamma(alpha + 1, key.at(0)) + StrictMath.log(positive(key, 0)) / alpha;
        }
        double d = alpha - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        for (long draw = 0; ; draw += 3) {
            double radius = Math.sqrt(-2 * StrictMath.log(positive(key, draw)));
            double normal = radius * StrictMath.cos(2 * Math.PI * key.uniform(draw + 1)); // Box & Muller 1958
            double root = 1 + c * normal;
            double v = root * root * root;
            if (v > 0
                    && StrictMath.log(positive(key, draw + 2))
                            < normal * normal / 2 + d * (1 - v + StrictMath.log(v))) {
                return StrictMath.log(d * v);
            }
        }
    }

    /// A draw in `(0, 1]`.
    private static double positive(RandomKey key, long draw) {
        return 1 - key.uniform(draw);
    }
}
