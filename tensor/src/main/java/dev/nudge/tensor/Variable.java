package dev.nudge.tensor;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Storage that outlives a step and can be assigned: a [Parameter] or a [Buffer].
///
/// Everything else in a graph is immutable.
public abstract sealed class Variable permits Parameter, Buffer {
    private final Value value;
    private final AtomicReference<@Nullable Thread> claimant = new AtomicReference<>();
    private final AtomicReference<@Nullable Object> mark = new AtomicReference<>();
    private volatile Tensor read;

    Variable(Value value) {
        this.value = value;
        this.read = Tensor.read(this);
    }

    /// The node that stands for this variable's present value in a graph; a new one after each assignment.
    public final Tensor tensor() {
        return read;
    }

    /// Element type and shape; they never change.
    public final Type type() {
        return value.type();
    }

    /// Shape; it never changes.
    public final Shape shape() {
        return value.type().shape();
    }

    /// The live storage. Meant for executions, which write it and then call [#assigned()].
    public final Value storage() {
        return value;
    }

    /// Marks that the storage has been written: nodes read before are stale from here on.
    public final void assigned() {
        read = Tensor.read(this);
    }

    /// Replaces the value by a copy of `elements`.
    ///
    /// @throws ShapeException if the type differs
    public final void assign(Value elements) {
        if (!elements.type().equals(type())) {
            throw new ShapeException("assign: the variable is " + type() + ", the value " + elements.type());
        }
        System.arraycopy(elements.array(), 0, value.array(), 0, value.elements());
        assigned();
    }

    /// Reserves this variable for `thread`, so that two trainings of one model notice each other.
    ///
    /// A claim binds those who ask for one; it neither keeps others from assigning nor costs them anything.
    ///
    /// @return the thread that has claimed it already, maybe `thread` itself, which keeps it; null if the claim
    ///         is granted, until [#release(Thread)]
    public final @Nullable Thread claim(Thread thread) {
        return claimant.compareAndExchange(null, thread);
    }

    /// Gives the claim of `thread` back; does nothing if it has none.
    public final void release(Thread thread) {
        claimant.compareAndSet(thread, null);
    }

    /// Leaves the mark of what changes this variable step after step, an optimizer, so that two of them can notice
    /// each other.
    ///
    /// @return the mark before; null if there was none
    public final @Nullable Object mark(Object changer) {
        return mark.getAndSet(changer);
    }
}
