package dev.nudge.peers;

import static org.bytedeco.pytorch.global.torch.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.bench.Update;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LibtorchUpdateTest {
    /// With gradients 1 and then -1 the second moment of Adam, freed of its bias, is 1, and the first is 1 and then
    /// `-(1 - β1) / (1 + β1)`: the rate of the workloads with the betas in the right places.
    @TestFactory
    List<DynamicTest> adamTakesTheStepsThatItsFormulaSays() {
        return List.of(
                DynamicTest.dynamicTest("plain", () -> follows(false)),
                DynamicTest.dynamicTest("fused", () -> follows(true)));
    }

    private static void follows(boolean fused) {
        Tensor parameter = tensor(0f).requires_grad_(true);
        TensorVector parameters = new TensorVector(parameter);
        LibtorchUpdate update =
                fused ? new LibtorchFusedUpdate(Update.ADAM, parameters) : LibtorchUpdate.of(Update.ADAM, parameters);
        double rate = Update.ADAM.rate();
        double beta1 = Update.ADAM.beta1();
        double first = step(update, parameter, 1);
        assertEquals(-rate, first, 1e-4 * rate);
        double second = step(update, parameter, -1);
        assertEquals(rate * (1 - beta1) / (1 + beta1), second - first, 1e-4 * rate);
    }

    /// The parameter after a step along `gradient`.
    private static double step(LibtorchUpdate update, Tensor parameter, double gradient) {
        update.clear();
        parameter.mul(new Scalar(gradient)).backward();
        try (NoGradGuard _ = new NoGradGuard()) {
            update.step();
        }
        return parameter.item_float();
    }
}
