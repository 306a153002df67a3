package dev.nudge.nn.optim;

import java.util.List;

/// Thrown when the loss or a gradient of a step is NaN or infinite, where the step changed nothing; or when parameters
/// are found to be so before they are saved.
public final class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    /// Error code: `E701` an operation, `E702` an input, `E703` a parameter.
    private final String code;

    private final long step;
    private final String op;
    private final String path;
    private final transient List<Integer> rows;

    NonFiniteException(String code, long step, String op, String path, List<Integer> rows, String message) {
        super(message);
        this.code = code;
        this.step = step;
        this.op = op;
        this.path = path;
        this.rows = List.copyOf(rows);
    }

    /// Error code: `E701` for an operation, `E702` for an input, `E703` for a parameter.
    public String code() {
        return code;
    }

    /// Number of the step that was refused, from 1; of the last one taken where [Optimizer#checkFinite] found it.
    public long step() {
        return step;
    }

    /// Name of the operation where the first such number appeared.
    public String op() {
        return op;
    }

    /// Path of the layer it belongs to, or of the parameter; empty outside any.
    public String path() {
        return path;
    }

    /// Rows of the batch that hold such numbers, ascending; empty if the value has no axis of examples, as a parameter.
    public List<Integer> rows() {
        return rows;
    }
}
