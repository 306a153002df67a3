import org.jspecify.annotations.NullMarked;

/// Tensors, operations, gradients, and the planner that runs them.
@NullMarked
module dev.nudge.tensor {
    requires static org.jspecify;

    exports dev.nudge.tensor;
    exports dev.nudge.tensor.backend;
    exports dev.nudge.tensor.plan;

    uses dev.nudge.tensor.Execution;
    uses dev.nudge.tensor.backend.Backend;

    provides dev.nudge.tensor.Execution with
            dev.nudge.tensor.plan.PlannedExecution;
}
