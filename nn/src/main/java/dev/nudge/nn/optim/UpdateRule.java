package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import java.util.List;

/// How a gradient changes a parameter, as pure graph: new values from old ones.
///
/// A rule is a record of its hyper-parameters; what it remembers from step to step lives in the [Optimizer].
///
/// {@snippet class="OptimizerSnippets" region="rule"}
public interface UpdateRule {
    /// Name for run records and checkpoints, such as `adam`.
    String name();

    /// Names of the tensors that the rule remembers for each parameter; each is of the parameter's type and starts
    /// at zero.
    List<String> slots();

    /// The parameter and the remembered tensors after one step.
    ///
    /// @param state the remembered tensors, as [#slots()] lists them
    Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state);

    /// What changes from step to step.
    ///
    /// @param number step number from 1, an `F64` scalar
    /// @param rate   learning rate, an `F64` scalar
    record Step(Tensor number, Tensor rate) {}

    /// New values.
    ///
    /// @param parameter the parameter
    /// @param state     the remembered tensors, as [#slots()] lists them
    record Update(Tensor parameter, List<Tensor> state) {
        /// Copies the list.
        public Update {
            state = List.copyOf(state);
        }
    }
}
