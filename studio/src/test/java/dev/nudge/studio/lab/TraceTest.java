package dev.nudge.studio.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every number of an iteration against a perceptron written out here in double precision, with its own forward pass,
/// backpropagation and update rules.
class TraceTest {
    private static final double CLOSE = 2e-6; // single precision against double

    private static double[] numbers(Json array) {
        return ((JsonArray) array)
                .elements().stream()
                        .mapToDouble(number -> ((JsonNumber) number).asDouble())
                        .toArray();
    }

    private static double[] numbers(JsonObject object, String name) {
        return numbers(new JsonArray(object.array(name)));
    }

    /// The numbers of single precision that a text stands for, exactly.
    private static double[] floats(JsonObject object, String name) {
        double[] numbers = numbers(object, name);
        Arrays.setAll(numbers, i -> (float) numbers[i]);
        return numbers;
    }

    /// The perceptron: weights `[layer][in][out]`, biases `[layer][out]`.
    private static final class Perceptron {
        final List<double[][]> weights = new ArrayList<>();
        final List<double[]> biases = new ArrayList<>();
        final DoubleUnaryOperator bend;
        final DoubleUnaryOperator slope;
        final boolean squared;
        final double l2;

        // Of the examples of one batch.
        final List<List<double[]>> z = new ArrayList<>();
        final List<List<double[]>> a = new ArrayList<>();
        final List<List<double[]>> deltas = new ArrayList<>();
        final List<double[]> probabilities = new ArrayList<>();
        final List<Double> losses = new ArrayList<>();
        final List<double[][]> weightGradients = new ArrayList<>();
        final List<double[]> biasGradients = new ArrayList<>();

        Perceptron(String activation, boolean squared, double l2) {
            this.squared = squared;
            this.l2 = l2;
            switch (activation) {
                case "tanh" -> {
                    bend = Math::tanh;
                    slope = x -> 1 - Math.tanh(x) * Math.tanh(x);
                }
                case "relu" -> {
                    bend = x -> Math.max(0, x);
                    slope = x -> x > 0 ? 1 : 0;
                }
                default -> {
                    bend = x -> 1 / (1 + Math.exp(-x));
                    slope = x -> 1 / (1 + Math.exp(-x)) * (1 - 1 / (1 + Math.exp(-x)));
                }
            }
        }

        double run(List<double[]> inputs, int[] labels) {
            int layers = weights.size();
            double total = 0;
            for (int example = 0; example < inputs.size(); example++) {
                List<double[]> zs = new ArrayList<>();
                List<double[]> as = new ArrayList<>(List.of(inputs.get(example)));
                for (int layer = 0; layer < layers; layer++) {
                    double[][] w = weights.get(layer);
                    double[] sums = biases.get(layer).clone();
                    for (int i = 0; i < w.length; i++) {
                        for (int j = 0; j < sums.length; j++) {
                            sums[j] += w[i][j] * as.getLast()[i];
                        }
                    }
                    zs.add(sums);
                    double[] bent = new double[sums.length];
                    for (int j = 0; j < sums.length; j++) {
                        bent[j] = bend.applyAsDouble(sums[j]);
                    }
                    as.add(bent);
                }
                double[] logits = zs.getLast();
                double[] delta = new double[logits.length];
                double loss;
                int label = labels[example];
                if (logits.length == 1) {
                    double p = 1 / (1 + Math.exp(-logits[0]));
                    probabilities.add(new double[] {1 - p, p});
                    loss = squared ? (p - label) * (p - label) : -Math.log(label == 1 ? p : 1 - p);
                    delta[0] = squared ? 2 * (p - label) * p * (1 - p) : p - label;
                } else {
                    double sum = 0;
                    for (double logit : logits) {
                        sum += Math.exp(logit);
                    }
                    double[] p = new double[logits.length];
                    for (int k = 0; k < p.length; k++) {
                        p[k] = Math.exp(logits[k]) / sum;
                        delta[k] = p[k] - (k == label ? 1 : 0);
                    }
                    probabilities.add(p);
                    loss = -Math.log(p[label]);
                }
                losses.add(loss);
                total += loss / inputs.size();
                List<double[]> ds = new ArrayList<>(List.of(delta));
                for (int layer = layers - 1; layer > 0; layer--) {
                    double[][] w = weights.get(layer);
                    double[] before = new double[w.length];
                    for (int i = 0; i < w.length; i++) {
                        for (int j = 0; j < w[i].length; j++) {
                            before[i] += w[i][j] * ds.getFirst()[j];
                        }
                        before[i] *= slope.applyAsDouble(zs.get(layer - 1)[i]);
                    }
                    ds.addFirst(before);
                }
                z.add(zs);
                a.add(as);
                deltas.add(ds);
            }
            for (int layer = 0; layer < layers; layer++) {
                double[][] w = weights.get(layer);
                double[][] gradient = new double[w.length][w[0].length];
                double[] bias = new double[w[0].length];
                for (int i = 0; i < w.length; i++) {
                    for (int j = 0; j < bias.length; j++) {
                        for (int example = 0; example < inputs.size(); example++) {
                            gradient[i][j] += a.get(example).get(layer)[i]
                                    * deltas.get(example).get(layer)[j]
                                    / inputs.size();
                        }
                        gradient[i][j] += l2 * w[i][j];
                        total += l2 / 2 * w[i][j] * w[i][j];
                    }
                }
                for (int j = 0; j < bias.length; j++) {
                    for (int example = 0; example < inputs.size(); example++) {
                        bias[j] += deltas.get(example).get(layer)[j] / inputs.size();
                    }
                }
                weightGradients.add(gradient);
                biasGradients.add(bias);
            }
            return total;
        }
    }

