package dev.nudge.nn.optim;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The latest step that was written as a graph, which is run again on losses of the same structure.
///
/// Backward pass and update follow from the loss, so their graph need not be written for each: of a step of a small
/// network that takes a third of the time.
final class LatestStep {
    private final Collection<Parameter> parameters;
    private @Nullable Execution execution;
    private Optional<Execution.Repetition> repetition = Optional.empty();

    LatestStep(Collection<Parameter> parameters) {
        this.parameters = parameters;
    }

    /// Runs a step that was written, and remembers it.
    void run(Gradients gradients, Turn turn, List<Assignment> changes, List<Tensor> outputs) {
        repetition = Optional.empty(); // if the run fails, nothing is remembered
        execution = Execution.current();
        repetition = execution.runRepeatably(changes, outputs, gradients.loss(), turn.feeds());
    }

    /// Takes the step on these gradients, if it is the same but for its data; gives the values of the outputs.
    Optional<List<Value>> again(Gradients gradients, Turn turn) {
        return execution == Execution.current() && gradients.variables().containsAll(parameters)
                ? repetition.flatMap(known -> known.run(gradients.loss(), turn.values()))
                : Optional.empty();
    }
}
