package dev.nudge.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    @TempDir
    private Path folder;

    private Table table(String text) throws IOException {
        return Table.read(Files.writeString(folder.resolve("table.csv"), text));
    }

    @Test
    void readsQuotesBlanksAndMissingCells() throws IOException {
        Table table = table("name,size\n\"Smith, Ann\", 1.5 \n?,\n");

        assertEquals(2, table.size());
        assertEquals("Smith, Ann", table.text(0, "name"));
        assertEquals(1.5, table.number(0, "size"));
        assertEquals("", table.text(1, "name"));
        assertTrue(Double.isNaN(table.number(1, "size")));
    }

    @Test
    void namesThePlaceOfWhatItCannotRead() throws IOException {
        assertRefused("E505", "line 3", "a,b\n1,2\n1,2,3\n");
        assertRefused("E501", "table.csv", "a,b\n");
        assertRefused("E503", "table.csv", "a,a\n1,2\n");
        assertRefused("E300", "nothing.csv", () -> Table.read(folder.resolve("nothing.csv")));
        Table table = table("a,b\n1,x\n2,NaN\n");
        assertRefused("E505", "line 2, column b", () -> table.number(0, "b"));
        assertRefused("E505", "line 3, column b", () -> table.number(1, "b"));
        assertRefused("E504", "table.csv", () -> table.number(0, "c"));
    }

    private void assertRefused(String code, String where, String text) {
        assertRefused(code, where, () -> table(text));
    }

    private static void assertRefused(String code, String where, Executable body) {
        NudgeException refused = assertThrows(NudgeException.class, body);
        assertEquals(code, refused.code());
        assertTrue(refused.where().endsWith(where), refused.where());
    }

    @Test
    void whatIsPreparedIsLearntFromTheTrainingRowsAlone() throws IOException {
        Table table = table("size,kind\n1,red\n3,blue\n,red\n1000,green\n");
        int[] training = {0, 1, 2};

        Preparation preparation =
                Preparation.of(table, training, List.of(row -> table.number(row, "size")), List.of("kind"));

        // Known training sizes 1 and 3, median 3; filled 1, 3, 3: mean 7/3, variance 8/9.
        double deviation = Math.sqrt(8.0 / 9);
        assertArrayEquals(
                new float[] {
                    (float) ((1 - 7.0 / 3) / deviation), 1,
                    (float) ((3 - 7.0 / 3) / deviation), 2,
                    (float) ((3 - 7.0 / 3) / deviation), 1,
                    (float) ((1000 - 7.0 / 3) / deviation), 0
                },
                preparation.rows(4),
                1e-5f);
        assertEquals(3, preparation.categories().getFirst().size());
    }

    @Test
    void featuresAreTheNumbersAndTheRowsOfTheTables() throws IOException {
        Table table = table("size,kind\n1,a\n2,b\n3,c\n4,d\n");
        Preparation preparation = Preparation.of(
                table, new int[] {0, 1, 2, 3}, List.of(row -> table.number(row, "size")), List.of("kind"));
        Preparation.Features features = Preparation.Features.of(preparation, 2, RandomKey.of(1));

        float[] y =
                features.forward(Tensor.of(new float[] {0.5f, 3, -1, 0}, 2, 2)).toFloats();

        float[] embedding = features.embeddings().getFirst().tensor().toFloats();
        assertEquals(1 + 2, features.features(1));
        assertArrayEquals(new float[] {0.5f, embedding[6], embedding[7], -1, embedding[0], embedding[1]}, y);
    }
}
