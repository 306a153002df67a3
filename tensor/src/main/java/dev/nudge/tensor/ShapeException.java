package dev.nudge.tensor;

/// Thrown where an operation is written with operands whose shapes or element types do not fit.
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /// An exception whose message names the operation, the shapes and the rule.
    public ShapeException(String message) {
        super(LayerPath.current().isEmpty() ? message : message + " (in layer " + LayerPath.current() + ")");
        this.reason = message;
    }

    /// The message without the layer.
    String reason() {
        return reason;
    }
}
