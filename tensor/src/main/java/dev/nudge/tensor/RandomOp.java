package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Random numbers of a [RandomKey], which is the input (`I64 [2]`); element `i` takes words of block `i / 4`.
public sealed interface RandomOp extends Op {
    /// Element type and shape of the result.
    Type result();

    /// Turns the four words of a block into four elements.
    void draw(int[] words, double[] out);

    @Override
    default Type type(List<Type> inputs) {
        if (!inputs.getFirst().equals(Type.of(DType.I64, Shape.of(2)))) {
            throw new ShapeException(name() + ": expected a random key (I64 [2]), found " + inputs.getFirst());
        }
        if (!result().dtype().isFloating()) {
            throw new ShapeException(name() + ": expected a floating-point result type, found " + result());
        }
        return result();
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
        return Elementwise.gradients((Tensor) null);
    }

    @Override
    default void reference(List<Value> inputs, Value out) {
        fill(inputs.getFirst().longAt(0), inputs.getFirst().longAt(1), out, 0, out.elements());
    }

    /// Writes the elements `from` (a multiple of 4) to `to` of the stream to `out`.
    default void fill(long key, long stream, Value out, int from, int to) {
        int[] words = new int[4];
        double[] drawn = new double[4];
        for (int i = from; i < to; i += 4) {
            Philox.block(key, i / 4, stream, words);
            draw(words, drawn);
            for (int j = i; j < Math.min(i + 4, to); j++) {
                out.set(j, drawn[j - i]);
            }
        }
    }

    private static double unit(int word) {
        return (word >>> 8) * 0x1p-24;
    }

    /// Uniform numbers in `[0, 1)`, multiples of 2^-24.
    record Uniform(Type result) implements RandomOp {
        @Override
        public void draw(int[] words, double[] out) {
            for (int i = 0; i < 4; i++) {
                out[i] = unit(words[i]);
            }
        }
    }

    /// Standard normal numbers by the Box-Muller transform; none lies beyond 5.8.
    record Normal(Type result) implements RandomOp {
        @Override
        public void draw(int[] words, double[] out) {
            for (int i = 0; i < 4; i += 2) {
                double radius = Math.sqrt(-2 * StrictMath.log(unit(words[i]) + 0x1p-24));
                double angle = 2 * Math.PI * unit(words[i + 1]);
                out[i] = radius * StrictMath.cos(angle);
                out[i + 1] = radius * StrictMath.sin(angle);
            }
        }
    }

    /// Ones with the given probability, else zeros.
    record Bernoulli(Type result, double probability) implements RandomOp {
        /// Checks the probability.
        public Bernoulli {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("bernoulli: probability must be in [0, 1], found " + probability);
            }
        }

        @Override
        public void draw(int[] words, double[] out) {
            for (int i = 0; i < 4; i++) {
                out[i] = unit(words[i]) < probability ? 1 : 0;
            }
        }
    }
}
