package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/// [ChannelTiles] with the Vector API: eight places at a time share the factors of a term, twelve terms the gradient of
/// a place. Shuffles are constants, or they would be boxed.
///
/// Without a stride pixels of neighbouring places lie side by side, and a loop of its own knows that: with constant
/// distances C2 checks the bounds of all loads of a step at once, which gains a fifth.
final class VectorChannelTiles implements ChannelTiles {
    private static final int WIDTH = SPECIES.length();
    private static final int PLACES = 8;

    private static final VectorShuffle<Float> OF_2_0 = ofGroup(2, 0);
    private static final VectorShuffle<Float> OF_2_1 = ofGroup(2, 1);
    private static final VectorShuffle<Float> OF_4_0 = ofGroup(4, 0);
    private static final VectorShuffle<Float> OF_4_1 = ofGroup(4, 1);
    private static final VectorShuffle<Float> OF_4_2 = ofGroup(4, 2);
    private static final VectorShuffle<Float> OF_4_3 = ofGroup(4, 3);
    private static final VectorShuffle<Float> OF_8_0 = ofGroup(8, 0);
    private static final VectorShuffle<Float> OF_8_1 = ofGroup(8, 1);
    private static final VectorShuffle<Float> OF_8_2 = ofGroup(8, 2);
    private static final VectorShuffle<Float> OF_8_3 = ofGroup(8, 3);
    private static final VectorShuffle<Float> OF_8_4 = ofGroup(8, 4);
    private static final VectorShuffle<Float> OF_8_5 = ofGroup(8, 5);
    private static final VectorShuffle<Float> OF_8_6 = ofGroup(8, 6);
    private static final VectorShuffle<Float> OF_8_7 = ofGroup(8, 7);

    private final ChannelTiles plain = new ChannelTiles.Plain();

