package dev.nudge.nn.generate;

import dev.nudge.tensor.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How the next token is chosen from logits.
///
/// Probabilities are `softmax(logits / temperature)`. Of them the `topK` largest stay, and of these, scaled to add up
/// to 1, the fewest largest whose sum reaches `topP`; equal probabilities rank by id. One of what stays is drawn in
/// proportion. Temperature 0 is *greedy*: the most probable token, no chance involved.
///
/// {@snippet class="GenerateSnippets" region="sampling"}
///
/// Sources: Fan, Lewis and Dauphin 2018, arXiv:1805.04833, section 5.1 (top-k); Holtzman et al. 2020,
/// arXiv:1904.09751, section 3.1 (top-p, *nucleus* sampling). Where both are given, top-k cuts first, as in common
/// implementations; the papers use one or the other.
///
/// @param temperature at least 0; below 1 sharpens, above 1 flattens
/// @param topK        how many tokens may stay, at least 1
/// @param topP        what the tokens that stay must reach together, in `(0, 1]`; 1 for all
public record Sampling(double temperature, int topK, double topP) {
    /// Checks the settings.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Sampling {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "sampling: temperature must be at least 0 and finite, found " + temperature);
        }
        if (topK < 1) {
            throw new IllegalArgumentException("sampling: topK must be at least 1, found " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("sampling: topP must be in (0, 1], found " + topP);
        }
    }

    /// Every token may come, as probable as the model says.
    public static Sampling of() {
        return new Sampling(1, Integer.MAX_VALUE, 1);
    }

    /// Always the most probable token.
    public static Sampling greedy() {
        return of().withTemperature(0);
    }

    /// The same at another temperature.
    public Sampling withTemperature(double other) {
        return new Sampling(other, topK, topP);
    }

    /// The same from the `count` most probable tokens.
    public Sampling withTopK(int count) {
        return new Sampling(temperature, count, topP);
    }

    /// The same from the most probable tokens that together reach `share`.
    public Sampling withTopP(double share) {
        return new Sampling(temperature, topK, share);
    }

    /// All tokens, the most probable first, and which of them may be drawn. Greedy, the probabilities are those of
    /// temperature 1.
    ///
    /// @throws IllegalArgumentException if a logit is NaN, or the largest is not finite
    public List<NextToken> table(float[] logits) {
        double[] probabilities = probabilities(logits);
        List<Integer> order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -probabilities[token]))
                .toList();
        int most = temperature == 0 ? 1 : Math.min(topK, logits.length);
        double among = 0;
        for (int rank = 0; rank < most; rank++) {
            among += probabilities[order.get(rank)];
        }
        List<NextToken> table = new ArrayList<>(logits.length);
        double before = 0; // probability of the ranks before this one
        for (int rank = 0; rank < logits.length; rank++) {
            int token = order.get(rank);
            boolean kept = rank == 0 || (rank < most && (topP == 1 || before < topP * among));
            table.add(new NextToken(token, probabilities[token], kept));
            before += probabilities[token];
        }
        return table;
    }

    /// The token that the draw `index` of `key` gives.
    ///
    /// @throws IllegalArgumentException as for [#table(float[])]
    public int draw(float[] logits, RandomKey key, long index) {
        List<NextToken> kept = table(logits).stream().filter(NextToken::kept).toList();
        double total = kept.stream().mapToDouble(NextToken::probability).sum();
        double drawn = key.uniform(index) * total;
        double sum = 0;
        for (NextToken next : kept) {
            sum += next.probability();
            if (drawn < sum) {
                return next.token();
            }
        }
        return kept.getFirst().token(); // rounding left the draw behind the last sum
    }

    private double[] probabilities(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < logits.length; token++) {
            if (Float.isNaN(logits[token])) {
                throw new IllegalArgumentException("sampling: the logit of token " + token + " is NaN");
            }
            max = Math.max(max, logits[token]);
        }
        if (Double.isInfinite(max)) {
            throw new IllegalArgumentException(
                    "sampling: expected finite logits, the largest of " + logits.length + " is " + max);
        }
        double divisor = temperature == 0 ? 1 : temperature;
        double[] probabilities = new double[logits.length];
        double total = 0;
        for (int token = 0; token < logits.length; token++) {
            probabilities[token] = StrictMath.exp((logits[token] - max) / divisor);
            total += probabilities[token];
        }
        for (int token = 0; token < logits.length; token++) {
            probabilities[token] /= total;
        }
        return probabilities;
    }
}
