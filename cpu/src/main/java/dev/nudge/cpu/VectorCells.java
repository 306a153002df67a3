package dev.nudge.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [CellKernels] with the Vector API. Sigmoids and tangents are passes of [Functions], all of which
/// stays in the first-level cache.
///
/// Loops are kept short, and without masks: in one that held a whole gradient C2 gave up inlining, now
/// and then, and boxed its vectors. What is left of a part behind whole vectors is done as in
/// [ScalarCells].
final class VectorCells implements CellKernels {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int LANES = SPECIES.length();

    @Override
    public void lstm(
            float[] gates,
            int gatesFrom,
            float[] memory,
            int memoryFrom,
            float[] y,
            int yFrom,
            float[] output,
            int outputFrom,
            int width) {
        int in = yFrom + 2 * width;
        int keep = in + width;
        int candidate = keep + width;
        int out = candidate + width;
        int end = SPECIES.loopBound(width);
        Functions.sigmoid(gates, gatesFrom, y, in, 2 * width);
        Functions.tanh(gates, gatesFrom + 2 * width, y, candidate, width);
        Functions.sigmoid(gates, gatesFrom + 3 * width, y, out, width);
        for (int j = 0; j < end; j += LANES) {
            FloatVector added =
                    FloatVector.fromArray(SPECIES, y, in + j).mul(FloatVector.fromArray(SPECIES, y, candidate + j));
            FloatVector.fromArray(SPECIES, y, keep + j)
                    .fma(FloatVector.fromArray(SPECIES, memory, memoryFrom + j), added)
                    .intoArray(y, yFrom + width + j);
        }
        Functions.tanh(y, yFrom + width, output, outputFrom, end);
        for (int j = 0; j < end; j += LANES) {
            FloatVector h = FloatVector.fromArray(SPECIES, y, out + j)
                    .mul(FloatVector.fromArray(SPECIES, output, outputFrom + j));
            h.intoArray(y, yFrom + j);
            h.intoArray(output, outputFrom + j);
        }
        ScalarCells.lstmFrom(end, gates, gatesFrom, memory, memoryFrom, y, yFrom, output, outputFrom, width);
    }

    @Override
    public void lstmGradient(
            float[] y,
            int yFrom,
            float[] memory,
            int memoryFrom,
            float[] upstream,
            float[] ofOutput,
            int ofOutputFrom,
            float[] ofMemory,
            int ofMemoryFrom,
            float[] gates,
            int gatesFrom,
            float[] squashed,
            int width) {
        int end = SPECIES.loopBound(width);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        Functions.tanh(y, yFrom + width, squashed, 0, end);
        for (int j = 0; j < end; j += LANES) { // leaves the gradient inside the memory in place of its tangent
            FloatVector s = FloatVector.fromArray(SPECIES, squashed, j);
            FloatVector out = FloatVector.fromArray(SPECIES, y, yFrom + 5 * width + j);
            FloatVector dh = FloatVector.fromArray(SPECIES, ofOutput, ofOutputFrom + j)
                    .add(FloatVector.fromArray(SPECIES, upstream, j));
            FloatVector dc = FloatVector.fromArray(SPECIES, ofMemory, ofMemoryFrom + j)
                    .add(FloatVector.fromArray(SPECIES, upstream, width + j));
            dh.fma(s, FloatVector.fromArray(SPECIES, upstream, 5 * width + j))
                    .mul(out.neg().fma(out, out))
                    .intoArray(gates, gatesFrom + 3 * width + j);
            dh.mul(out).fma(s.neg().fma(s, one), dc).intoArray(squashed, j);
        }
        for (int j = 0; j < end; j += LANES) {
            FloatVector inside = FloatVector.fromArray(SPECIES, squashed, j);
            FloatVector in = FloatVector.fromArray(SPECIES, y, yFrom + 2 * width + j);
            FloatVector candidate = FloatVector.fromArray(SPECIES, y, yFrom + 4 * width + j);
            inside.fma(candidate, FloatVector.fromArray(SPECIES, upstream, 2 * width + j))
                    .mul(in.neg().fma(in, in))
                    .intoArray(gates, gatesFrom + j);
            inside.fma(in, FloatVector.fromArray(SPECIES, upstream, 4 * width + j))
                    .mul(candidate.neg().fma(candidate, one))
                    .intoArray(gates, gatesFrom + 2 * width + j);
        }
        for (int j = 0; j < end; j += LANES) {
            FloatVector inside = FloatVector.fromArray(SPECIES, squashed, j);
            FloatVector keep = FloatVector.fromArray(SPECIES, y, yFrom + 3 * width + j);
            inside.fma(
                            FloatVector.fromArray(SPECIES, memory, memoryFrom + j),
                            FloatVector.fromArray(SPECIES, upstream, 3 * width + j))
                    .mul(keep.neg().fma(keep, keep))
                    .intoArray(gates, gatesFrom + width + j);
            inside.mul(keep).intoArray(ofMemory, ofMemoryFrom + j);
        }
        Arrays.fill(ofOutput, ofOutputFrom, ofOutputFrom + end, 0f);
        ScalarCells.lstmGradientFrom(
                end,
                y,
                yFrom,
                memory,
                memoryFrom,
                upstream,
                ofOutput,
                ofOutputFrom,
                ofMemory,
                ofMemoryFrom,
                gates,
                gatesFrom,
                squashed,
                width);
    }

