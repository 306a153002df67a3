package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.Sequential;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightImportTest {
    private static final RandomKey KEY = RandomKey.of(1);

    @TempDir
    Path folder;

    private static double input(int i) {
        return (float) Math.sin(1.7 * i + 0.3);
    }

    static void assertNear(double[] expected, float[] found, int from) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[from + i], 2e-5 * (1 + Math.abs(expected[i])), "element " + i);
        }
    }

    private static Torch perceptron() {
        return new Torch()
                .with("0.weight", 7, 5)
                .with("0.bias", 7)
                .with("2.weight", 3, 7)
                .with("2.bias", 3);
    }

    private static Layer model() {
        return Sequential.of(Linear.of(5, 7, KEY), new Relu(), Linear.of(7, 3, KEY));
    }

    private static WeightImport rules(Layer model) {
        return WeightImport.into(model)
                .withRule("*.weight", "layers.*.weight", Layout.transposed())
                .withRule("*.bias", "layers.*.bias");
    }

    @Test
    void aPerceptronGivesTheOutputsOfTheOther() throws IOException {
        Torch torch = perceptron();
        Layer model = model();

        ImportReport report = rules(model).load(torch.save(folder.resolve("mlp.safetensors")));

        assertEquals(4, report.matched().size());
        assertTrue(
                report.toString().contains("matched      0.weight F32 [7, 5] -> layers.0.weight F32 [5, 7]\n"),
                report.toString());
        double[] x = new double[5];
        float[] numbers = new float[5];
        for (int i = 0; i < 5; i++) {
            x[i] = input(i);
            numbers[i] = (float) x[i];
        }
        double[] expected = torch.linear("2", Torch.relu(torch.linear("0", x)));
        assertNear(expected, model.forward(Tensor.of(numbers, 1, 5)).toFloats(), 0);
    }

    @Test
    void aConvolutionalNetworkGivesTheOutputsOfTheOther() throws IOException {
        Torch torch = new Torch()
                .with("conv.weight", 4, 2, 3, 3)
                .with("conv.bias", 4)
                .with("fc.weight", 5, 4 * 3 * 2)
                .with("fc.bias", 5);
        Layer model = Sequential.of(
                Conv2d.of(2, 4, 3, KEY).withPadding(1),
                new Relu(),
                MaxPool2d.of(2),
                new Flatten(),
                Linear.of(3 * 2 * 4, 5, KEY));

        WeightImport.into(model)
                .withRule("conv.weight", "layers.0.weight", Layout.kernel())
                .withRule("conv.bias", "layers.0.bias")
                .withRule("fc.weight", "layers.4.weight", Layout.flattened(4, 3, 2))
                .withRule("fc.bias", "layers.4.bias")
                .load(torch.save(folder.resolve("cnn.safetensors")));

        double[][][] x = new double[2][6][4];
        float[] channelsLast = new float[6 * 4 * 2];
        for (int channel = 0; channel < 2; channel++) {
            for (int row = 0; row < 6; row++) {
                for (int column = 0; column < 4; column++) {
                    x[channel][row][column] = input((channel * 6 + row) * 4 + column);
                    channelsLast[(row * 4 + column) * 2 + channel] = (float) x[channel][row][column];
                }
            }
        }
        double[][][] seen = torch.conv2d("conv", x, 1);
        double[] flat = new double[4 * 3 * 2]; // channels first, as PyTorch flattens
        for (int channel = 0; channel < 4; channel++) {
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 2; column++) {
                    double largest = 0; // of a window of the rectified image
                    for (int i = 0; i < 4; i++) {
                        largest = Math.max(largest, seen[channel][2 * row + i / 2][2 * column + i % 2]);
                    }
                    flat[(channel * 3 + row) * 2 + column] = largest;
                }
            }
        }
        assertNear(
                torch.linear("fc", flat),
                model.forward(Tensor.of(channelsLast, 1, 6, 4, 2)).toFloats(),
                0);
    }

    @Test
    void theGatesOfAnLstmComeInTheSameOrderAndItsBiasesAreAdded() throws IOException {
        Torch torch = new Torch()
                .with("weight_ih_l0", 12, 2)
                .with("weight_hh_l0", 12, 3)
                .with("bias_ih_l0", 12)
                .with("bias_hh_l0", 12);
        Recurrent model = Recurrent.of(LstmCell::of, 2, 3, 1, KEY);

        WeightImport.into(model)
                .withRule("weight_ih_l*", "levels.*.forward.input", Layout.transposed())
                .withRule("weight_hh_l*", "levels.*.forward.recurrent", Layout.transposed())
                .withSum("bias_ih_l*", "bias_hh_l*", "levels.*.forward.bias", Layout.same())
                .load(torch.save(folder.resolve("lstm.safetensors")));

        double[][] x = {{input(0), input(1)}, {input(2), input(3)}, {input(4), input(5)}};
        float[] flat = new float[6];
        for (int i = 0; i < 6; i++) {
            flat[i] = (float) input(i);
        }
        float[] outputs = model.forward(Tensor.of(flat, 1, 3, 2)).toFloats();
        assertNear(torch.lstm(x, 3), outputs, 6);
    }

    @Test
    void whatDoesNotFitIsListedWithBothShapesAndNothingIsAssigned() {
        Torch torch = new Torch()
                .with("0.weight", 8, 5)
                .with("0.bias", 7)
                .with("2.bias", 3)
                .with("2.weight_g", 3);
        Layer model = model();
        String before = WeightsHash.of(model);

        ImportReport report = rules(model).report(torch.weights);
        var error = assertThrows(NudgeException.class, () -> rules(model).assign(torch.weights, "mlp"));

        assertEquals(2, report.matched().size());
        assertEquals(List.of("layers.2.weight F32 [7, 3]"), report.missing());
        assertEquals(List.of("2.weight_g F32 [3]"), report.unexpected());
        assertEquals(
                "0.weight F32 [8, 5] -> layers.0.weight F32 [5, 7]: it becomes F32 [5, 8]",
                report.mismatched().getFirst().toString());
        assertEquals("E312", error.code());
        assertTrue(error.getMessage().contains("Nothing was assigned"), error.getMessage());
        assertEquals(before, WeightsHash.of(model));
    }

    @Test
    void whatIsLeftOutOnPurposeIsNoProblem() {
        Torch torch = perceptron().with("2.weight_g", 3);
        torch.weights.remove("2.weight");
        Layer model = model();

        ImportReport report = rules(model)
                .withIgnored("*.weight_g")
                .withKept("layers.2.weight")
                .assign(torch.weights, "mlp");

        assertEquals(3, report.matched().size());
    }

    @Test
    void rulesThatMeetInOnePathOrLeadNowhereAreProblems() {
        Layer model = Linear.of(2, 1, KEY).withoutBias();
        Map<String, TensorData> weights =
                new Torch().with("a", 2, 1).with("b", 2, 1).with("c", 1).weights;

        ImportReport report = WeightImport.into(model)
                .withRule("a", "weight")
                .withRule("b", "weight")
                .withRule("c", "bias")
                .report(weights);

        assertEquals(1, report.matched().size());
        assertTrue(report.mismatched().getFirst().toString().endsWith("another weight goes there too"));
        assertTrue(report.mismatched().getLast().toString().endsWith("the model has no such path"));
    }
}
