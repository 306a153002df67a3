package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// AMSGrad: [Adam] whose divisor never shrinks, because the largest `v` so far stands in the place of `v`.
///
/// Adam can forget a rare large gradient so fast that it moves away from the optimum; this cannot. The paper leaves out
/// the corrections for the start at zero; here both are made, after the maximum, as in PyTorch (optax corrects before
/// it).
///
/// Source: Reddi, Kale and Kumar 2018, arXiv:1904.09237, Algorithm 2.
///
/// @param beta1   share of the running mean that stays, in `[0, 1)`
/// @param beta2   share of the running mean square that stays, in `[0, 1)`
/// @param epsilon keeps the divisor away from zero
/// @param l2      strength of the penalty `l2/2 ‖p‖²` on the loss
public record AmsGrad(double beta1, double beta2, double epsilon, double l2) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public AmsGrad {
        Moments.check("amsgrad", beta1, beta2, epsilon);
        Hyper.atLeastZero("amsgrad", "l2", l2);
    }

    /// The parameters of [Adam#of()].
    public static AmsGrad of() {
        return new AmsGrad(0.9, 0.999, 1e-8, 0);
    }

    /// The same with other betas.
    public AmsGrad withBetas(double first, double second) {
        return new AmsGrad(first, second, epsilon, l2);
    }

    /// The same with another epsilon.
    public AmsGrad withEpsilon(double other) {
        return new AmsGrad(beta1, beta2, other, l2);
    }

    /// The same with a penalty.
    public AmsGrad withL2(double penalty) {
        return new AmsGrad(beta1, beta2, epsilon, penalty);
    }

    @Override
    public String name() {
        return "amsgrad";
    }

    @Override
    public List<String> slots() {
        return List.of("mean", "variance", "largest");
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Moments moments = Moments.of(g, state, beta1, beta2);
        Tensor largest = state.get(2).max(moments.variance());
        List<Tensor> next = new ArrayList<>(moments.state());
        next.add(largest);
        return new Update(parameter.sub(moments.step(step, largest, beta1, beta2, epsilon)), next);
    }
}
