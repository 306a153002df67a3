package dev.nudge.tensor.plan;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run of a plan reads and writes.
///
/// @param nodes    the nodes of the graph, by number
/// @param values   their values where they are at hand, else null
/// @param outputs  the nodes whose values are to be stored
/// @param assigned the variables that get new values
record Binding(List<Tensor> nodes, List<@Nullable Value> values, List<Tensor> outputs, List<Variable> assigned) {
    static List<Variable> variables(List<Assignment> assignments) {
        List<Variable> variables = new ArrayList<>(assignments.size());
        for (Assignment assignment : assignments) {
            variables.add(assignment.variable());
        }
        return variables;
    }
}
