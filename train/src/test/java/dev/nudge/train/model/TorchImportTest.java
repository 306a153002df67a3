package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.BatchNorm;
import dev.nudge.nn.Cell;
import dev.nudge.nn.Conv2d;
import dev.nudge.nn.Flatten;
import dev.nudge.nn.Gpt;
import dev.nudge.nn.GruCell;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.LstmCell;
import dev.nudge.nn.MaxPool2d;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.RnnCell;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks that PyTorch trained give the outputs that PyTorch computed. The files lie with the program that
/// made them in the folder `torch` of the test resources; each holds weights, an input and its output.
class TorchImportTest {
    private static final RandomKey KEY = RandomKey.of(1);

    private static Map<String, TensorData> read(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(TorchImportTest.class.getResourceAsStream("/torch/" + name + ".safetensors"))) {
            byte[] bytes = in.readAllBytes();
            return Safetensors.read(new ByteArrayInputStream(bytes), bytes.length, name)
                    .tensors();
        }
    }

    private static WeightImport into(Layer model) {
        return WeightImport.into(model).withIgnored("input").withIgnored("output");
    }

    private static void assertSameOutput(Map<String, TensorData> file, Tensor found) {
        TensorData expected = file.get("output");
        assertEquals(expected.value().type().shape(), found.shape());
        double[] numbers = expected.value().toDoubles();
        double[] ours = found.toDoubles();
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(numbers[i], ours[i], 1e-5 * (1 + Math.abs(numbers[i])), "element " + i);
        }
    }

    private static Tensor input(Map<String, TensorData> file) {
        return Tensor.data(file.get("input").value());
    }

    @Test
    void aPerceptronInBrainFloats() throws IOException {
        Map<String, TensorData> file = read("mlp-bf16");
        Layer model = Sequential.of(Linear.of(4, 16, KEY), new Tanh(), Linear.of(16, 3, KEY));

        into(model)
                .withRule("*.weight", "layers.*.weight", Layout.transposed())
                .withRule("*.bias", "layers.*.bias")
                .assign(file, "mlp");

        assertSameOutput(file, model.forward(input(file)));
    }

    /// Kernels, groups, statistics and the order in which an image becomes a row.
    @Test
    void aConvolutionalNetwork() throws IOException {
        Map<String, TensorData> file = read("cnn");
        Conv2d second = Conv2d.grouped(4, 6, 3, 2, KEY, Initializers.heUniform());
        Conv2d uneven = new Conv2d(
                Parameter.zeros(3, 2, 2, 6),
                second.bias(),
                Window.of(3),
                Window.of(2).withStride(2),
                false,
                2);
        Layer model = Sequential.of(
                Conv2d.of(2, 4, 3, KEY).withPadding(1),
                BatchNorm.of(4),
                new Relu(),
                MaxPool2d.of(2),
                uneven,
                new Relu(),
                new Flatten(),
                Linear.of(6 * 2 * 3, 5, KEY));

        ImportReport report = into(model)
                .withIgnored("1.num_batches_tracked")
                .withRule("1.weight", "layers.1.weight")
                .withRule("1.running_mean", "layers.1.runningMean")
                .withRule("1.running_var", "layers.1.runningVariance")
                .withRule("7.weight", "layers.7.weight", Layout.flattened(6, 2, 3))
                .withRule("*.weight", "layers.*.weight", Layout.kernel())
                .withRule("*.bias", "layers.*.bias")
                .assign(file, "cnn");

        assertEquals(10, report.matched().size());
        Tensor channelsLast = input(file).permute(0, 2, 3, 1);
        assertSameOutput(file, model.forward(channelsLast));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rnn", "lstm", "gru"})
    void aRecurrentNetworkOfTwoLevelsInBothDirections(String kind) throws IOException {
        Map<String, TensorData> file = read(kind);
        Cell.Factory cell = switch (kind) {
            case "rnn" -> RnnCell::of;
            case "lstm" -> LstmCell::of;
            default -> GruCell::of;
        };
        Layer model = Recurrent.bidirectional(cell, 3, 5, 2, KEY);

        WeightImport rules = into(model);
        for (String way : new String[] {"forward", "backward"}) {
            String suffix = way.equals("backward") ? "_reverse" : "";
            String path = "levels.*." + way + ".";
            rules = rules.withRule("weight_ih_l*" + suffix, path + "input", Layout.transposed())
                    .withRule("weight_hh_l*" + suffix, path + "recurrent", Layout.transposed());
            // the second bias of a GRU lies inside the product with the reset gate, so the two cannot be added
            rules = kind.equals("gru")
                    ? rules.withRule("bias_ih_l*" + suffix, path + "bias")
                            .withRule("bias_hh_l*" + suffix, path + "recurrentBias")
                    : rules.withSum("bias_ih_l*" + suffix, "bias_hh_l*" + suffix, path + "bias", Layout.same());
        }
        ImportReport report = rules.assign(file, kind);

        assertEquals(kind.equals("gru") ? 16 : 12, report.matched().size());
        assertSameOutput(file, model.forward(input(file)));
    }

    @Test
    void aGpt2InHalfPrecision() throws IOException {
        Map<String, TensorData> file = read("gpt2-f16");
        Gpt model = Gpt.of(Gpt.Config.of(20, 8, 2, 3, 12), KEY);

        WeightImport rules = into(model);
        for (Map.Entry<String, String> name : Gpt2Names.paths().entrySet()) {
            rules = rules.withRule(name.getKey(), name.getValue());
        }
        ImportReport report = rules.assign(file, "gpt2");

        assertTrue(report.fits(), report.problems());
        assertSameOutput(file, model.forward(input(file)));
    }
}
