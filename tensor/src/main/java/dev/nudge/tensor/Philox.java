package dev.nudge.tensor;

/// The counter-based generator Philox 4x32 with 10 rounds: a pure function from a key and a counter to 128 random
/// bits, so that any draw can be made by itself, in any order, on any thread.
///
/// Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
public final class Philox {
    /// Number of rounds.
    public static final int ROUNDS = 10;

    /// What a round multiplies the first word of the counter by, and the third, as 32 bits without a sign.
    public static final long MULTIPLIER_0 = 0xD2511F53L;
    public static final long MULTIPLIER_1 = 0xCD9E8D57L;

    /// What the words of the key grow by from one round to the next.
    public static final int WEYL_0 = 0x9E3779B9;
    public static final int WEYL_1 = 0xBB67AE85;

    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /// Writes the four 32-bit words of one block to `out[0..3]`.
    ///
    /// @param key         two key words, the low one first
    /// @param counterLow  the two low counter words
    /// @param counterHigh the two high counter words
    public static void block(long key, long counterLow, long counterHigh, int[] out) {
        int c0 = (int) counterLow;
        int c1 = (int) (counterLow >>> 32);
        int c2 = (int) counterHigh;
        int c3 = (int) (counterHigh >>> 32);
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW);
            long product1 = MULTIPLIER_1 * (c2 & LOW);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        out[0] = c0;
        out[1] = c1;
        out[2] = c2;
        out[3] = c3;
    }
}
