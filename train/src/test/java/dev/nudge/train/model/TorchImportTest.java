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
import dev.nudge.nn.Pass;
import dev.nudge.nn.Recurrent;
import dev.nudge.nn.Relu;
import dev.nudge.nn.RnnCell;
import dev.nudge.nn.Sequential;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Window;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks that PyTorch trained give the outputs and gradients that PyTorch computed. The files lie with the program
/// that made them in the folder `torch` of the test resources; each holds weights, an input and its
/// output.
class TorchImportTest {
    private static final RandomKey KEY = RandomKey.of(1);
    private static final String GRADIENT = "gradient.";

    static Map<String, TensorData> read(String name) throws IOException {
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

    /// The weights of a file, or what it holds under their names with something before.
    private static Map<String, TensorData> part(Map<String, TensorData> file, String before) {
        Map<String, TensorData> part = new LinkedHashMap<>();
        file.forEach((name, data) -> {
            if (before.isEmpty() ? !name.matches("(gradient|after)\\..*") : name.startsWith(before)) {
                part.put(name.substring(before.length()), data);
            }
        });
        return part;
    }

    /// Asserts that the gradients of the mean of the squared output are those of PyTorch, which come into a second
    /// model as if they were weights.
    ///
    /// @param pass  of the forward pass
    /// @param twice parameters that are sums of two weights, each of which has the gradient of the sum
    private static void assertSameGradients(
            Map<String, TensorData> file,
            Supplier<? extends Layer> fresh,
            UnaryOperator<WeightImport> rules,
            Tensor input,
            Pass pass,
            Predicate<String> twice) {
        Layer model = fresh.get();
        rules.apply(into(model)).assign(part(file, ""), "weights");
        Layer slopes = fresh.get();
        WeightImport kept = rules.apply(into(slopes));
        for (String buffer : slopes.buffers().keySet()) {
            kept = kept.withKept(buffer);
        }
        kept.assign(part(file, GRADIENT), "gradients");
        Tensor loss = model.forward(input, pass).square().mean();
        Gradients gradients = loss.backward(model.parameters().values());
        double most = slopes.parameters().values().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.storage().toDoubles()))
                .map(Math::abs)
                .max()
                .orElseThrow();
        model.parameters().forEach((path, parameter) -> {
            double[] expected = slopes.parameters().get(path).storage().toDoubles();
            double[] found = gradients.of(parameter).toDoubles();
            double factor = twice.test(path) ? 0.5 : 1;
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < expected.length; i++) {
                // a bias before batch normalization has no slope but what rounding leaves of much larger ones
                assertEquals(factor * expected[i], found[i], 2e-5 * largest + 2e-6 * most, path + " element " + i);
            }
        });
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
        Supplier<Layer> fresh = () -> Sequential.of(Linear.of(4, 16, KEY), new Tanh(), Linear.of(16, 3, KEY));
        UnaryOperator<WeightImport> rules = start -> start.withRule("*.weight", "layers.*.weight", Layout.transposed())
                .withRule("*.bias", "layers.*.bias");
        Layer model = fresh.get();

        rules.apply(into(model)).assign(part(file, ""), "mlp");

        assertSameOutput(file, model.forward(input(file)));
        assertSameGradients(file, fresh, rules, input(file), Pass.inference(), _ -> false);
    }

    private static Layer network() {
        Conv2d second = Conv2d.grouped(4, 6, 3, 2, KEY, Initializers.heUniform());
        Conv2d uneven = new Conv2d(
                Parameter.zeros(3, 2, 2, 6),
                second.bias(),
                Window.of(3),
                Window.of(2).withStride(2),
                false,
                2);
        return Sequential.of(
                Conv2d.of(2, 4, 3, KEY).withPadding(1),
                BatchNorm.of(4),
                new Relu(),
                MaxPool2d.of(2),
                uneven,
                new Relu(),
                new Flatten(),
                Linear.of(6 * 2 * 3, 5, KEY));
    }

    private static WeightImport networkRules(WeightImport start) {
        return start.withIgnored("1.num_batches_tracked")
                .withRule("1.weight", "layers.1.weight")
                .withRule("1.running_mean", "layers.1.runningMean")
                .withRule("1.running_var", "layers.1.runningVariance")
                .withRule("7.weight", "layers.7.weight", Layout.flattened(6, 2, 3))
                .withRule("*.weight", "layers.*.weight", Layout.kernel())
                .withRule("*.bias", "layers.*.bias");
    }

    /// Kernels, groups, statistics and the order in which an image becomes a row.
    @Test
    void aConvolutionalNetwork() throws IOException {
        Map<String, TensorData> file = read("cnn");
        Layer model = network();

        ImportReport report = networkRules(into(model)).assign(part(file, ""), "cnn");

        assertEquals(10, report.matched().size());
        Tensor channelsLast = input(file).permute(0, 2, 3, 1);
        assertSameOutput(file, model.forward(channelsLast));
        assertSameGradients(
                file,
                TorchImportTest::network,
                TorchImportTest::networkRules,
                channelsLast,
                Pass.training(KEY),
                _ -> false);
    }

    @Test
    void runningStatisticsMoveAsThoseOfTheOther() throws IOException {
        Map<String, TensorData> file = read("cnn");
        Layer model = network();
        networkRules(into(model)).assign(part(file, ""), "cnn");
        Tensor y = model.forward(input(file).permute(0, 2, 3, 1), Pass.training(KEY));

        Optimizer.of(Sgd.of(), 1e-9, model)
                .step(y.square().mean().backward(model.parameters().values()));

        Map<String, TensorData> after = part(file, "after.");
        for (Map.Entry<String, String> name : Map.of(
                        "1.running_mean", "layers.1.runningMean", "1.running_var", "layers.1.runningVariance")
                .entrySet()) {
            double[] expected = after.get(name.getKey()).value().toDoubles();
            double[] found = model.buffers().get(name.getValue()).storage().toDoubles();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i], 1e-6 * (1 + Math.abs(expected[i])), name.getValue());
            }
        }
    }

    private static WeightImport recurrentRules(String kind, WeightImport start) {
        WeightImport rules = start;
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
        return rules;
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
        Supplier<Layer> fresh = () -> Recurrent.bidirectional(cell, 3, 5, 2, KEY);
        Layer model = fresh.get();

        ImportReport report = recurrentRules(kind, into(model)).assign(part(file, ""), kind);

        assertEquals(kind.equals("gru") ? 16 : 12, report.matched().size());
        assertSameOutput(file, model.forward(input(file)));
        assertSameGradients(
                file,
                fresh,
                start -> recurrentRules(kind, start),
                input(file),
                Pass.inference(),
                path -> path.endsWith("ias") && !kind.equals("gru"));
    }

    @Test
    void aGpt2InHalfPrecision() throws IOException {
        Map<String, TensorData> file = read("gpt2-f16");
        Supplier<Layer> fresh = () -> Gpt.of(Gpt.Config.of(20, 8, 2, 3, 12), KEY);
        UnaryOperator<WeightImport> rules = start -> {
            WeightImport all = start;
            for (Map.Entry<String, String> name : Gpt2Names.paths().entrySet()) {
                all = all.withRule(name.getKey(), name.getValue());
            }
            return all;
        };
        Layer model = fresh.get();

        ImportReport report = rules.apply(into(model)).assign(part(file, ""), "gpt2");

        assertTrue(report.fits(), report.problems());
        assertSameOutput(file, model.forward(input(file)));
        assertSameGradients(file, fresh, rules, input(file), Pass.inference(), _ -> false);
    }
}
