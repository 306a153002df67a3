package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/// What decides whether a run may change anything: its loss, its gradients and the new values of its buffers must be
/// finite.
///
/// @param loss       the loss
/// @param squares    `‖gradient‖²` of each parameter, before clipping; kept, for the sum needs them anyway
/// @param norm       `√ Σ ‖gradient‖²`, an `F64` scalar
/// @param measured   scalars that are all finite exactly when everything is
/// @param finite     whether they are
/// @param finiteness of the parameters
record Guard(
        Tensor loss, List<Tensor> squares, Tensor norm, List<Tensor> measured, Tensor finite, Finiteness finiteness) {
    static Guard of(
            Tensor loss, Function<Parameter, Tensor> gradients, List<Assignment> updates, Finiteness finiteness) {
        List<Tensor> squares = finiteness.parameters().values().stream()
                .map(parameter -> gradients.apply(parameter).sumOfSquares().keep())
                .toList();
        Tensor norm = squares.stream()
                .map(square -> square.cast(DType.F64))
                .reduce(Tensor::add)
                .orElseThrow()
                .sqrt();
        List<Tensor> measured = new ArrayList<>(List.of(loss.keep(), norm.keep()));
        for (Assignment update : updates) { // statistics can overflow where loss and gradients do not
            measured.add(update.value().mul(0).sum().cast(DType.F64));
        }
        Tensor finite = measured.stream()
                .map(Tensor::isFinite)
                .reduce(Tensor::and)
                .orElseThrow()
                .keep();
        return new Guard(loss, squares, norm, measured, finite, finiteness);
    }

    /// The assignment if everything is finite; else the variable keeps its value.
    Assignment assign(Assignment assignment) {
        Variable variable = assignment.variable();
        return new Assignment(
                variable, finite.broadcastTo(variable.shape()).where(assignment.value(), variable.tensor()));
    }

    /// What is to be read of a run, for a [Reading].
    List<Tensor> outputs() {
        List<Tensor> outputs = new ArrayList<>(List.of(finite, loss, norm));
        outputs.addAll(squares);
        return outputs;
    }

    /// What is known of a run.
    ///
    /// @param isFinite      whether it was allowed to change anything
    /// @param loss          the loss
    /// @param gradientNorm  norm of all gradients together, before clipping
    /// @param gradientNorms norm of the gradient of each parameter by path, before clipping
    record Reading(boolean isFinite, double loss, double gradientNorm, SequencedMap<String, Double> gradientNorms) {
        /// @param paths  of the parameters
        /// @param values of [Guard#outputs()]
        static Reading of(Collection<String> paths, List<Value> values) {
            SequencedMap<String, Double> norms = new LinkedHashMap<>();
            for (String path : paths) {
                norms.put(path, Math.sqrt(values.get(3 + norms.size()).at(0)));
            }
            return new Reading(
                    values.get(0).at(0) != 0,
                    values.get(1).at(0),
                    values.get(2).at(0),
                    Collections.unmodifiableSequencedMap(norms));
        }

        Optimizer.Result result(long step, double learningRate) {
            return new Optimizer.Result(step, learningRate, gradientNorm, loss, gradientNorms);
        }
    }

    /// Runs loss, gradients and assignments as one.
    ///
    /// @param step number of the step, for the error
    /// @param also what else is to be read afterwards
    /// @throws NonFiniteException if anything is not finite; the assignments have given each variable its old value
    Reading run(long step, List<Assignment> assignments, List<Tensor> also) {
        List<Tensor> outputs = outputs();
        outputs.addAll(also);
        finiteness.begin(step - 1);
        Execution.current().run(assignments, outputs);
        return checked(step);
    }

    /// What a run has given.
    ///
    /// @throws NonFiniteException as [#run]
    Reading checked(long step) {
        Reading reading = Reading.of(
                finiteness.parameters().keySet(),
                outputs().stream().map(Tensor::value).toList());
        if (!reading.isFinite()) {
            throw refusal(step);
        }
        return reading;
    }

    /// Why nothing was assigned, when something is not finite.
    NonFiniteException refusal(long step) {
        return Diagnosis.of(step, measured, finiteness).exception();
    }
}
