package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;

/// A bound on the weights into each unit: after a step of another rule, weights whose norm is larger than
/// `limit` are scaled down to it.
///
/// The weights into unit `j` are all elements of a parameter whose last index is `j`; vectors, such as biases,
/// are left alone.
///
/// Source: Srivastava et al. 2014, JMLR 15, section 5.1.
///
/// @param rule  the rule that takes the step
/// @param limit largest norm
public record MaxNorm(UpdateRule rule, double limit) implements UpdateRule {
    /// Checks the limit.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public MaxNorm {
        Hyper.positive("maxNorm", "limit", limit);
    }

    @Override
    public String name() {
        return "maxNorm+" + rule.name();
    }

    @Override
    public List<String> slots() {
        return rule.slots();
    }

    @Override
    public Value initial(String slot, Type parameter) {
        return rule.initial(slot, parameter);
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Update update = rule.update(step, parameter, gradient, state);
        Tensor moved = update.parameter();
        int rank = moved.shape().rank();
        if (rank < 2) {
            return update;
        }
        Tensor columns =
                moved.reshape(moved.shape().product(0, rank - 1), moved.shape().extent(-1));
        Tensor norms = columns.square().sumKeep(0).sqrt();
        Tensor bound = norms.constantLike(limit);
        Tensor within = columns.mul(bound.div(norms.max(bound)));
        return new Update(within.reshape(moved.shape()), update.state());
    }
}
