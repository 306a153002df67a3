package dev.nudge.studio.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.Shape;
import dev.nudge.train.Budget;
import dev.nudge.train.Keys;
import dev.nudge.train.Trainer;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.data.ArrayDataset;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabTest {
    static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"'), "test", JsonRules.CONFIGURATION);
    }

    static Specification specification(String text) {
        return Specification.of(json(text));
    }

    private static String digest(String text, int steps) {
        Lab lab = Lab.of(specification(text));
        lab.step(steps);
        return lab.digest();
    }

    @Test
    void aSessionIsARunOfTheTrainer() {
        Specification specification = specification(
                "{'seed': 7, 'data': {'kind': 'moons', 'points': 100}, 'layers': [{'units': 6, 'activation': 'relu'}],"
                        + " 'dropout': 0.2, 'batch': 9, 'learningRate': 0.01}");
        Lab lab = Lab.of(specification);
        lab.step(60);

        Part train = lab.train();
        float[] targets = new float[train.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = train.labels()[i];
        }
        Network network = Network.of(specification, Keys.of(7).init());
        Trainer.of(network, Losses.binaryCrossEntropy(), Optimizer.of(Adam.of(), 0.01, network), 7)
                .withBatch(9)
                .withBudget(Budget.steps(60))
                .fit(ArrayDataset.of(train.inputs(), Shape.of(2), targets, Shape.of(1)));
        assertEquals(WeightsHash.of(network), lab.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"circle", "xor", "moons", "spiral", "blobs"})
    void everyKindOfPointsIsLearntAndRepeatsItself(String kind) {
        String text = "{'data': {'kind': '" + kind + "', 'noise': 0.03, 'points': 300},"
                + " 'layers': [{'units': 16, 'activation': 'tanh'}, {'units': 16, 'activation': 'tanh'}],"
                + " 'batch': 32, 'learningRate': 0.02}";
        Lab lab = Lab.of(specification(text));
        double before = lab.computing(() -> lab.score(lab.train())).loss();
        lab.step(1500);
        History.Score after = lab.computing(() -> lab.score(lab.train()));
        assertTrue(after.loss() < 0.3 * before, kind + ": " + before + " -> " + after);
        assertTrue(after.accuracy() > 0.9, kind + ": " + after);
        assertEquals(digest(text, 200), digest(text, 200));
    }

    @Test
    void itTakesNoDifferenceHowManyStepsAreTakenAtOnce() {
        Lab lab = Lab.of(specification("{}"));
        for (int i = 0; i < 37; i++) {
            lab.step(1);
            Picture.state(lab);
        }
        assertEquals(digest("{}", 37), lab.digest());
        assertNotEquals(digest("{}", 36), lab.digest());
        assertNotEquals(digest("{'seed': 1}", 37), lab.digest());
    }

    @Test
    void aSpecificationSurvivesItsText() {
        Specification own = specification("{'data': {'kind': 'points', 'rows': [[1, 2, 0], [3, -40, 1], [0, 0, 2]]},"
                + " 'features': ['x1', 'x1*x2'], 'layers': [], 'l2': 0.1, 'validation': 0, 'test': 0, 'batch': 3,"
                + " 'weights': {'layers.0.bias': [0.1, 0.2, 0.3]}}");
        assertEquals(own, Specification.of(own.toJson()));
        assertEquals(3, own.outputs());
    }

    @Test
    void changesByHandAreRepeatedAtTheirSteps() {
        Lab lab = Lab.of(specification("{}"));
        lab.step(10);
        lab.setRate(0.001);
        lab.step(5);
        lab.setWeight("layers.0.weight", List.of(1, 3), 2.5);
        lab.step(20);
        assertEquals(lab.digest(), lab.again(35).digest());
        assertNotEquals(lab.digest(), digest("{}", 35));
        assertThrows(NudgeException.class, () -> lab.setWeight("layers.0.weight", List.of(2, 0), 1));
        assertThrows(NudgeException.class, () -> lab.setWeight("layers.9.weight", List.of(0, 0), 1));
    }

    @Test
    void theStateShowsTheWeightsAndWhatTheySeparate() {
        Lab lab = Lab.of(
                specification("{'layers': [], 'validation': 0, 'test': 0, 'weights': {'layers.0.weight': [[4], [0]],"
                        + " 'layers.0.bias': [-2]}}"));
        JsonObject state = Picture.state(lab);
        JsonObject layer = (JsonObject) state.array("layers").getFirst();
        assertEquals("[[4.0],[0.0]]", layer.find("weight").compact());
        JsonObject grid = (JsonObject) state.array("output").getFirst();
        byte[] cells = Base64.getDecoder().decode(grid.text("cells"));
        for (int column : new int[] {0, 31, 42, 63}) {
            double x1 = -1.5 + 3.0 * (column + 0.5) / 64;
            double probability = 1 / (1 + Math.exp(-(4 * x1 - 2)));
            assertEquals(255 * probability, cells[17 * 64 + column] & 0xff, 0.51);
        }
        assertEquals("null", state.find("overfit").compact());
        assertEquals(lab.digest(), state.text("digest"));
    }

    @Test
    void thePictureHasTheTopRowFirst() {
        Lab lab = Lab.of(specification("{'layers': [], 'weights': {'layers.0.weight': [[0], [9]]}}"));
        JsonObject grid = (JsonObject) Picture.state(lab).array("output").getFirst();
        byte[] cells = Base64.getDecoder().decode(grid.text("cells"));
        assertTrue((cells[5] & 0xff) > 250, "x2 is large at the top");
        assertTrue((cells[63 * 64 + 5] & 0xff) < 5);
    }

    @Test
    void pointsOfOnesOwnAreMappedIntoThePicture() {
        Lab lab = Lab.of(specification("{'data': {'kind': 'points', 'rows': [[0, 0, 0], [100, 0.5, 1], [50, 1, 0]]},"
                + " 'validation': 0, 'test': 0}"));
        assertArrayEquals(new double[] {50, 0}, lab.points().middle());
        assertArrayEquals(new double[] {50, 1}, lab.points().half());
        assertArrayEquals(new float[] {-1, 0, 1, 0.5f, 0, 1}, lab.points().xy());
    }

    @Test
    void aRunThatLeavesTheNumbersSaysSo() {
        Lab lab = Lab.of(specification("{'optimizer': 'sgd', 'learningRate': 1000, 'loss': 'cross-entropy',"
                + " 'layers': [{'units': 8, 'activation': 'linear'}, {'units': 8, 'activation': 'linear'}]}"));
        lab.step(2000);
        assertNotNull(lab.problem());
        assertTrue(lab.problem().contains("learning rate"), lab.problem());
        long steps = lab.step();
        lab.step(10);
        assertEquals(steps, lab.step(), "it has ended");
    }

    @Test
    void learningByHeartIsNoticedWithItsEpoch() {
        Lab lab = Lab.of(
                specification("{'data': {'kind': 'circle', 'points': 80, 'noise': 0.3}, 'validation': 0.7, 'test': 0,"
                        + " 'layers': [{'units': 64, 'activation': 'relu'}, {'units': 64, 'activation': 'relu'}],"
                        + " 'batch': 8, 'learningRate': 0.01}"));
        lab.step(9);
        assertNull(lab.history().overfitSince(0));
        lab.step(600);
        JsonObject overfit = Picture.state(lab).object("overfit");
        assertTrue(overfit.integer("since") > overfit.integer("best"));
        assertTrue(overfit.text("words").startsWith("Overfitting since epoch " + overfit.integer("since")));
        assertEquals(24, lab.train().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'layers': [{'units': 65}]}",
                "{'layers': [{'units': 0}]}",
                "{'layers': [{'units': 8, 'activation': 'magic'}]}",
                "{'layers': [{}, {}, {}, {}, {}, {}, {}]}",
                "{'layers': 7}",
                "{'learningRate': 0}",
                "{'learningRate': 1e9}",
                "{'learningRate': 'fast'}",
                "{'batch': 0}",
                "{'batch': 1.5}",
                "{'data': {'points': 2001}}",
                "{'data': {'points': 3}}",
                "{'data': {'kind': 'cat'}}",
                "{'data': {'kind': 'points'}}",
                "{'data': {'kind': 'points', 'rows': [[1, 2, 0]]}}",
                "{'data': {'kind': 'points', 'rows': [[1, 2, 0], [1, 2, 6]]}}",
                "{'data': {'kind': 'points', 'rows': [[1, 2, 0], [1, 2, 0.5]]}}",
                "{'data': {'kind': 'points', 'rows': [[1, 2, 0], [1e300, 2, 1]]}}",
                "{'data': {'noise': -1}}",
                "{'validation': 0.6, 'test': 0.6}",
                "{'features': []}",
                "{'features': ['x1', 'x1']}",
                "{'features': ['x3']}",
                "{'optimizer': 'magic'}",
                "{'weightDecay': 0.1, 'optimizer': 'sgd'}",
                "{'data': {'kind': 'blobs', 'classes': 3}, 'loss': 'mse'}",
                "{'weights': {'layers.0.weight': [1, 2, 3]}}",
                "{'weights': {'nowhere': [1]}}",
                "{'weights': {'layers.0.bias': ['x']}}",
                "{'learnignRate': 0.1}"
            })
    void whatIsOutOfRangeIsRefused(String text) {
        NudgeException refused = assertThrows(NudgeException.class, () -> Lab.of(specification(text)));
        assertTrue(refused.code().startsWith("E"), refused.getMessage());
    }
}
