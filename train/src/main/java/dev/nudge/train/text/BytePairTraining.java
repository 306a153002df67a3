package dev.nudge.train.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Learns the merges of byte pair encoding.
///
/// Counts of pairs are kept up to date: a merge touches only the pieces that have the pair. The queue holds a pair once
/// for each count that it had; entries whose count is no longer right are passed over.
final class BytePairTraining {
    /// Longest token in bytes; pieces of 64 characters have no longer ones.
    static final int LONGEST_TOKEN = 256;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Long, Long> pairs = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>(); // pieces that have or had the pair
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingLong(Candidate::pair)); // ids are not negative: lower left id first, then lower right id

    private record Candidate(long pair, long count) {}

    private static final class Piece {
        private final long count;
        private int[] tokens;

        Piece(int[] tokens, long count) {
            this.tokens = tokens;
            this.count = count;
        }
    }

    void add(String text) {
        for (String piece : Pieces.of(text)) {
            counts.merge(piece, 1L, Long::sum);
        }
    }

    /// Left and right id of up to `count` merges.
    int[] merges(int count) {
        counts.forEach((text, times) -> {
            byte[] bytes = Utf8.bytes(text);
            int[] tokens = new int[bytes.length];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = Byte.toUnsignedInt(bytes[i]);
            }
            pieces.add(new Piece(tokens, times));
        });
        Set<Long> changed = new HashSet<>();
        for (int i = 0; i < pieces.size(); i++) {
            tally(i, 1, changed);
        }
        offer(changed);
        var merges = new Ids();
        for (int i = 0; i < count; i++) {
            Candidate best = next();
            if (best == null || best.count < 2) {
                break;
            }
            int left = (int) (best.pair >> Integer.SIZE);
            int right = (int) best.pair;
            merges.add(left, right);
            apply(best.pair, left, right, BytePairTokenizer.BYTES + i);
        }
        return merges.toArray();
    }

    private @Nullable Candidate next() {
        Candidate best = queue.poll();
        while (best != null && pairs.getOrDefault(best.pair, 0L) != best.count) {
            best = queue.poll();
        }
        return best;
    }

    private void apply(long pair, int left, int right, int merged) {
        Set<Long> changed = new HashSet<>();
        Set<Integer> where = places.remove(pair);
        for (int index : where == null ? Set.<Integer>of() : where) {
            Piece piece = pieces.get(index);
            tally(index, -1, changed);
            int length = BytePairTokenizer.replace(piece.tokens, piece.tokens.length, left, right, merged);
            piece.tokens = Arrays.copyOf(piece.tokens, length);
            tally(index, 1, changed);
        }
        offer(changed);
    }

    /// Adds the pairs of a piece to the counts, `sign` times.
    private void tally(int index, int sign, Set<Long> changed) {
        Piece piece = pieces.get(index);
        for (int i = 0; i + 1 < piece.tokens.length; i++) {
            long pair = BytePairTokenizer.pair(piece.tokens[i], piece.tokens[i + 1]);
            pairs.merge(pair, sign * piece.count, Long::sum);
            changed.add(pair);
            if (sign > 0) {
                places.computeIfAbsent(pair, _ -> new HashSet<>()).add(index);
            }
        }
    }

    private void offer(Set<Long> changed) {
        for (long pair : changed) {
            long count = pairs.getOrDefault(pair, 0L);
            if (count > 0) {
                queue.add(new Candidate(pair, count));
            } else {
                pairs.remove(pair);
            }
        }
    }
}
