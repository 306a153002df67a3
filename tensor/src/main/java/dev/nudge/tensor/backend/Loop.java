package dev.nudge.tensor.backend;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.util.List;

/// A chain of element-wise operations over the same number of elements, to be run in one pass.
///
/// Values are numbered: the inputs first, then the result of each step.
///
/// @param elements number of elements of every step
/// @param inputs   where operands come from
/// @param steps    operations in order
/// @param outputs  results that leave the loop
public record Loop(int elements, List<Input> inputs, List<Step> steps, List<Output> outputs) {
    /// An operand array.
    ///
    /// @param source element type and shape of the array
    /// @param space  shape that it is read as: the same number of elements, or a broadcast of `source`
    public record Input(Type source, Shape space) {
        /// Whether element `i` of the loop reads element `i` of the array.
        public boolean isFull() {
            return source.shape().elements() == space.elements();
        }

        /// Whether every element of the loop reads the one element of the array.
        public boolean isScalar() {
            return source.shape().elements() == 1;
        }
    }

    /// An operation on values.
    ///
    /// @param op        what is computed
    /// @param arguments numbers of the operand values
    /// @param dtype     element type of the result
    public record Step(Elementwise op, List<Integer> arguments, DType dtype) {}

    /// A result that is stored.
    ///
    /// @param step       index of the step
    /// @param overwrites number of the full input whose array this output shares, or -1: element `i` must then be
    ///                   stored only after every step has read element `i` of that input
    public record Output(int step, int overwrites) {}

    /// Element type of value `number`.
    public DType dtype(int number) {
        return number < inputs.size()
                ? inputs.get(number).source().dtype()
                : steps.get(number - inputs.size()).dtype();
    }
}
