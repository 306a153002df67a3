package dev.nudge.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.bench.Choices;
import dev.nudge.bench.Trainee;
import dev.nudge.bench.Workload;
import dev.nudge.nn.Layer;
import dev.nudge.tensor.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SameWorkTest {
    private static final List<String> WORKLOADS = List.of("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10");

    private static Workload small(String name) {
        return Choices.of(new String[] {name, "--batch", "4"}).workload();
    }

    private static long parameters(Workload workload) {
        Layer model = workload.network().of(workload.width(), RandomKey.of(1));
        return model.parameters().values().stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
    }

    /// With random weights all classes are about as likely, so the loss begins near the logarithm of their number.
    @TestFactory
    List<DynamicTest> libtorchTrainsTheSameNetworks() {
        return WORKLOADS.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Workload workload = small(name);
                    Trainee trainee = Peers.trainee("libtorch", workload, 1).orElseThrow();
                    // The LSTM of libtorch has two biases where one does the same: four parts of 256 more.
                    long more = name.equals("W6") ? 4 * 256 : 0;
                    assertEquals(parameters(workload) + more, trainee.parameters());
                    double first = trainee.step(0);
                    assertEquals(Math.log(workload.classes()), first, 0.6);
                    double last = first;
                    for (int step = 0; step < 8; step++) {
                        last = trainee.step(0);
                    }
                    assertTrue(last < first, "loss of one batch: " + first + ", then " + last);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> tensorFlowTrainsTheSameNetworks() {
        return Stream.of("W1", "W2", "W3", "W7")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Workload workload = small(name);
                    Trainee trainee = Peers.trainee("tensorflow", workload, 1).orElseThrow();
                    assertEquals(parameters(workload), trainee.parameters());
                    double first = trainee.step(0);
                    assertEquals(Math.log(workload.classes()), first, 0.8);
                    double last = first;
                    for (int step = 0; step < 8; step++) {
                        last = trainee.step(0);
                    }
                    assertTrue(last < first, "loss of one batch: " + first + ", then " + last);
                }))
                .toList();
    }

    @Test
    void whatTensorFlowCannotTrainItDoesNotClaim() {
        assertEquals(Optional.empty(), Peers.trainee("tensorflow", small("W6"), 1));
    }

    @Test
    void onlyThoseThatThereAreHaveAName() {
        String message = assertThrows(IllegalArgumentException.class, () -> Peers.trainee("caffe", small("W1"), 1))
                .getMessage();
        assertEquals("bench: --peer takes libtorch or tensorflow, found 'caffe'", message);
    }

    @TestFactory
    List<DynamicTest> networksGrowWithTheWidthAsThoseOfNudge() {
        return WORKLOADS.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Workload workload = Choices.of(new String[] {name, "--batch", "1", "--width", "48"})
                            .workload();
                    long more = name.equals("W6") ? 4 * 48 : 0;
                    assertEquals(
                            parameters(workload) + more,
                            Peers.trainee("libtorch", workload, 1).orElseThrow().parameters());
                }))
                .toList();
    }
}
