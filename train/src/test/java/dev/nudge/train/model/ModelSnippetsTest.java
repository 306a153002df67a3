package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Relu;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSnippetsTest {
    @Test
    void theFileCarriesWhatTheExamplesNeed(@TempDir Path folder) {
        Path path = folder.resolve("model.nudge");
        Layer model = Linear.of(4, 2, RandomKey.of(3));
        ModelFile file = ModelSnippets.file(model, path);
        float[] raw = {0.1f, 0.9f, 0.2f, 0.7f};
        float[] prepared = new float[4];
        for (int i = 0; i < 4; i++) {
            prepared[i] = (float) ((raw[i] - 0.5) / 0.25);
        }
        float[] expected = model.forward(Tensor.of(prepared, 1, 4)).toFloats();

        assertArrayEquals(expected, Predictor.load(path).predict(raw), 0f);
        assertEquals(0.1f, raw[0], "the caller's array stays as it is");
        assertEquals(expected[0] >= expected[1] ? "cat" : "dog", ModelSnippets.predictor(path));
        assertEquals(List.of("cat", "dog"), file.classes());
        assertEquals(
                2, ((ModelSnippets.Scaled) write(folder, ModelSnippets.format()).model()).factor());
    }

    private static ModelFile write(Path folder, ModelFormat format) {
        Path path = folder.resolve("own.nudge");
        format.write(path, ModelFile.of(new ModelSnippets.Scaled(2, new Relu()), Type.of(DType.F32, Shape.of(3))));
        return format.read(path);
    }
}
