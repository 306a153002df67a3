package dev.nudge.tensor;

/// Names one stream of random numbers; equal keys give equal numbers, different keys independent ones.
///
/// Randomness has no state: what is drawn depends on the key and the position of the draw alone. Keys for parts are
/// derived with [#at(long)], for instance `key.at(epoch).at(sample)`.
///
/// @param key    key words of the generator
/// @param stream high counter words of the generator
public record RandomKey(long key, long stream) {
    private static final long DERIVATION = 0x6A09E667F3BCC909L; // keeps derived keys apart from drawn numbers

    /// The key that stands for a seed.
    public static RandomKey of(long seed) {
        return new RandomKey(seed, 0).at(0);
    }

    /// The key of part `index`.
    public RandomKey at(long index) {
        int[] words = new int[4];
        Philox.block(key ^ DERIVATION, index, stream, words);
        return new RandomKey(join(words[0], words[1]), join(words[2], words[3]));
    }

    /// The 64 random bits of draw `index`.
    public long bits(long index) {
        int[] words = new int[4];
        Philox.block(key, index, stream, words);
        return join(words[0], words[1]);
    }

    /// Draw `index` as a number in `[0, 1)`, of 53 bits.
    public double uniform(long index) {
        return (bits(index) >>> 11) * 0x1p-53;
    }

    /// Draw `index` as a whole number in `0..bound-1`.
    public int below(long index, int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("below: bound must be at least 1, found " + bound);
        }
        return (int) Math.unsignedMultiplyHigh(bits(index), bound);
    }

    /// The numbers `0..count-1` in random order (Fisher-Yates).
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = below(i, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /// This key as a feed for random operations: `I64 [2]`.
    public Tensor tensor() {
        return Tensor.data(new Value(Type.of(DType.I64, Shape.of(2)), new long[] {key, stream}));
    }

    private static long join(int low, int high) {
        return ((long) high << 32) | (low & 0xFFFFFFFFL);
    }
}
