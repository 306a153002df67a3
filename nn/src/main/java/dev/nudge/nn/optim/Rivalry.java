package dev.nudge.nn.optim;

import dev.nudge.tensor.Parameter;
import java.util.Map;
import java.util.Optional;

/// Notices when two optimizers change a parameter in turns: what one remembers describes steps that the other has
/// overrun.
///
/// One after the other is no rivalry: a model may be trained further by another optimizer.
final class Rivalry {
    private final Object mark = new Object(); // not the optimizer: a parameter must not keep its memory alive
    private boolean stepped;
    private boolean noticed;

    /// Notes that the optimizer has changed all `parameters`.
    ///
    /// @return the path of a parameter that another one has changed since the last step; empty if there is none, or
    ///         if one was noticed before
    Optional<String> stepped(Map<String, Parameter> parameters) {
        String foreign = null;
        for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
            if (entry.getValue().mark(mark) != mark && stepped && foreign == null) {
                foreign = entry.getKey();
            }
        }
        stepped = true;
        boolean news = foreign != null && !noticed;
        noticed |= news;
        return news ? Optional.ofNullable(foreign) : Optional.empty();
    }
}
