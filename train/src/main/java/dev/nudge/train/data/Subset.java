package dev.nudge.train.data;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Chosen rows of another data set.
final class Subset implements Dataset {
    private final Dataset whole;
    private final int[] rows;

    private Subset(Dataset whole, int[] rows) {
        this.whole = whole;
        this.rows = rows;
    }

    static Subset of(Dataset whole, int[] rows) {
        for (int row : rows) {
            ArrayDataset.checkRow(row, whole.size());
        }
        return new Subset(whole, rows.clone());
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public boolean isRagged() {
        return whole.isRagged();
    }

    @Override
    public Type inputType() {
        return whole.inputType();
    }

    @Override
    public Type targetType() {
        return whole.targetType();
    }

    @Override
    public int classes() {
        return whole.classes();
    }

    @Override
    public Batch batch(int... wanted) {
        Batch batch = whole.batch(there(wanted));
        return new Batch(batch.inputs(), batch.targets(), wanted);
    }

    @Override
    public Tensor targets(int... wanted) {
        return whole.targets(there(wanted));
    }

    /// Rows of the whole.
    private int[] there(int[] wanted) {
        return Arrays.stream(wanted)
                .map(row -> rows[ArrayDataset.checkRow(row, rows.length)])
                .toArray();
    }

    @Override
    public String fingerprint() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * rows.length);
        bytes.asIntBuffer().put(rows);
        return Fingerprint.of(whole.fingerprint().getBytes(StandardCharsets.UTF_8), bytes.array());
    }
}
