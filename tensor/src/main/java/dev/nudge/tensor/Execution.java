package dev.nudge.tensor;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;

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
