package dev.nudge.cpu;

/// [CellKernels] in plain Java.
final class ScalarCells implements CellKernels {
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
        lstmFrom(0, gates, gatesFrom, memory, memoryFrom, y, yFrom, output, outputFrom, width);
    }

    /// As [#lstm], from number `first` of each part.
    static void lstmFrom(
            int first,
            float[] gates,
            int gatesFrom,
            float[] memory,
            int memoryFrom,
            float[] y,
            int yFrom,
            float[] output,
            int outputFrom,
            int width) {
        for (int j = first; j < width; j++) {
            float in = ScalarMath.sigmoid(gates[gatesFrom + j]);
            float keep = ScalarMath.sigmoid(gates[gatesFrom + width + j]);
            float candidate = ScalarMath.tanh(gates[gatesFrom + 2 * width + j]);
            float out = ScalarMath.sigmoid(gates[gatesFrom + 3 * width + j]);
            float next = Math.fma(keep, memory[memoryFrom + j], in * candidate);
            float h = out * ScalarMath.tanh(next);
            y[yFrom + j] = h;
            y[yFrom + width + j] = next;
            y[yFrom + 2 * width + j] = in;
            y[yFrom + 3 * width + j] = keep;
            y[yFrom + 4 * width + j] = candidate;
            y[yFrom + 5 * width + j] = out;
            output[outputFrom + j] = h;
        }
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
        lstmGradientFrom(
                0,
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

    /// As [#lstmGradient], from number `first` of each part.
    static void lstmGradientFrom(
            int first,
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
        for (int j = first; j < width; j++) {
            float s = ScalarMath.tanh(y[yFrom + width + j]);
            float in = y[yFrom + 2 * width + j];
            float keep = y[yFrom + 3 * width + j];
            float candidate = y[yFrom + 4 * width + j];
            float out = y[yFrom + 5 * width + j];
            float dh = ofOutput[ofOutputFrom + j] + upstream[j];
            float dc = ofMemory[ofMemoryFrom + j] + upstream[width + j];
            float inside = Math.fma(dh * out, Math.fma(-s, s, 1f), dc);
            gates[gatesFrom + j] = Math.fma(inside, candidate, upstream[2 * width + j]) * Math.fma(-in, in, in);
            gates[gatesFrom + width + j] =
                    Math.fma(inside, memory[memoryFrom + j], upstream[3 * width + j]) * Math.fma(-keep, keep, keep);
            gates[gatesFrom + 2 * width + j] =
                    Math.fma(inside, in, upstream[4 * width + j]) * Math.fma(-candidate, candidate, 1f);
            gates[gatesFrom + 3 * width + j] = Math.fma(dh, s, upstream[5 * width + j]) * Math.fma(-out, out, out);
            ofOutput[ofOutputFrom + j] = 0f;
            ofMemory[ofMemoryFrom + j] = inside * keep;
        }
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
        gruFrom(0, given, givenFrom, own, ownFrom, y, yFrom, state, stateFrom, width);
    }

    /// As [#gru], from number `first` of each part.
    static void gruFrom(
            int first,
            float[] given,
            int givenFrom,
            float[] own,
            int ownFrom,
            float[] y,
            int yFrom,
            float[] state,
            int stateFrom,
            int width) {
        for (int j = first; j < width; j++) {
            float reset = ScalarMath.sigmoid(own[ownFrom + j] + given[givenFrom + j]);
            float keep = ScalarMath.sigmoid(own[ownFrom + width + j] + given[givenFrom + width + j]);
            float shown = own[ownFrom + 2 * width + j];
            float fresh = ScalarMath.tanh(Math.fma(reset, shown, given[givenFrom + 2 * width + j]));
            float h = Math.fma(keep, state[stateFrom + j] - fresh, fresh);
            y[yFrom + j] = h;
            y[yFrom + width + j] = reset;
            y[yFrom + 2 * width + j] = keep;
            y[yFrom + 3 * width + j] = fresh;
            y[yFrom + 4 * width + j] = shown;
            state[stateFrom + j] = h;
        }
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
        gruGradientFrom(0, y, yFrom, before, beforeFrom, upstream, ofState, ofStateFrom, gates, width);
    }

    /// As [#gruGradient], from number `first` of each part.
    static void gruGradientFrom(
            int first,
            float[] y,
            int yFrom,
            float[] before,
            int beforeFrom,
            float[] upstream,
            float[] ofState,
            int ofStateFrom,
            float[] gates,
            int width) {
        for (int j = first; j < width; j++) {
            float reset = y[yFrom + width + j];
            float keep = y[yFrom + 2 * width + j];
            float fresh = y[yFrom + 3 * width + j];
            float dh = ofState[ofStateFrom + j] + upstream[j];
            float ofKeep =
                    Math.fma(dh, before[beforeFrom + j] - fresh, upstream[2 * width + j]) * Math.fma(-keep, keep, keep);
            float ofFresh = (Math.fma(-dh, keep, dh) + upstream[3 * width + j]) * Math.fma(-fresh, fresh, 1f);
            float ofReset =
                    Math.fma(ofFresh, y[yFrom + 4 * width + j], upstream[width + j]) * Math.fma(-reset, reset, reset);
            float ofShown = Math.fma(ofFresh, reset, upstream[4 * width + j]);
            gates[j] = ofReset;
            gates[width + j] = ofKeep;
            gates[2 * width + j] = ofFresh;
            gates[3 * width + j] = ofShown;
            ofState[ofStateFrom + j] = dh * keep;
        }
    }
}
