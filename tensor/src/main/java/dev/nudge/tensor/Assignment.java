package dev.nudge.tensor;

/// A variable and the graph of the value that it is to get.
public record Assignment(Variable variable, Tensor value) {
    /// Checks that the types agree.
    public Assignment {
        if (!variable.type().equals(value.type())) {
            throw new ShapeException("assign: the variable is " + variable.type() + ", the new value " + value.type());
        }
    }
}