    private static VectorShuffle<Float> ofGroup(int size, int i) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane / size * size + i) % WIDTH);
    }

    @Override
    public void spread(float[] x, int from, int row, int count, int size, float[] out, int outFrom, int plane) {
        if (size > WIDTH) { // a group is more than a vector
            plain.spread(x, from, row, count, size, out, outFrom, plane);
            return;
        }
        for (int part = 0; part < CHANNELS; part += WIDTH) {
            switch (size) {
                case 1 -> copy(x, from + part, row, count, out, outFrom + part);
                case 2 -> spread2(x, from + part, row, count, out, outFrom + part, plane);
                case 4 -> spread4(x, from + part, row, count, out, outFrom + part, plane);
                default -> spread8(x, from + part, row, count, out, outFrom + part, plane);
            }
        }
    }

    private static void copy(float[] x, int from, int row, int count, float[] out, int outFrom) {
        for (int p = 0; p < count; p++) {
            FloatVector.fromArray(SPECIES, x, from + p * row).intoArray(out, outFrom + p * CHANNELS);
        }
    }

    private static void spread2(float[] x, int from, int row, int count, float[] out, int outFrom, int plane) {
        for (int p = 0; p < count; p++) {
            FloatVector pixel = FloatVector.fromArray(SPECIES, x, from + p * row);
            int to = outFrom + p * CHANNELS;
            pixel.rearrange(OF_2_0).intoArray(out, to);
            pixel.rearrange(OF_2_1).intoArray(out, to + plane);
        }
    }

    private static void spread4(float[] x, int from, int row, int count, float[] out, int outFrom, int plane) {
        for (int p = 0; p < count; p++) {
            FloatVector pixel = FloatVector.fromArray(SPECIES, x, from + p * row);
            int to = outFrom + p * CHANNELS;
            pixel.rearrange(OF_4_0).intoArray(out, to);
            pixel.rearrange(OF_4_1).intoArray(out, to + plane);
            pixel.rearrange(OF_4_2).intoArray(out, to + 2 * plane);
            pixel.rearrange(OF_4_3).intoArray(out, to + 3 * plane);
        }
    }

    private static void spread8(float[] x, int from, int row, int count, float[] out, int outFrom, int plane) {
        for (int p = 0; p < count; p++) {
            FloatVector pixel = FloatVector.fromArray(SPECIES, x, from + p * row);
            int to = outFrom + p * CHANNELS;
            pixel.rearrange(OF_8_0).intoArray(out, to);
            pixel.rearrange(OF_8_1).intoArray(out, to + plane);
            pixel.rearrange(OF_8_2).intoArray(out, to + 2 * plane);
            pixel.rearrange(OF_8_3).intoArray(out, to + 3 * plane);
            pixel.rearrange(OF_8_4).intoArray(out, to + 4 * plane);
            pixel.rearrange(OF_8_5).intoArray(out, to + 5 * plane);
            pixel.rearrange(OF_8_6).intoArray(out, to + 6 * plane);
            pixel.rearrange(OF_8_7).intoArray(out, to + 7 * plane);
        }
    }

    @Override
    public void multiply(
            int places, float[] x, int xFrom, int xPlace, int[] offsets, float[] w, float[] y, int yFrom, int yPlace) {
        for (int part = 0; part < CHANNELS; part += WIDTH) {
            int p = 0;
            while (p < places) {
                int read = xFrom + p * xPlace + part;
                int write = yFrom + p * yPlace + part;
                if (places < PLACES) {
                    one(x, read, offsets, w, part, y, write);
                    p++;
                } else {
                    if (xPlace == CHANNELS) {
                        eightBeside(x, read, offsets, w, part, y, write, yPlace);
                    } else {
                        eight(x, read, xPlace, offsets, w, part, y, write, yPlace);
                    }
                    p = p + PLACES < places ? Math.min(p + PLACES, places - PLACES) : places; // some twice at the end
                }
            }
        }
    }

    private static void one(float[] x, int xFrom, int[] offsets, float[] w, int wFrom, float[] y, int yFrom) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int t = 0; t < offsets.length; t++) {
            FloatVector factor = FloatVector.fromArray(SPECIES, w, wFrom + t * CHANNELS);
            sum = FloatVector.fromArray(SPECIES, x, xFrom + offsets[t]).fma(factor, sum);
        }
        sum.intoArray(y, yFrom);
    }

    private static void eight(
            float[] x, int xFrom, int xPlace, int[] offsets, float[] w, int wFrom, float[] y, int yFrom, int yPlace) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        FloatVector sum4 = FloatVector.zero(SPECIES);
        FloatVector sum5 = FloatVector.zero(SPECIES);
        FloatVector sum6 = FloatVector.zero(SPECIES);
        FloatVector sum7 = FloatVector.zero(SPECIES);
        for (int t = 0; t < offsets.length; t++) {
            FloatVector factor = FloatVector.fromArray(SPECIES, w, wFrom + t * CHANNELS);
            int from = xFrom + offsets[t];
            sum0 = FloatVector.fromArray(SPECIES, x, from).fma(factor, sum0);
            sum1 = FloatVector.fromArray(SPECIES, x, from + xPlace).fma(factor, sum1);
            sum2 = FloatVector.fromArray(SPECIES, x, from + 2 * xPlace).fma(factor, sum2);
            sum3 = FloatVector.fromArray(SPECIES, x, from + 3 * xPlace).fma(factor, sum3);
            sum4 = FloatVector.fromArray(SPECIES, x, from + 4 * xPlace).fma(factor, sum4);
            sum5 = FloatVector.fromArray(SPECIES, x, from + 5 * xPlace).fma(factor, sum5);
            sum6 = FloatVector.fromArray(SPECIES, x, from + 6 * xPlace).fma(factor, sum6);
            sum7 = FloatVector.fromArray(SPECIES, x, from + 7 * xPlace).fma(factor, sum7);
        }
        sum0.intoArray(y, yFrom);
        sum1.intoArray(y, yFrom + yPlace);
        sum2.intoArray(y, yFrom + 2 * yPlace);
        sum3.intoArray(y, yFrom + 3 * yPlace);
        sum4.intoArray(y, yFrom + 4 * yPlace);
        sum5.intoArray(y, yFrom + 5 * yPlace);
        sum6.intoArray(y, yFrom + 6 * yPlace);
        sum7.intoArray(y, yFrom + 7 * yPlace);
    }

    private static void eightBeside(
            float[] x, int xFrom, int[] offsets, float[] w, int wFrom, float[] y, int yFrom, int yPlace) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        FloatVector sum4 = FloatVector.zero(SPECIES);
        FloatVector sum5 = FloatVector.zero(SPECIES);
        FloatVector sum6 = FloatVector.zero(SPECIES);
        FloatVector sum7 = FloatVector.zero(SPECIES);
        for (int t = 0; t < offsets.length; t++) {
            FloatVector factor = FloatVector.fromArray(SPECIES, w, wFrom + t * CHANNELS);
            int from = xFrom + offsets[t];
            sum0 = FloatVector.fromArray(SPECIES, x, from).fma(factor, sum0);
            sum1 = FloatVector.fromArray(SPECIES, x, from + CHANNELS).fma(factor, sum1);
            sum2 = FloatVector.fromArray(SPECIES, x, from + 2 * CHANNELS).fma(factor, sum2);
            sum3 = FloatVector.fromArray(SPECIES, x, from + 3 * CHANNELS).fma(factor, sum3);
            sum4 = FloatVector.fromArray(SPECIES, x, from + 4 * CHANNELS).fma(factor, sum4);
            sum5 = FloatVector.fromArray(SPECIES, x, from + 5 * CHANNELS).fma(factor, sum5);
            sum6 = FloatVector.fromArray(SPECIES, x, from + 6 * CHANNELS).fma(factor, sum6);
            sum7 = FloatVector.fromArray(SPECIES, x, from + 7 * CHANNELS).fma(factor, sum7);
        }
        sum0.intoArray(y, yFrom);
        sum1.intoArray(y, yFrom + yPlace);
        sum2.intoArray(y, yFrom + 2 * yPlace);
        sum3.intoArray(y, yFrom + 3 * yPlace);
        sum4.intoArray(y, yFrom + 4 * yPlace);
        sum5.intoArray(y, yFrom + 5 * yPlace);
        sum6.intoArray(y, yFrom + 6 * yPlace);
        sum7.intoArray(y, yFrom + 7 * yPlace);
    }

    @Override
    public void accumulate(
            int places,
            float[] x,
            int xFrom,
            int xPlace,
            int[] offsets,
            int first,
            float[] dy,
            int dyFrom,
            int dyPlace,
            float[] sums) {
        for (int part = 0; part < CHANNELS; part += WIDTH) {
            twelve(
                    places,
                    x,
                    xFrom + part,
                    xPlace,
                    offsets,
                    first,
                    dy,
                    dyFrom + part,
                    dyPlace,
                    sums,
                    first * CHANNELS + part);
        }
    }

    private static void twelve(
            int places,
            float[] x,
            int xFrom,
            int xPlace,
            int[] offsets,
            int first,
            float[] dy,
            int dyFrom,
            int dyPlace,
            float[] sums,
            int at) {
        int from0 = xFrom + offsets[first];
        int from1 = xFrom + offsets[first + 1];
        int from2 = xFrom + offsets[first + 2];
        int from3 = xFrom + offsets[first + 3];
        int from4 = xFrom + offsets[first + 4];
        int from5 = xFrom + offsets[first + 5];
        int from6 = xFrom + offsets[first + 6];
        int from7 = xFrom + offsets[first + 7];
        int from8 = xFrom + offsets[first + 8];
        int from9 = xFrom + offsets[first + 9];
        int from10 = xFrom + offsets[first + 10];
        int from11 = xFrom + offsets[first + 11];
        FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, at + CHANNELS);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, at + 2 * CHANNELS);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, at + 3 * CHANNELS);
        FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, at + 4 * CHANNELS);
        FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, at + 5 * CHANNELS);
        FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, at + 6 * CHANNELS);
        FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, at + 7 * CHANNELS);
        FloatVector sum8 = FloatVector.fromArray(SPECIES, sums, at + 8 * CHANNELS);
        FloatVector sum9 = FloatVector.fromArray(SPECIES, sums, at + 9 * CHANNELS);
        FloatVector sum10 = FloatVector.fromArray(SPECIES, sums, at + 10 * CHANNELS);
        FloatVector sum11 = FloatVector.fromArray(SPECIES, sums, at + 11 * CHANNELS);
        for (int p = 0, q = 0, g = dyFrom; p < places; p++, q += xPlace, g += dyPlace) {
            FloatVector upstream = FloatVector.fromArray(SPECIES, dy, g);
            sum0 = FloatVector.fromArray(SPECIES, x, from0 + q).fma(upstream, sum0);
            sum1 = FloatVector.fromArray(SPECIES, x, from1 + q).fma(upstream, sum1);
            sum2 = FloatVector.fromArray(SPECIES, x, from2 + q).fma(upstream, sum2);
            sum3 = FloatVector.fromArray(SPECIES, x, from3 + q).fma(upstream, sum3);
            sum4 = FloatVector.fromArray(SPECIES, x, from4 + q).fma(upstream, sum4);
            sum5 = FloatVector.fromArray(SPECIES, x, from5 + q).fma(upstream, sum5);
            sum6 = FloatVector.fromArray(SPECIES, x, from6 + q).fma(upstream, sum6);
            sum7 = FloatVector.fromArray(SPECIES, x, from7 + q).fma(upstream, sum7);
            sum8 = FloatVector.fromArray(SPECIES, x, from8 + q).fma(upstream, sum8);
            sum9 = FloatVector.fromArray(SPECIES, x, from9 + q).fma(upstream, sum9);
            sum10 = FloatVector.fromArray(SPECIES, x, from10 + q).fma(upstream, sum10);
            sum11 = FloatVector.fromArray(SPECIES, x, from11 + q).fma(upstream, sum11);
        }
        sum0.intoArray(sums, at);
        sum1.intoArray(sums, at + CHANNELS);
        sum2.intoArray(sums, at + 2 * CHANNELS);
        sum3.intoArray(sums, at + 3 * CHANNELS);
        sum4.intoArray(sums, at + 4 * CHANNELS);
        sum5.intoArray(sums, at + 5 * CHANNELS);
        sum6.intoArray(sums, at + 6 * CHANNELS);
        sum7.intoArray(sums, at + 7 * CHANNELS);
        sum8.intoArray(sums, at + 8 * CHANNELS);
        sum9.intoArray(sums, at + 9 * CHANNELS);
        sum10.intoArray(sums, at + 10 * CHANNELS);
        sum11.intoArray(sums, at + 11 * CHANNELS);
    }
}
