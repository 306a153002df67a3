package dev.nudge.studio.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The presets, the sharpness and the comparison of learning rates.
class RatesTest {
    private static JsonObject preset(String id) {
        return Presets.all().elements().stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.text("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject trace(String id) {
        return Trace.ofRows(Lab.of(Specification.of(preset(id).object("specification"))), new int[] {0});
    }

    private static JsonObject first(JsonObject trace) {
        return (JsonObject) trace.array("examples").getFirst();
    }

    private static double delta(JsonObject trace) {
        JsonObject layer = (JsonObject) first(trace).array("layers").getLast();
        return ((JsonObject) layer.array("units").getFirst()).number("delta");
    }

    private static double probability(JsonObject trace, int index) {
        return ((JsonNumber) first(trace).array("probabilities").get(index)).asDouble();
    }

    @Test
    void theNumbersOfThePresetsComeOut() {
        JsonObject fruit = trace("fruit");
        assertEquals(0.92, probability(fruit, 1), 1e-6);
        assertEquals(-Math.log(0.08), fruit.number("loss"), 1e-5);
        assertEquals(0.92, delta(fruit), 1e-6);
        JsonObject squared = trace("fruit-mse");
        assertEquals(0.92 * 0.92, squared.number("loss"), 1e-6);
        assertEquals(2 * 0.92 * 0.92 * 0.08, delta(squared), 1e-6);
        JsonObject dog = trace("dog");
        assertEquals(0.73, probability(dog, 0), 1e-6);
        assertEquals(0.15, probability(dog, 1), 1e-6);
        assertEquals(-Math.log(0.73), dog.number("loss"), 1e-6);
        assertEquals(-Math.log(0.12), trace("dog-wrong").number("loss"), 1e-5);
        JsonObject nudge = (JsonObject) trace("nudge").array("parameters").get(2);
        assertEquals(0.2374, ((JsonNumber) nudge.array("gradient").getFirst()).asDouble(), 1e-6);
        assertEquals(1.2 - 0.1 * 0.2374, ((JsonNumber) nudge.array("newWeight").getFirst()).asDouble(), 1e-6);
        for (Json each : Presets.all().elements()) {
            Lab.of(Specification.of(((JsonObject) each).object("specification")))
                    .step(1);
        }
    }

    // ---- sharpness ------------------------------------------------------------------------------------------------

    /// The largest eigenvalue of a symmetric matrix, by Jacobi's rotations.
    private static double largest(double[][] matrix) {
        int n = matrix.length;
        for (int sweep = 0; sweep < 50; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(matrix[p][q]) < 1e-15) {
                        continue;
                    }
                    double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
                    double t = Math.signum(theta == 0 ? 1 : theta) / (Math.abs(theta) + Math.hypot(theta, 1));
                    double c = 1 / Math.hypot(t, 1);
                    double s = t * c;
                    for (int k = 0; k < n; k++) {
                        double kp = matrix[k][p];
                        double kq = matrix[k][q];
                        matrix[k][p] = c * kp - s * kq;
                        matrix[k][q] = s * kp + c * kq;
                    }
                    for (int k = 0; k < n; k++) {
                        double pk = matrix[p][k];
                        double qk = matrix[q][k];
                        matrix[p][k] = c * pk - s * qk;
                        matrix[q][k] = s * pk + c * qk;
                    }
                }
            }
        }
        double largest = matrix[0][0];
        for (int i = 1; i < n; i++) {
            largest = Math.max(largest, matrix[i][i]);
        }
        return largest;
    }

    @Test
    void theSharpnessOfALogisticRegressionIsThatOfItsClosedForm() {
        Lab lab = Lab.of(LabTest.specification("{'layers': [], 'data': {'kind': 'moons', 'points': 100}}"));
        lab.step(20);
        float[] w = Picture.floats(lab.parameter("layers.0.weight"));
        float bias = Picture.floats(lab.parameter("layers.0.bias"))[0];
        double[][] hessian = new double[3][3]; // mean of p (1 - p) x xᵀ, with x = (x1, x2, 1)
        for (int i = 0; i < lab.train().size(); i++) {
            double[] x = {lab.train().xy()[2 * i], lab.train().xy()[2 * i + 1], 1};
            double p = 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + bias)));
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 3; b++) {
                    hessian[a][b] += p * (1 - p) * x[a] * x[b] / lab.train().size();
                }
            }
        }
        assertEquals(largest(hessian), Sharpness.of(lab).lambda(), 1e-4);
    }

    /// Of a network with one hidden layer of tanh, by differences of a loss that is written out here.
    @Test
    void theSharpnessOfANetworkIsThatOfItsWholeHessian() {
        Lab lab = Lab.of(LabTest.specification(
                "{'layers': [{'units': 3, 'activation': 'tanh'}], 'data': {'kind': 'xor', 'points': 60}}"));
        lab.step(50);
        double[] start = new double[13];
        int at = 0;
        for (String path : List.of("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias")) {
            for (float number : Picture.floats(lab.parameter(path))) {
                start[at++] = number;
            }
        }
        double h = 1e-3;
        double[][] hessian = new double[13][13];
        for (int a = 0; a < 13; a++) {
            for (int b = 0; b < 13; b++) {
                double sum = 0;
                for (int[] sign : new int[][] {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
                    double[] moved = start.clone();
                    moved[a] += sign[0] * h;
                    moved[b] += sign[1] * h;
                    sum += sign[0] * sign[1] * loss(lab.train(), moved);
                }
                hessian[a][b] = sum / (4 * h * h);
            }
        }
        double expected = largest(hessian);
        assertEquals(expected, Sharpness.of(lab).lambda(), 2e-3 * expected);
    }

    private static double loss(Part part, double[] w) {
        double sum = 0;
        for (int i = 0; i < part.size(); i++) {
            double logit = w[12];
            for (int unit = 0; unit < 3; unit++) {
                logit += w[9 + unit]
                        * Math.tanh(part.xy()[2 * i] * w[unit] + part.xy()[2 * i + 1] * w[3 + unit] + w[6 + unit]);
            }
            sum += Math.log1p(Math.exp(part.labels()[i] == 1 ? -logit : logit));
        }
        return sum / part.size();
    }

    // ---- learning rates -------------------------------------------------------------------------------------------

    private static List<String> verdicts(JsonObject compared) {
        return compared.array("runs").stream()
                .map(run -> ((JsonObject) run).text("verdict"))
                .toList();
    }

    @Test
    void theUsualTableHoldsForTheNetworkOfThePresetAndNotWithPlainGradientDescent() {
        JsonObject adam = Rates.compare(JsonObject.EMPTY
                .with("specification", preset("rates-adam").object("specification"))
                .with("steps", 1200));
        assertEquals(List.of("too high", "good", "too low"), verdicts(adam), adam.text("words"));
        assertTrue(adam.text("words").contains("holds"), adam.text("words"));
        JsonObject sgd = Rates.compare(JsonObject.EMPTY
                .with("specification", preset("rates-sgd").object("specification"))
                .with("steps", 1200));
        assertEquals("too low", verdicts(sgd).get(1), sgd.text("words"));
        assertTrue(sgd.text("words").contains("does not hold"), sgd.text("words"));
    }

    @Test
    void aRunAboveTheLimitOfItsSharpnessRises() {
        String text = "{'layers': [], 'optimizer': 'sgd', 'batch': 1000, 'data': {'kind': 'moons'}, 'loss': 'mse',"
                + " 'l2': 5, 'validation': 0, 'test': 0}"; // the penalty makes it nearly a bowl
        double limit = 2 / Sharpness.of(Lab.of(LabTest.specification(text))).lambda();
        for (double share : new double[] {0.8, 1.3}) {
            Lab lab =
                    Lab.of(LabTest.specification(text.replace("'l2'", "'learningRate': " + share * limit + ", 'l2'")));
            double before = norm(lab);
            lab.step(15);
            assertEquals(share > 1, norm(lab) > before, "at " + share + " of the limit");
        }
    }

    private static double norm(Lab lab) {
        double sum = 0;
        for (float number : Picture.floats(lab.parameter("layers.0.weight"))) {
            sum += number * number;
        }
        return sum;
    }
}
