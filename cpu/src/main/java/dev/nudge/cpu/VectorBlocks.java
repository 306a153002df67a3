package dev.nudge.cpu;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.nudge.tensor.Philox;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [RandomBlocks] with the Vector API: a block to each lane of 64 bits, in which the product of two
/// words has room.
///
/// Words are the lower halves of lanes; in the upper halves lies what is left of products. Not for
/// vectors of less than 256 bits, where multiplying such lanes may be unknown and then takes longer than
/// [RandomBlocks.Plain].
final class VectorBlocks implements RandomBlocks {
    private static final VectorSpecies<Long> SPECIES = VectorSpecies.of(long.class, Lanes.SPECIES.vectorShape());
    private static final int LANES = SPECIES.length();
    private static final long WORD = 0xFFFFFFFFL;
    private static final LongVector NUMBERS = LongVector.zero(SPECIES).addIndex(1);
    private static final VectorMask<Long> ODD = VectorMask.fromLong(SPECIES, 0xAAAA_AAAA_AAAA_AAAAL);
    private static final VectorShuffle<Long> LOWER = VectorShuffle.fromOp(SPECIES, i -> i / 2);
    private static final VectorShuffle<Long> UPPER = VectorShuffle.fromOp(SPECIES, i -> (LANES + i) / 2);

    @Override
    public void fill(long key, long stream, int first, int blocks, int[] words) {
        // Seen as words, both factors are known to fit the multiplication of words, which is faster than that of longs.
        LongVector multiplier0 =
                LongVector.broadcast(SPECIES, Philox.MULTIPLIER_0).and(WORD);
        LongVector multiplier1 =
                LongVector.broadcast(SPECIES, Philox.MULTIPLIER_1).and(WORD);
        int end = SPECIES.loopBound(blocks);
        for (int i = 0; i < end; i += LANES) {
            LongVector c0 = NUMBERS.add(first + i);
            LongVector c1 = LongVector.zero(SPECIES);
            LongVector c2 = LongVector.broadcast(SPECIES, stream);
            LongVector c3 = LongVector.broadcast(SPECIES, stream >>> 32);
            LongVector k0 = LongVector.broadcast(SPECIES, key);
            LongVector k1 = LongVector.broadcast(SPECIES, key >>> 32);
            for (int round = 0; round < Philox.ROUNDS; round++) {
                LongVector product0 = c0.and(WORD).mul(multiplier0);
                LongVector product1 = c2.and(WORD).mul(multiplier1);
                c0 = product1.lanewise(LSHR, 32).lanewise(XOR, c1).lanewise(XOR, k0);
                c1 = product1;
                c2 = product0.lanewise(LSHR, 32).lanewise(XOR, c3).lanewise(XOR, k1);
                c3 = product0;
                k0 = k0.add(Philox.WEYL_0);
                k1 = k1.add(Philox.WEYL_1);
            }
            LongVector front = c0.and(WORD).or(c1.lanewise(LSHL, 32));
            LongVector back = c2.and(WORD).or(c3.lanewise(LSHL, 32));
            front.rearrange(LOWER)
                    .blend(back.rearrange(LOWER), ODD)
                    .reinterpretAsInts()
                    .intoArray(words, 4 * i);
            front.rearrange(UPPER)
                    .blend(back.rearrange(UPPER), ODD)
                    .reinterpretAsInts()
                    .intoArray(words, 4 * i + 2 * LANES);
        }
        RandomBlocks.fillFrom(end, key, stream, first, blocks, words);
    }
}
