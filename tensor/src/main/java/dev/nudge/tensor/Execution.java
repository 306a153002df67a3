package dev.nudge.tensor;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A way to compute a graph: planned (fast, keeps what was asked for) or eager (keeps every value).
///
/// Both give the same bits. Code that computes a tensor uses [#current()]: the one that an enclosing
/// [#with(Execution, Supplier)] named, else the default one, found once by [ServiceLoader].
public interface Execution {
    /// Computes `outputs` and every kept tensor that they are computed from, stores those values in their tensors,
    /// then assigns all variables together.
    ///
    /// Nothing is assigned when the computation fails.
    ///
    /// @throws StaleTensorException if a value is needed of a variable that has changed since the graph was written
    void run(List<Assignment> assignments, List<Tensor> outputs);

    /// As [#run], and gives what does the same for another `base`, if this execution can.
    ///
    /// What is assigned and asked for must follow from `base`, `feeds` and variables alone: whoever
    /// wrote its graph would write the same again after any base of this structure. Other data in it
    /// stays as it is.
    ///
    /// @param base  what is written anew before each run, such as a loss
    /// @param feeds data whose values change from run to run
    default Optional<Repetition> runRepeatably(
            List<Assignment> assignments, List<Tensor> outputs, Tensor base, List<Tensor> feeds) {
        run(assignments, outputs);
        return Optional.empty();
    }

    /// A run that can be made again without writing all of its graph again; see [#runRepeatably].
    @FunctionalInterface
    interface Repetition {
        /// Computes what the first run computed, with `base` and `feeds` in the place of its own; assigns
        /// the same variables, and stores the values of `base` and of the kept nodes that it is computed
        /// from.
        ///
        /// @return the values of the outputs, in order; empty if nothing was done, because the graph of
        ///         `base` has another structure, is computed in part already, or the execution has given
        ///         up what it knew
        /// @throws ShapeException if the feeds have other types than the first
        /// @throws StaleTensorException if `base` reads a variable that has changed since
        Optional<List<Value>> run(Tensor base, List<Value> feeds);
    }

    /// What `graph` makes of inputs of these types, ready to be computed any number of times.
    ///
    /// An execution may call `graph` once, here, or each time; so it must write the same for the same
    /// types, and what it reads besides its inputs and variables, such as random numbers, may stay as
    /// it was.
    ///
    /// @throws ShapeException if the inputs do not fit, here or at the first run
    default Computation prepare(List<Type> inputs, Function<List<Tensor>, Tensor> graph) {
        return values -> {
            check(inputs, values);
            return graph.apply(Stream.of(values).map(Tensor::data).toList()).value();
        };
    }

    /// Checks the inputs of a computation that was prepared for inputs of types `expected`.
    ///
    /// @throws ShapeException naming the first that does not fit
    static void check(List<Type> expected, Value... found) {
        if (found.length != expected.size()) {
            throw new ShapeException("computation: prepared for " + expected.size() + " inputs, found " + found.length);
        }
        for (int i = 0; i < found.length; i++) {
            if (!found[i].type().equals(expected.get(i))) {
                throw new ShapeException("computation: input " + i + " was prepared as " + expected.get(i) + ", found "
                        + found[i].type());
            }
        }
    }

    /// The execution in force.
    static Execution current() {
        return Executions.CURRENT.orElse(Executions.DEFAULT);
    }

    /// Runs `body` with `execution` in force on this thread.
    static <R> R with(Execution execution, Supplier<R> body) {
        return ScopedValue.where(Executions.CURRENT, execution).call(body::get);
    }
}

/// Keeps the scoped and the default execution.
final class Executions {
    static final ScopedValue<Execution> CURRENT = ScopedValue.newInstance();
    static final Execution DEFAULT = ServiceLoader.load(Execution.class)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no execution found: the module dev.nudge.tensor provides one;"
                    + " keep its META-INF/services when you repackage it"));

    private Executions() {}
}
