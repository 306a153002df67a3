package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// The moments that [Adam] and its relatives share: `m ← beta1 m + (1 - beta1) g`, `v ← beta2 v + (1 - beta2) g²`.
///
/// @param mean     `m`
/// @param variance `v`, not centered
record Moments(Tensor mean, Tensor variance) {
    private record Rate(double beta1, DType dtype) {}

    private record Shrink(double beta2, DType dtype) {}

    static final List<String> SLOTS = List.of("mean", "variance");

    static void check(String rule, double beta1, double beta2, double epsilon) {
        Hyper.fraction(rule, "beta1", beta1);
        Hyper.fraction(rule, "beta2", beta2);
        Hyper.positive(rule, "epsilon", epsilon);
    }

    static Moments of(Tensor gradient, List<Tensor> state, double beta1, double beta2) {
        Tensor mean = Hyper.runningMean(state.get(0), gradient, beta1);
        Tensor variance = Hyper.runningMean(state.get(1), gradient.square(), beta2);
        return new Moments(mean, variance);
    }

    /// `rate · mHat / (√vHat + epsilon)`, where `mHat = m / (1 - beta1^t)` and `vHat = v / (1 - beta2^t)` undo the
    /// pull of the zeros that `m` and `v` started from.
    ///
    /// @param largest what stands for `v` in the divisor: itself, or what [AmsGrad] makes of it
    Tensor step(UpdateRule.Step step, Tensor largest, double beta1, double beta2, double epsilon) {
        // The corrections are scalars: computed in double precision and rounded once, they cost nothing per element.
        DType dtype = mean.dtype();
        Tensor rate = step.shared(
                new Rate(beta1, dtype),
                () -> step.rate().div(Hyper.correction(beta1, step.number())).cast(dtype));
        Tensor shrink = step.shared(
                new Shrink(beta2, dtype),
                () -> Hyper.correction(beta2, step.number()).sqrt().cast(dtype));
        return mean.mul(rate).div(largest.sqrt().div(shrink).add(epsilon));
    }

    Tensor step(UpdateRule.Step step, double beta1, double beta2, double epsilon) {
        return step(step, variance, beta1, beta2, epsilon);
    }

    List<Tensor> state() {
        return List.of(mean, variance);
    }
}
