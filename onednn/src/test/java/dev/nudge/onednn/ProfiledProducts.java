package dev.nudge.onednn;

import java.nio.file.Path;

/// Multiplies for some seconds in a Java of its own, which a test lets itself be profiled.
final class ProfiledProducts {
    private static final int M = 256;
    private static final int N = 384;
    private static final int K = 768;
    private static final long NANOSECONDS = 4_000_000_000L;

    private ProfiledProducts() {}

    /// Multiplies.
    ///
    /// @param arguments the path of the library
    public static void main(String[] arguments) {
        Library library = Library.open(Path.of(arguments[0]));
        float[] a = new float[M * K];
        float[] b = new float[K * N];
        float[] c = new float[M * N];
        long start = System.nanoTime();
        while (System.nanoTime() - start < NANOSECONDS) {
            library.multiply(false, false, M, N, K, a, 0, K, b, 0, N, c, 0, N);
        }
    }
}
