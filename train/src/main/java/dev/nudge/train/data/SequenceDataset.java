package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/// Token sequences of unequal length, each with a class: a batch is filled up to its own longest sequence, not to the
/// longest of all.
///
/// Shape: a batch has inputs `[rows, time]` (`I32`), where `time` is the length of its longest sequence rounded up to
/// one of a few steps, since each length needs a plan of its own. Shorter sequences end in the padding token; a model
/// finds out where with `Sequences.present`.
///
/// A shuffled pass keeps sequences of like length together: rows are permuted, sorted by step without disturbing that
/// order, cut into runs, and the runs are shuffled. So batches have little padding, and short ones do not all come
/// first. It depends on the key alone.
///
/// {@snippet class="SequenceDatasetSnippets" region="sequences"}
public final class SequenceDataset implements Dataset {
    private static final int STEPS = 6;
    private static final int RUN = 256;
    // Keeps the draws for runs apart from those that permute the rows.
    private static final long STREAM = 0x73657175L;

    private final int[][] sequences;
    private final int[] labels;
    private final int classes;
    private final int padding;
    private final int longest;

    private SequenceDataset(int[][] sequences, int[] labels, int classes, int padding) {
        this.sequences = sequences;
        this.labels = labels;
        this.classes = classes;
        this.padding = padding;
        this.longest =
                Arrays.stream(sequences).mapToInt(each -> each.length).max().orElse(1);
    }

    /// Sequences with a class index each. The arrays are kept, not copied.
    ///
    /// @param sequences token ids, at least one in each
    /// @param labels    class indices in `0 .. classes-1`
    /// @param padding   token that fills up a batch; none of the sequences has it
    /// @throws IllegalArgumentException naming the first row that is not as it should be
    public static SequenceDataset of(int[][] sequences, int[] labels, int classes, int padding) {
        if (sequences.length != labels.length) {
            throw new IllegalArgumentException("sequences: expected a label for each of the " + sequences.length
                    + " sequences, found " + labels.length);
        }
        for (int row = 0; row < sequences.length; row++) {
            if (sequences[row].length == 0) {
                throw new IllegalArgumentException("sequences: row " + row + " is empty, expected at least one token");
            }
            if (Arrays.stream(sequences[row]).anyMatch(token -> token == padding)) {
                throw new IllegalArgumentException(
                        "sequences: row " + row + " holds the padding token " + padding + "; choose another one");
            }
            if (labels[row] < 0 || labels[row] >= classes) {
                throw new IllegalArgumentException("sequences: label of row " + row + " must be in 0.." + (classes - 1)
                        + ", found " + labels[row]);
            }
        }
        return new SequenceDataset(sequences, labels, classes, padding);
    }

    @Override
    public int size() {
        return sequences.length;
    }

    /// The longest input; a batch may be shorter.
    @Override
    public Type inputType() {
        return Type.of(DType.I32, Shape.of(longest));
    }

    @Override
    public Type targetType() {
        return Type.of(DType.I32, Shape.SCALAR);
    }

    @Override
    public boolean isRagged() {
        return true;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int[] labels() {
        return labels.clone();
    }

    @Override
    public Batch batch(int... rows) {
        int time = 1;
        for (int row : rows) {
            time = Math.max(time, roundedUp(sequences[row].length));
        }
        int[] tokens = new int[rows.length * time];
        int[] targets = new int[rows.length];
        Arrays.fill(tokens, padding);
        for (int i = 0; i < rows.length; i++) {
            int[] sequence = sequences[rows[i]];
            System.arraycopy(sequence, 0, tokens, i * time, sequence.length);
            targets[i] = labels[rows[i]];
        }
        return new Batch(
                Tensor.data(new Value(Type.of(DType.I32, Shape.of(rows.length, time)), tokens)),
                Tensor.data(new Value(Type.of(DType.I32, Shape.of(rows.length)), targets)),
                rows);
    }

    @Override
    public Dataset subset(int... rows) {
        int[][] some = Arrays.stream(rows).mapToObj(row -> sequences[row]).toArray(int[][]::new);
        int[] theirs = Arrays.stream(rows).map(row -> labels[row]).toArray();
        return new SequenceDataset(some, theirs, classes, padding);
    }

    /// The least of the steps that has room for `length` tokens.
    private int roundedUp(int length) {
        int step = Math.ceilDiv(longest, STEPS);
        return Math.min(longest, Math.ceilDiv(length, step) * step);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        int[] sorted = Arrays.stream(key.permutation(size()))
                .boxed()
                .sorted(Comparator.comparingInt(row -> roundedUp(sequences[row].length))) // stable
                .mapToInt(row -> row)
                .toArray();
        int[] order = new int[size()];
        int to = 0;
        for (int run : key.at(STREAM).permutation(Math.ceilDiv(size(), RUN))) {
            int length = Math.min(RUN, size() - run * RUN);
            System.arraycopy(sorted, run * RUN, order, to, length);
            to += length;
        }
        return Epoch.of(this, order);
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = Fingerprint.start();
        for (int row = 0; row < size(); row++) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * (sequences[row].length + 2));
            bytes.putInt(labels[row]).putInt(sequences[row].length);
            for (int token : sequences[row]) {
                bytes.putInt(token);
            }
            fingerprint.add(bytes.array());
        }
        return fingerprint.text();
    }
}
