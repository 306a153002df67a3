package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.backend.Loop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The code that loops of the same structure share, for as long as one of them has it.
final class SharedCode {
    /// What the code of a loop depends on: neither the number of elements nor the shapes of broadcasts.
    private record Structure(List<Operand> inputs, List<Loop.Step> steps, List<Loop.Output> outputs) {
        record Operand(DType dtype, boolean scalar) {}

        static Structure of(Loop loop) {
            List<Operand> operands = new ArrayList<>();
            for (Loop.Input input : loop.inputs()) {
                operands.add(new Operand(input.source().dtype(), input.isScalar()));
            }
            return new Structure(operands, loop.steps(), loop.outputs());
        }
    }

    private final Map<Structure, WeakReference<TileStep>> known = new ConcurrentHashMap<>();

    /// The code of a loop like this one, if any still has it.
    Optional<TileStep> find(Loop loop) {
        @Nullable WeakReference<TileStep> code = known.get(Structure.of(loop));
        return code == null ? Optional.empty() : Optional.ofNullable(code.get());
    }

    /// Keeps the code of a loop, and forgets of loops that are gone that there were any.
    void keep(Loop loop, TileStep code) {
        known.values().removeIf(other -> other.get() == null);
        known.put(Structure.of(loop), new WeakReference<>(code));
    }

    /// Number of structures that are remembered.
    int size() {
        return known.size();
    }
}
