package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// How a gradient changes a parameter, as pure graph: new values from old ones.
///
/// A rule is a record of its hyper-parameters; what it remembers from step to step lives in the
/// [Optimizer], which asks it once for all steps that differ in their numbers alone: what is to change
/// from step to step must come from its arguments.
///
/// {@snippet class="OptimizerSnippets" region="rule"}
public interface UpdateRule {
    /// Name for run records and checkpoints, such as `adam`.
    String name();

    /// Names of the tensors that the rule remembers for each parameter.
    List<String> slots();

    /// What `slot` starts as for a parameter of this type, which also decides its own type: zeros of the parameter's
    /// type unless the rule says otherwise.
    default Value initial(String slot, Type parameter) {
        return Value.zeros(parameter);
    }

    /// The parameter and the remembered tensors after one step.
    ///
    /// @param state the remembered tensors, as [#slots()] lists them
    Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state);

    /// What changes from step to step, the same for many parameters.
    final class Step {
        private final Tensor number;
        private final Tensor rate;
        private final Map<Object, Tensor> shared = new HashMap<>();

        /// A step.
        ///
        /// @param number step number from 1, an `F64` scalar
        /// @param rate   learning rate, an `F64` scalar
        public Step(Tensor number, Tensor rate) {
            this.number = number;
            this.rate = rate;
        }

        /// Step number from 1, an `F64` scalar.
        public Tensor number() {
            return number;
        }

        /// Learning rate, an `F64` scalar.
        public Tensor rate() {
            return rate;
        }

        /// What `formula` makes of the step alone, written once for all parameters.
        ///
        /// @param key names the formula and all that it depends on besides the step
        public Tensor shared(Object key, Supplier<Tensor> formula) {
            Tensor present = shared.get(key);
            if (present == null) {
                present = formula.get();
                shared.put(key, present);
            }
            return present;
        }
    }

    /// New values.
    ///
    /// @param parameter the parameter
    /// @param state     the remembered tensors, as [#slots()] lists them
    record Update(Tensor parameter, List<Tensor> state) {
        /// Copies the list.
        public Update {
            state = List.copyOf(state);
        }
    }
}