    @Override
    public void gru(
            float[] given,
            int givenFrom,
            float[] own,
            int ownFrom,
            float[] y,
            int yFrom,
            float[] state,
            int stateFrom,
            int width) {
        int reset = yFrom + width;
        int keep = reset + width;
        int fresh = keep + width;
        int shown = fresh + width;
        int end = SPECIES.loopBound(width);
        for (int part = 0; part < 2; part++) {
            int from = ownFrom + part * width;
            for (int j = 0; j < end; j += LANES) {
                FloatVector.fromArray(SPECIES, own, from + j)
                        .add(FloatVector.fromArray(SPECIES, given, givenFrom + part * width + j))
                        .intoArray(y, reset + part * width + j);
            }
        }
        Functions.sigmoid(y, reset, y, reset, end);
        Functions.sigmoid(y, keep, y, keep, end);
        for (int j = 0; j < end; j += LANES) {
            FloatVector m = FloatVector.fromArray(SPECIES, own, ownFrom + 2 * width + j);
            m.intoArray(y, shown + j);
            FloatVector.fromArray(SPECIES, y, reset + j)
                    .fma(m, FloatVector.fromArray(SPECIES, given, givenFrom + 2 * width + j))
                    .intoArray(y, fresh + j);
        }
        Functions.tanh(y, fresh, y, fresh, end);
        for (int j = 0; j < end; j += LANES) {
            FloatVector n = FloatVector.fromArray(SPECIES, y, fresh + j);
            FloatVector h = FloatVector.fromArray(SPECIES, y, keep + j)
                    .fma(FloatVector.fromArray(SPECIES, state, stateFrom + j).sub(n), n);
            h.intoArray(y, yFrom + j);
            h.intoArray(state, stateFrom + j);
        }
        ScalarCells.gruFrom(end, given, givenFrom, own, ownFrom, y, yFrom, state, stateFrom, width);
    }

    @Override
    public void gruGradient(
            float[] y,
            int yFrom,
            float[] before,
            int beforeFrom,
            float[] upstream,
            float[] ofState,
            int ofStateFrom,
            float[] gates,
            int width) {
        int end = SPECIES.loopBound(width);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < end; j += LANES) {
            FloatVector keep = FloatVector.fromArray(SPECIES, y, yFrom + 2 * width + j);
            FloatVector fresh = FloatVector.fromArray(SPECIES, y, yFrom + 3 * width + j);
            FloatVector dh = FloatVector.fromArray(SPECIES, ofState, ofStateFrom + j)
                    .add(FloatVector.fromArray(SPECIES, upstream, j));
            dh.fma(
                            FloatVector.fromArray(SPECIES, before, beforeFrom + j)
                                    .sub(fresh),
                            FloatVector.fromArray(SPECIES, upstream, 2 * width + j))
                    .mul(keep.neg().fma(keep, keep))
                    .intoArray(gates, width + j);
            dh.neg()
                    .fma(keep, dh)
                    .add(FloatVector.fromArray(SPECIES, upstream, 3 * width + j))
                    .mul(fresh.neg().fma(fresh, one))
                    .intoArray(gates, 2 * width + j);
            dh.mul(keep).intoArray(ofState, ofStateFrom + j);
        }
        for (int j = 0; j < end; j += LANES) {
            FloatVector ofFresh = FloatVector.fromArray(SPECIES, gates, 2 * width + j);
            FloatVector reset = FloatVector.fromArray(SPECIES, y, yFrom + width + j);
            ofFresh.fma(
                            FloatVector.fromArray(SPECIES, y, yFrom + 4 * width + j),
                            FloatVector.fromArray(SPECIES, upstream, width + j))
                    .mul(reset.neg().fma(reset, reset))
                    .intoArray(gates, j);
            ofFresh.fma(reset, FloatVector.fromArray(SPECIES, upstream, 4 * width + j))
                    .intoArray(gates, 3 * width + j);
        }
        ScalarCells.gruGradientFrom(end, y, yFrom, before, beforeFrom, upstream, ofState, ofStateFrom, gates, width);
    }
}
