package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.cpu.KernelProvider;
import dev.nudge.train.io.Json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainPlanCommandTest {
    @Test
    void aStepTakesTheProductsOfTheTwoPasses() {
        Shell.Result shown =
                Shell.run("explain", "plan", "--json", "--model", "mlp:32", "--dropout", "0", "--batch", "16");
        assertEquals(Main.DONE, shown.exitCode(), shown.err());
        List<JsonObject> steps = shown.events("planStep");
        long products = steps.stream()
                .filter(step -> step.text("kernel").equals("matmul"))
                .mapToLong(step -> step.integer("flops"))
                .sum();
        // Forward 64 x 32 and 32 x 10; backward both weights, and the inputs of the second layer alone.
        assertEquals(2 * 16 * (64 * 32 + 32 * 10) + 2 * 16 * (64 * 32 + 32 * 10 + 32 * 10), products);
        assertTrue(steps.stream().allMatch(step -> step.number("microseconds") > 0), shown.out());
        assertTrue(steps.stream().anyMatch(step -> step.text("layer").equals("layers.0")), shown.out());
        assertTrue(steps.stream().allMatch(ExplainPlanCommandTest::isOfJava), shown.out());
    }

    /// Or computed by its meaning, as what is in double precision.
    private static boolean isOfJava(JsonObject step) {
        return step.text("supplier").startsWith("java")
                || (step.text("supplier").equals("reference")
                        && step.text("operands").contains("F64"));
    }

    @Test
    void aStepSaysWhoseKernelComputesIt() {
        KernelProvider provider = CpuBackend.of(1).providers().getFirst();
        assumeTrue(provider.obstacle().isEmpty(), () -> provider.obstacle().orElseThrow());
        Shell.Result shown = Shell.run("explain", "plan", "--model", "mlp:400,400", "--batch", "400", "--dropout", "0");
        assertEquals(Main.DONE, shown.exitCode(), shown.err());
        List<String> products = shown.out()
                .lines()
                .filter(line -> line.startsWith("matmul in layers.2 "))
                .toList();
        assertFalse(products.isEmpty(), shown.out());
        assertTrue(products.stream().allMatch(line -> line.contains(provider.name())), shown.out());
    }

    @Test
    void wrongOptionsAreRefusedAsInTrain() {
        Shell.Result refused = Shell.run("explain", "plan", "--optimizer", "adm");
        assertEquals(Main.USAGE, refused.exitCode());
        assertTrue(refused.err().contains("Did you mean adam?"), refused.err());
    }
}
