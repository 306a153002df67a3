package dev.nudge.nn.loss;

import dev.nudge.tensor.Tensor;

/// Asks of embeddings that an anchor be closer to its like (positive) than to another (negative), by a margin:
/// `max(0, |a - p| - |a - n| + margin)` per triple, with the length `|x| = (Σ |x_i|^power)^(1/power)`.
///
/// Shape: `[batch, width]` three times, or `[batch, 3, width]` in the order anchor, positive, negative. There is no
/// target, so it is no [Loss]; a loop that wants one takes `(embeddings, target) -> triplet.of(embeddings)`.
///
/// The distance is not squared, as in PyTorch; FaceNet squares it. Where two embeddings are equal the gradient of
/// their distance is taken as 0.
///
/// {@snippet class="LossSnippets" region="triplet"}
/// Source: Schroff, Kalenichenko & Philbin 2015, arXiv:1503.03832.
///
/// @param margin    by how much the negative must be farther, above 0
/// @param power     of the length, at least 1: 2 for the Euclidean, 1 for city blocks
/// @param reduction how triples become one number
public record Triplet(double margin, double power, Reduction reduction) {
    /// Checks the options.
    ///
    /// @throws IllegalArgumentException naming the option that is out of range
    public Triplet {
        if (!(margin > 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException("triplet: margin must be positive and finite, found " + margin);
        }
        Checks.atLeast("triplet", "power", 1, power);
    }

    /// Margin 1, Euclidean distance, mean.
    public static Triplet of() {
        return new Triplet(1, 2, Reduction.MEAN);
    }

    /// The same with another margin.
    public Triplet withMargin(double other) {
        return new Triplet(other, power, reduction);
    }

    /// The loss of triples `[batch, 3, width]`.
    ///
    /// @throws dev.nudge.tensor.ShapeException if it has another shape
    public Tensor of(Tensor triples) {
        return of(
                Distances.part("triplet", triples, 0, 3),
                Distances.part("triplet", triples, 1, 3),
                Distances.part("triplet", triples, 2, 3));
    }

    /// The loss of embeddings `[batch, width]` each.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the three are not of one type and shape
    public Tensor of(Tensor anchor, Tensor positive, Tensor negative) {
        Checks.sameType("triplet", anchor, positive);
        Checks.sameType("triplet", anchor, negative);
        Tensor near = Distances.norm(anchor.sub(positive), power);
        Tensor far = Distances.norm(anchor.sub(negative), power);
        return reduction.apply(near.sub(far).add(margin).relu());
    }
}
