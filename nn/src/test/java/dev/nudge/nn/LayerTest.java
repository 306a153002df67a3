package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerTest {
    private static final RandomKey KEY = RandomKey.of(7);

    record Residual(Linear inner, List<Linear> more, Parameter scale, Buffer mean) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return LayerPath.within("inner", () -> inner.forward(x, pass.at(0)))
                    .add(x)
                    .mul(scale.tensor());
        }
    }

    record Options(Parameter gain, double ignored) {}

    record WithOptions(Options options, Linear[] array) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return x.mul(options.gain().tensor());
        }
    }

    record Tied(Linear first, Linear second) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return second.forward(first.forward(x, pass.at(0)), pass.at(1));
        }
    }

    static final class Stateful implements Layer {
        private final Parameter weight = Parameter.zeros(2);

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return x.mul(weight.tensor());
        }
    }

    @Test
    void recordComponentsGiveTheParameterPaths() {
        Residual residual = new Residual(
                Linear.of(3, 3, KEY),
                List.of(Linear.of(3, 2, KEY), Linear.of(2, 3, KEY).withoutBias()),
                Parameter.of(new float[] {1}, 1),
                Buffer.zeros(Type.of(DType.F32, Shape.of(3))));
        Layer model = Sequential.of(residual, new Relu(), Linear.of(3, 1, KEY));

        assertEquals(
                List.of(
                        "layers.0.inner.weight",
                        "layers.0.inner.bias",
                        "layers.0.more.0.weight",
                        "layers.0.more.0.bias",
                        "layers.0.more.1.weight",
                        "layers.0.scale",
                        "layers.2.weight",
                        "layers.2.bias"),
                List.copyOf(model.parameters().keySet()));
        assertEquals(List.of("layers.0.mean"), List.copyOf(model.buffers().keySet()));
        assertSame(residual.scale(), model.parameters().get("layers.0.scale"));
    }

    @Test
    void nestedRecordsAndArraysAreLookedInto() {
        Layer model = new WithOptions(new Options(Parameter.zeros(2), 3), new Linear[] {Linear.of(1, 2, KEY)});

        assertEquals(
                List.of("options.gain", "array.0.weight", "array.0.bias"),
                List.copyOf(model.parameters().keySet()));
    }

    @Test
    void aSharedParameterAppearsOnceUnderItsFirstPath() {
        Linear shared = Linear.of(4, 4, KEY);
        Layer model = new Tied(shared, new Linear(shared.weight(), null));

        assertEquals(
                List.of("first.weight", "first.bias"),
                List.copyOf(model.parameters().keySet()));
    }

    @Test
    void aSharedParameterGetsTheGradientsOfAllItsUses() {
        Parameter weight = Parameter.of(new double[] {3}, 1, 1);
        Layer model = new Tied(new Linear(weight, null), new Linear(weight, null));

        Tensor loss = model.forward(Tensor.of(new double[] {5}, 1, 1)).sum();

        assertEquals(2 * 3 * 5, loss.backward(List.of(weight)).of(weight).item()); // d(w² x)/dw
    }

    @Test
    void aLayerThatIsNoRecordSaysHowToNameItsParameters() {
        var error = assertThrows(IllegalArgumentException.class, () -> new Stateful().parameters());

        assertTrue(error.getMessage().contains("override parameters()"), error.getMessage());
        assertTrue(error.getMessage().contains("Stateful"), error.getMessage());
    }

    @Test
    void aFunctionWithoutStateIsALayer() {
        Layer twice = (x, _) -> x.mul(2);

        assertEquals(0, twice.parameters().size());
        assertArrayEquals(
                new float[] {2, 4},
                twice.forward(Tensor.of(new float[] {1, 2}, 2)).toFloats());
    }

    @Test
    void linearMultipliesAndAdds() {
        Linear linear = new Linear(
                Parameter.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), Parameter.of(new float[] {10, 20, 30}, 3));

        Tensor y = linear.forward(Tensor.of(new float[] {1, 0, 2, -1}, 2, 2));

        assertArrayEquals(new float[] {11, 22, 33, 8, 19, 30}, y.toFloats());
    }

    @Test
    void linearNamesWhatItExpected() {
        Linear linear = Linear.of(12, 3, KEY);

        var flat = assertThrows(
                ShapeException.class, () -> linear.forward(Tensor.placeholder(Type.of(DType.F32, Shape.of(5, 11)))));
        var image = assertThrows(
                ShapeException.class, () -> linear.forward(Tensor.placeholder(Type.of(DType.F32, Shape.of(5, 3, 4)))));

        assertTrue(flat.getMessage().contains("[.., 12], found [5, 11]"), flat.getMessage());
        assertTrue(image.getMessage().contains("Flatten"), image.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Linear.of(0, 3, KEY));
        assertThrows(ShapeException.class, () -> new Linear(Parameter.zeros(2, 3), Parameter.zeros(2)));
        assertThrows(ShapeException.class, () -> new Linear(Parameter.zeros(6), null));
    }

    @Test
    void anErrorInsideALayerNamesItsPath() {
        Layer model = Sequential.of(Linear.of(4, 3, KEY), new Relu(), Linear.of(5, 2, KEY));

        var error = assertThrows(
                ShapeException.class, () -> model.forward(Tensor.placeholder(Type.of(DType.F32, Shape.of(1, 4)))));

        assertTrue(error.getMessage().contains("layers.2"), error.getMessage());
    }

    @Test
    void flattenMakesOneRowOfEachExample() {
        Layer flatten = new Flatten();

        assertEquals(
                Shape.of(2, 12),
                flatten.forward(Tensor.placeholder(Type.of(DType.F32, Shape.of(2, 3, 4))))
                        .shape());
        assertEquals(
                Shape.of(0, 12),
                flatten.forward(Tensor.placeholder(Type.of(DType.F32, Shape.of(0, 3, 4))))
                        .shape());
        assertThrows(ShapeException.class, () -> flatten.forward(Tensor.of(1f)));
    }

    @Test
    void dropoutDoesNothingWhenTheModelIsUsed() {
        Tensor x = Tensor.of(new float[] {1, 2, 3}, 3);

        assertSame(x, new Dropout(0.5).forward(x));
        assertSame(x, new Dropout(0).forward(x, Pass.training(KEY)));
    }

    @Test
    void dropoutKeepsTheMeanAndSetsTheGivenShareToZero() {
        int count = 100_000;
        float[] ones = new float[count];
        Arrays.fill(ones, 1);

        float[] y = new Dropout(0.3)
                .forward(Tensor.of(ones, count), Pass.training(KEY))
                .toFloats();

        double mean = 0;
        int zeros = 0;
        for (float element : y) {
            mean += element / count;
            zeros += element == 0 ? 1 : 0;
            assertTrue(element == 0 || Math.abs(element - 1 / 0.7) < 1e-6, "found " + element);
        }
        double deviation = Math.sqrt(0.3 * 0.7 / count); // of the share of zeros
        assertEquals(0.3, zeros / (double) count, 5 * deviation);
        assertEquals(1, mean, 5 * deviation / 0.7);
    }

    @Test
    void theKeyOfThePassDecidesWhatDropoutDrops() {
        Tensor x = Tensor.of(new float[64], 64).add(1);
        Layer model = Sequential.of(new Dropout(0.5), new Dropout(0.5));

        float[] first = model.forward(x, Pass.training(KEY.at(1))).toFloats();
        float[] again = model.forward(x, Pass.training(KEY.at(1))).toFloats();
        float[] other = model.forward(x, Pass.training(KEY.at(2))).toFloats();

        assertArrayEquals(first, again);
        assertTrue(!Arrays.equals(first, other));
        long kept = IntStream.range(0, 64).filter(i -> first[i] != 0).count();
        assertTrue(kept < 28, "two layers drop independently, so about 16 of 64 stay, found " + kept);
    }

    @Test
    void dropoutRefusesWhatIsNoProbability() {
        assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
        assertThrows(IllegalArgumentException.class, () -> new Dropout(-0.1));
        assertThrows(IllegalArgumentException.class, () -> new Dropout(Double.NaN));
    }

    @Test
    void aModelWithoutLayersIsRefused() {
        var error = assertThrows(IllegalArgumentException.class, Sequential::of);

        assertTrue(error.getMessage().contains("E616"), error.getMessage());
    }

    @Test
    void aPerceptronRecordsHowItsWeightsBegan() {
        Mlp relu = Mlp.of(20, new int[] {64, 32}, 2, new Relu(), KEY);
        Mlp tanh = Mlp.of(20, new int[] {64}, 2, new Tanh(), 0.1, KEY);
        Mlp linear = Mlp.of(20, new int[0], 2, new Tanh(), KEY);

        assertEquals(
                List.of("heUniform", "heUniform", "glorotUniform"),
                relu.initializers().stream().map(i -> i.name()).toList());
        assertEquals(
                List.of("glorotUniform", "glorotUniform"),
                tanh.initializers().stream().map(i -> i.name()).toList());
        assertEquals(
                List.of(
                        "layers.0.weight",
                        "layers.0.bias",
                        "layers.2.weight",
                        "layers.2.bias",
                        "layers.4.weight",
                        "layers.4.bias"),
                List.copyOf(relu.parameters().keySet()));
        assertEquals(4, tanh.layers().size());
        assertEquals(1, linear.layers().size());
        assertNull(linear.parameters().get("layers.1.weight"));
    }

    @Test
    void equalKeysMakeEqualModels() {
        Mlp first = Mlp.of(5, new int[] {4}, 3, new Selu(), KEY);
        Mlp second = Mlp.of(5, new int[] {4}, 3, new Selu(), KEY);
        Mlp other = Mlp.of(5, new int[] {4}, 3, new Selu(), KEY.at(1));

        float[] weights = first.parameters().get("layers.0.weight").tensor().toFloats();

        assertArrayEquals(
                weights, second.parameters().get("layers.0.weight").tensor().toFloats());
        assertTrue(!Arrays.equals(
                weights, other.parameters().get("layers.0.weight").tensor().toFloats()));
    }
}