    private static double[] flat(double[][] matrix) {
        List<Double> all = new ArrayList<>();
        for (double[] row : matrix) {
            for (double number : row) {
                all.add(number);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Perceptron perceptron(JsonObject trace, String activation, boolean squared, double l2) {
        Perceptron perceptron = new Perceptron(activation, squared, l2);
        for (Json each : trace.array("parameters")) {
            JsonObject parameter = (JsonObject) each;
            double[] shape = numbers(parameter, "shape");
            double[] weight = floats(parameter, "weight");
            if (shape.length == 1) {
                perceptron.biases.add(weight);
            } else {
                double[][] matrix = new double[(int) shape[0]][(int) shape[1]];
                for (int i = 0; i < weight.length; i++) {
                    matrix[i / (int) shape[1]][i % (int) shape[1]] = weight[i];
                }
                perceptron.weights.add(matrix);
            }
        }
        return perceptron;
    }

    @ParameterizedTest
    @CsvSource({
        "circle, tanh, cross-entropy, sgd, 0",
        "circle, tanh, cross-entropy, adam, 0.01",
        "moons, relu, cross-entropy, momentum, 0",
        "xor, sigmoid, mse, sgd, 0.1",
        "blobs, tanh, cross-entropy, adam, 0",
    })
    void everyNumberIsThatOfAPerceptronInDoublePrecision(
            String kind, String activation, String loss, String optimizer, double l2) {
        Lab lab = Lab.of(LabTest.specification("{'data': {'kind': '" + kind + "', 'points': 60}, 'batch': 5,"
                + " 'layers': [{'units': 4, 'activation': '" + activation + "'}, {'units': 3, 'activation': '"
                + activation + "'}], 'learningRate': 0.1, 'loss': '" + loss + "', 'optimizer': '" + optimizer
                + "', 'l2': " + l2 + "}"));
        lab.step(6); // the last of 8 batches of an epoch holds one example alone
        String before = lab.digest();
        JsonObject trace = Trace.ofNext(lab);
        assertEquals(before, lab.digest(), "looking changes nothing");

        List<double[]> inputs = new ArrayList<>();
        int[] labels = new int[5];
        for (Json each : trace.array("examples")) {
            JsonObject example = (JsonObject) each;
            labels[inputs.size()] = (int) example.integer("target");
            inputs.add(floats(example, "inputs"));
        }
        assertEquals(5, inputs.size());
        Perceptron expected = perceptron(trace, activation, loss.equals("mse"), l2);
        assertEquals(expected.run(inputs, labels), trace.number("loss"), CLOSE);

        for (int i = 0; i < 5; i++) {
            JsonObject example = (JsonObject) trace.array("examples").get(i);
            assertEquals(expected.losses.get(i), example.number("loss"), CLOSE);
            assertArrayEquals(expected.probabilities.get(i), numbers(example, "probabilities"), CLOSE);
            for (int layer = 0; layer < 3; layer++) {
                JsonObject told = (JsonObject) example.array("layers").get(layer);
                for (int unit = 0; unit < told.array("units").size(); unit++) {
                    JsonObject it = (JsonObject) told.array("units").get(unit);
                    double z = it.number("bias");
                    double[] products = numbers(it, "products");
                    for (int k = 0; k < products.length; k++) {
                        z += products[k];
                        assertEquals(
                                expected.weights.get(layer)[k][unit]
                                        * expected.a.get(i).get(layer)[k],
                                products[k],
                                CLOSE);
                    }
                    assertEquals(expected.z.get(i).get(layer)[unit], it.number("z"), CLOSE);
                    assertEquals(z, it.number("z"), CLOSE, "the products and the bias are all of it");
                    assertEquals(expected.deltas.get(i).get(layer)[unit], it.number("delta"), CLOSE);
                    if (layer < 2) {
                        assertEquals(expected.a.get(i).get(layer + 1)[unit], it.number("a"), CLOSE);
                        assertEquals(it.number("delta"), it.number("blame") * it.number("slope"), CLOSE);
                    }
                }
            }
        }

        for (int i = 0; i < 6; i++) {
            JsonObject parameter = (JsonObject) trace.array("parameters").get(i);
            double[] gradient =
                    i % 2 == 0 ? flat(expected.weightGradients.get(i / 2)) : expected.biasGradients.get(i / 2);
            assertArrayEquals(gradient, numbers(parameter, "gradient"), CLOSE);
            assertArrayEquals(gradient, numbers(parameter, "numeric"), 1e-8, "central differences");
            assertTrue(parameter.number("worst") < CLOSE);
            checkUpdate(parameter, gradient, optimizer, 7);
        }

        Perceptron after = new Perceptron(activation, loss.equals("mse"), l2);
        for (Json each : trace.array("parameters")) {
            JsonObject parameter = (JsonObject) each;
            int out = (int) numbers(parameter, "shape")[numbers(parameter, "shape").length - 1];
            double[] fresh = floats(parameter, "newWeight");
            if (parameter.array("shape").size() == 1) {
                after.biases.add(fresh);
            } else {
                double[][] matrix = new double[fresh.length / out][out];
                for (int i = 0; i < fresh.length; i++) {
                    matrix[i / out][i % out] = fresh[i];
                }
                after.weights.add(matrix);
            }
        }
        assertEquals(after.run(inputs, labels), trace.number("lossAfter"), CLOSE);
    }

    private static void checkUpdate(JsonObject parameter, double[] gradient, String optimizer, int step) {
        double[] old = floats(parameter, "weight");
        double[] fresh = floats(parameter, "newWeight");
        for (int i = 0; i < old.length; i++) {
            double moved = switch (optimizer) {
                case "sgd" -> 0.1 * gradient[i];
                case "momentum" -> {
                    JsonObject velocity = parameter.object("state").object("velocity");
                    double v = 0.9 * numbers(velocity, "before")[i] + gradient[i];
                    assertEquals(v, numbers(velocity, "after")[i], CLOSE);
                    yield 0.1 * v;
                }
                default -> {
                    List<String> slots =
                            List.copyOf(parameter.object("state").members().keySet());
                    JsonObject first = parameter.object("state").object(slots.get(0));
                    JsonObject second = parameter.object("state").object(slots.get(1));
                    double m = 0.9 * numbers(first, "before")[i] + 0.1 * gradient[i];
                    double v = 0.999 * numbers(second, "before")[i] + 0.001 * gradient[i] * gradient[i];
                    assertEquals(m, numbers(first, "after")[i], CLOSE);
                    assertEquals(v, numbers(second, "after")[i], CLOSE);
                    double mHat = m / (1 - Math.pow(0.9, step));
                    double vHat = v / (1 - Math.pow(0.999, step));
                    yield 0.1 * mHat / (Math.sqrt(vHat) + 1e-8);
                }
            };
            // Adam divides by what may be nearly nothing, so its steps carry the rounding of the gradient.
            assertEquals(old[i] - moved, fresh[i], optimizer.equals("adam") ? 2e-4 : CLOSE);
            assertEquals(fresh[i] - old[i], numbers(parameter, "change")[i], 1e-15);
        }
    }

    @Test
    void theNewWeightsAreThoseOfTheNextStep() {
        Lab lab = Lab.of(LabTest.specification("{'dropout': 0.3, 'optimizer': 'adam'}"));
        lab.step(11);
        JsonObject trace = Trace.ofNext(lab);
        lab.step(1);
        for (Json each : trace.array("parameters")) {
            JsonObject parameter = (JsonObject) each;
            float[] now = Picture.floats(lab.parameter(parameter.text("path")));
            double[] told = numbers(parameter, "newWeight");
            for (int i = 0; i < now.length; i++) {
                assertEquals(now[i], (float) told[i], 0);
            }
        }
        assertEquals(lab.history().lastLoss(), trace.number("dataLoss"), 0);
    }

    @Test
    void dropoutIsPartOfTheNextIteration() {
        Lab lab = Lab.of(LabTest.specification("{'dropout': 0.5, 'layers': [{'units': 64, 'activation': 'tanh'}]}"));
        JsonObject trace = Trace.ofNext(lab);
        JsonObject layer = (JsonObject) ((JsonObject) trace.array("examples").getFirst())
                .array("layers")
                .getFirst();
        int dropped = 0;
        for (Json each : layer.array("units")) {
            JsonObject unit = (JsonObject) each;
            double mask = unit.number("mask");
            assertTrue(mask == 0 || mask == 2, "" + mask);
            assertEquals(mask * Math.tanh(unit.number("z")), unit.number("a"), CLOSE);
            dropped += mask == 0 ? 1 : 0;
        }
        assertTrue(dropped > 10 && dropped < 54, "about half: " + dropped);
        assertTrue(((JsonObject) trace.array("parameters").getFirst()).number("worst") < CLOSE);
    }
}
