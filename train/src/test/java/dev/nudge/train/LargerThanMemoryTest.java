package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.ShardedDataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pass over shards that together do not fit into the memory that the process has.
class LargerThanMemoryTest {
    private static final int ROWS = 8_192;
    private static final int NUMBERS = 1_536;
    private static final long BYTES = 4L * ROWS * NUMBERS; // 48 MiB

    /// Examples that are made when they are asked for: number `j` of row `r` is `r + j / 2048`.
    private record Made() implements Dataset {
        @Override
        public int size() {
            return ROWS;
        }

        @Override
        public Type inputType() {
            return Type.of(DType.F32, Shape.of(NUMBERS));
        }

        @Override
        public Type targetType() {
            return Type.of(DType.I32, Shape.SCALAR);
        }

        @Override
        public String fingerprint() {
            return "made";
        }

        @Override
        public Batch batch(int... rows) {
            float[] inputs = new float[rows.length * NUMBERS];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = value(rows[i / NUMBERS], i % NUMBERS);
            }
            Value targets = new Value(Type.of(DType.I32, Shape.of(rows.length)), rows.clone());
            return new Batch(Tensor.of(inputs, rows.length, NUMBERS), Tensor.data(targets), rows);
        }
    }

    private static float value(int row, int number) {
        return row + number / 2048f;
    }

    /// Goes over all rows and says how many were right.
    ///
    /// @param arguments the folder
    public static void main(String[] arguments) {
        int right = 0;
        for (Batch batch : ShardedDataset.of(Path.of(arguments[0]))
                .shuffle(RandomKey.of(1))
                .batches(64)) {
            float[] inputs = batch.inputs().toFloats();
            int[] targets = batch.targets().toInts();
            for (int i = 0; i < targets.length; i++) {
                boolean same = true;
                for (int j = 0; j < NUMBERS; j++) {
                    same &= inputs[i * NUMBERS + j] == value(targets[i], j);
                }
                right += same ? 1 : 0;
            }
        }
        System.out.println(right + " right, memory " + Runtime.getRuntime().maxMemory());
    }

    @Test
    void everyRowIsReadWithAThirdOfTheMemoryThatAllWouldTake(@TempDir Path folder) throws IOException {
        ShardedDataset.write(new Made().ordered(), folder, 512);
        Process process =
                TrainingProcess.start(LargerThanMemoryTest.class, List.of("-Xmx16m"), List.of(folder.toString()));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(said.startsWith(ROWS + " right"), said);
        long memory = Long.parseLong(said.substring(said.lastIndexOf(' ') + 1));
        assertTrue(3 * memory <= BYTES, memory + " bytes of memory for " + BYTES);
    }
}
