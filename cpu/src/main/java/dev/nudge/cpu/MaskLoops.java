package dev.nudge.cpu;

/// Loops over truth values (bytes of 0 and 1), simple enough for the compiler to vectorise.
final class MaskLoops {
    private MaskLoops() {}

    static void isFinite(float[] x, int xFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (Math.abs(x[xFrom + i]) <= Float.MAX_VALUE ? 1 : 0);
        }
    }

    static void and(byte[] x, int xFrom, byte[] y, int yFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x[xFrom + i] & y[yFrom + i]);
        }
    }

    static void or(byte[] x, int xFrom, byte[] y, int yFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x[xFrom + i] | y[yFrom + i]);
        }
    }

    static void not(byte[] x, int xFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x[xFrom + i] ^ 1);
        }
    }

    static void toFloats(byte[] x, int xFrom, float[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = x[xFrom + i];
        }
    }

    static void toMask(float[] x, int xFrom, byte[] out, int outFrom, int length) {
        for (int i = 0; i < length; i++) {
            out[outFrom + i] = (byte) (x[xFrom + i] != 0 ? 1 : 0);
        }
    }
}
