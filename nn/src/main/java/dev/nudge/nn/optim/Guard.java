package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/// What decides whether a run may change anything: its loss, its gradients and the new values of its buffers must be
/// finite.
///
/// @param loss     the loss
/// @param norms    norms of the gradients
/// @param measured scalars that are all finite exactly when everything is
/// @param finite   whether they are
record Guard(Tensor loss, GradientNorms norms, List<Tensor> measured, Tensor finite) {
    static Guard of(Tensor loss, GradientNorms norms, List<Assignment> updates) {
        List<Tensor> measured =
                new ArrayList<>(List.of(loss.keep(), norms.global().keep()));
        for (Assignment update : updates) { // statistics can overflow where loss and gradients do not
            measured.add(update.value().mul(0).sum().cast(DType.F64));
        }
        Tensor finite = measured.stream()
                .map(Tensor::isFinite)
                .reduce(Tensor::and)
                .orElseThrow()
                .keep();
        return new Guard(loss, norms, measured, finite);
    }

    /// Norm of all gradients together, an `F64` scalar.
    Tensor norm() {
        return norms.global();
    }

    /// What is known of the step once it has run.
    Optimizer.Result result(long step, double learningRate) {
        return new Optimizer.Result(step, learningRate, norm().item(), loss.item(), norms.values());
    }

    /// The assignment if everything is finite; else the variable keeps its value.
    Assignment assign(Assignment assignment) {
        Variable variable = assignment.variable();
        return new Assignment(
                variable, finite.broadcastTo(variable.shape()).where(assignment.value(), variable.tensor()));
    }

    /// Runs loss, gradients and assignments as one.
    ///
    /// @param step       number of the step, for the error
    /// @param also       what else is to be read afterwards
    /// @param finiteness of the parameters, for the error
    /// @throws NonFiniteException if anything is not finite; the assignments have given each variable its old value
    void run(long step, List<Assignment> assignments, List<Tensor> also, Finiteness finiteness) {
        List<Tensor> outputs = new ArrayList<>(List.of(loss, norm(), finite));
        outputs.addAll(also);
        finiteness.begin(step - 1);
        Execution.current().run(assignments, outputs);
        if (finite.item() == 0) {
            throw Diagnosis.of(step, measured, finiteness).exception();
        }
    }
}
