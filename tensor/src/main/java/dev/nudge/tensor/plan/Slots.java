package dev.nudge.tensor.plan;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// The memory of a plan: arrays that are taken and released in the order of the steps, and allocated when it is known
/// how long each must be.
final class Slots {
    private final List<DType> dtypes = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();

    /// A slot for `type`: the smallest free one that is long enough, else the longest free one, made longer, else a new
    /// one. Of several the one released last, which is the likeliest to be in a cache.
    int take(Type type) {
        int wanted = type.shape().elements();
        int best = -1;
        for (int slot : free.reversed()) {
            if (dtypes.get(slot) == type.dtype()
                    && lengths.get(slot) <= 2L * wanted
                    && (best < 0 || better(lengths.get(slot), lengths.get(best), wanted))) {
                best = slot;
            }
        }
        if (best < 0) {
            dtypes.add(type.dtype());
            lengths.add(wanted);
            return dtypes.size() - 1;
        }
        free.remove((Integer) best);
        lengths.set(best, Math.max(lengths.get(best), wanted));
        return best;
    }

    private static boolean better(int candidate, int present, int wanted) {
        if (candidate >= wanted) {
            return present < wanted || candidate < present;
        }
        return candidate > present;
    }

    void release(int slot) {
        free.add(slot);
    }

    long bytes() {
        long bytes = 0;
        for (int slot = 0; slot < dtypes.size(); slot++) {
            bytes += (long) lengths.get(slot) * dtypes.get(slot).bytes();
        }
        return bytes;
    }

    Object[] allocate() {
        Object[] arrays = new Object[dtypes.size()];
        for (int slot = 0; slot < arrays.length; slot++) {
            arrays[slot] = Value.allocate(dtypes.get(slot), lengths.get(slot));
        }
        return arrays;
    }
}
