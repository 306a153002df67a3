package dev.nudge.train.text;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Epoch;
import dev.nudge.train.data.Fingerprint;

/// A long text for a language model: windows of `T` tokens, and as targets the token that follows each.
///
/// In order, row `i` has the tokens `iT .. iT + T - 1` and the targets one further; what is left over at
/// the end is not used. In a shuffled pass row `i` begins anywhere in the text with equal chance
/// instead, drawn from the key of the epoch and `i`, so that no word always stands at the same place of
/// a window.
///
/// Shape: inputs and targets `[rows, T]` of `I32`.
public final class TokenWindows implements Dataset {
    // Keeps the places apart from the draws that shuffle.
    private static final long STREAM = 0x77696E646F77L;

    private final int[] tokens;
    private final int length;

    private TokenWindows(int[] tokens, int length) {
        this.tokens = tokens;
        this.length = length;
    }

    /// The windows of these tokens, which are kept, not copied.
    ///
    /// @param length tokens of a window, at least 1
    /// @throws IllegalArgumentException if there are not as many tokens as one window and its last
    ///         target take
    public static TokenWindows of(int[] tokens, int length) {
        if (length < 1 || tokens.length <= length) {
            throw new IllegalArgumentException("token windows: expected a length of at least 1 and more tokens than"
                    + " that, found length " + length + " and " + tokens.length + " tokens");
        }
        return new TokenWindows(tokens, length);
    }

    @Override
    public int size() {
        return (tokens.length - 1) / length;
    }

    @Override
    public Type inputType() {
        return Type.of(DType.I32, Shape.of(length));
    }

    @Override
    public Type targetType() {
        return inputType();
    }

    @Override
    public String fingerprint() {
        Value all = new Value(Type.of(DType.I32, Shape.of(tokens.length)), tokens);
        Value cut = new Value(Type.of(DType.I32, Shape.of(1)), new int[] {length});
        return Fingerprint.start().add(all).add(cut).text();
    }

    @Override
    public Batch batch(int... rows) {
        int[] starts = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            starts[i] = check(rows[i]) * length;
        }
        return cut(rows, starts);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        return Dataset.super.shuffle(key).withDataset(new Drawn(this, key.at(STREAM)));
    }

    private int check(int row) {
        if (row < 0 || row >= size()) {
            throw new IllegalArgumentException(
                    "token windows: row " + row + " does not exist, there are " + size() + " rows");
        }
        return row;
    }

    private Batch cut(int[] rows, int[] starts) {
        int[] inputs = new int[rows.length * length];
        int[] targets = new int[inputs.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(tokens, starts[i], inputs, i * length, length);
            System.arraycopy(tokens, starts[i] + 1, targets, i * length, length);
        }
        Type type = Type.of(DType.I32, Shape.of(rows.length, length));
        return new Batch(Tensor.data(new Value(type, inputs)), Tensor.data(new Value(type, targets)), rows);
    }

    /// The windows as one epoch sees them.
    private record Drawn(TokenWindows windows, RandomKey key) implements Dataset {
        @Override
        public int size() {
            return windows.size();
        }

        @Override
        public Type inputType() {
            return windows.inputType();
        }

        @Override
        public Type targetType() {
            return windows.targetType();
        }

        @Override
        public String fingerprint() {
            return windows.fingerprint();
        }

        @Override
        public Batch batch(int... rows) {
            int[] starts = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                starts[i] = key.below(windows.check(rows[i]), windows.tokens.length - windows.length);
            }
            return windows.cut(rows, starts);
        }
    }
}
