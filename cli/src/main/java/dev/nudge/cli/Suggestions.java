package dev.nudge.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Guesses what a mistyped word was meant to be.
final class Suggestions {
    private static final int MOST_EDITS = 2;

    private Suggestions() {}

    /// The known word that is at most two edits away, or empty.
    static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= Math.min(MOST_EDITS, candidate.length() - 1))
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /// ` - did you mean X?`, or nothing.
    static String hint(String word, Collection<String> known) {
        return nearest(word, known)
                .map(meant -> " - did you mean " + meant + "?")
                .orElse("");
    }

    /// Number of letters to insert, delete, replace or swap with their neighbour to get from `a` to `b`.
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
