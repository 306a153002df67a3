package dev.nudge.nn;

import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.OptionalInt;

/// A trained vector for each of a number of things, such as words: `y[..] = weight[id[..]]`.
///
/// Shape: ids `[..]` (`I32` or `I64`) to `[.., width]`.
///
/// {@snippet class="SequenceSnippets" region="embedding"}
///
/// The row of the padding id is never seen: its output is zero and it gets no gradient. Ids are checked where they
/// are at hand when the graph is written, as those of a batch are.
///
/// @param weight  the vectors, of shape `[vocabulary, width]`
/// @param padding id that stands for nothing, or empty if there is none
public record Embedding(Parameter weight, OptionalInt padding) implements Layer {
    /// Checks that weight and padding fit.
    ///
    /// @throws ShapeException if the weight is not a matrix
    /// @throws IllegalArgumentException if the padding is not an id
    public Embedding {
        if (weight.shape().rank() != 2) {
            throw new ShapeException("embedding: expected a weight [vocabulary, width], found " + weight.shape());
        }
        int vocabulary = weight.shape().extent(0);
        padding.ifPresent(id -> {
            if (id < 0 || id >= vocabulary) {
                throw outside("the padding id " + id, vocabulary);
            }
        });
    }

    /// Vectors of length about 1: normal numbers of variance `1 / width`, the one of [Initializers#normal(double)].
    ///
    /// @throws IllegalArgumentException if an extent is less than 1
    public static Embedding of(int vocabulary, int width, RandomKey key) {
        return of(vocabulary, width, key, Initializers.normal(1 / Math.sqrt(Math.max(1, width))));
    }

    /// Vectors from `initializer`, for which a row is one input and `width` outputs.
    ///
    /// @throws IllegalArgumentException if an extent is less than 1
    public static Embedding of(int vocabulary, int width, RandomKey key, Initializer initializer) {
        if (vocabulary < 1 || width < 1) {
            throw new IllegalArgumentException("embedding: vocabulary and width must be at least 1, found vocabulary = "
                    + vocabulary + ", width = " + width);
        }
        Type type = Type.of(DType.F32, Shape.of(vocabulary, width));
        return new Embedding(Parameter.of(initializer.values(key, type, 1, width)), OptionalInt.empty());
    }

    /// The same layer in which `id` stands for nothing.
    ///
    /// @throws IllegalArgumentException if it is not an id
    public Embedding withPadding(int id) {
        return new Embedding(weight, OptionalInt.of(id));
    }

    /// Number of things.
    public int vocabulary() {
        return weight.shape().extent(0);
    }

    /// Length of a vector.
    public int width() {
        return weight.shape().extent(1);
    }

    /// The vectors of `ids`.
    ///
    /// @throws ShapeException if the ids are not integers
    /// @throws IllegalArgumentException naming an id that is not in `0..vocabulary-1`
    @Override
    public Tensor forward(Tensor ids, Pass pass) {
        if (!ids.dtype().isInteger()) {
            throw new ShapeException("embedding: expected ids, I32 or I64, found " + ids.type() + "; use cast");
        }
        check(ids);
        Tensor rows = weight.tensor().gather(ids);
        if (padding.isEmpty()) {
            return rows;
        }
        return present(ids).unsqueeze(-1).where(rows, rows.constantLike(0));
    }

    /// Where `ids` are not the padding.
    Tensor present(Tensor ids) {
        return ids.notEqualTo(ids.constantLike(padding.orElse(-1)));
    }

    private void check(Tensor ids) {
        Value value = ids.bound();
        if (value == null) {
            return; // computed later: gathering checks then
        }
        for (int i = 0; i < value.elements(); i++) {
            long id = value.longAt(i);
            if (id < 0 || id >= vocabulary()) {
                throw outside("the id " + id + " at position " + i + " of " + ids.shape(), vocabulary());
            }
        }
    }

    private static IllegalArgumentException outside(String what, int vocabulary) {
        return new IllegalArgumentException("embedding: " + what + " is outside the vocabulary of " + vocabulary
                + ", whose ids are 0.." + (vocabulary - 1) + "; encode with the tokenizer that the model was made for");
    }

    @Override
    public String toString() {
        return "Embedding[" + vocabulary() + " -> " + width()
                + (padding.isPresent() ? ", padding " + padding.getAsInt() + "]" : "]");
    }
}
