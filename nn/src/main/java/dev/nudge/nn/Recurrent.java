package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs cells along sequences: levels one above the other, in one direction or in both.
///
/// Shape: `[batch, time, in]` to `[batch, time, width]`, or `[batch, time, 2 width]` in both directions, the forward
/// one first.
///
/// {@snippet class="SequenceSnippets" region="recurrent"}
///
/// With a mask, what stands at a time that is not there changes neither results nor gradients: the state passes it by
/// and the output there is zero. So a sequence gives the same bits however much padding follows.
///
/// The state at the end can be carried on to the next piece of a long text (truncated backpropagation through time,
/// Williams and Peng 1990):
///
/// {@snippet class="SequenceSnippets" region="carried"}
///
/// The number of times is part of the structure of the graph: bring sequences to a few lengths.
///
/// @param levels  from the input up
/// @param dropout between the levels, not behind the last
public record Recurrent(List<Level> levels, Dropout dropout) implements Layer {
    /// What runs at one height.
    ///
    /// @param forward  runs from the first time to the last
    /// @param backward runs from the last time to the first, or null
    public record Level(Cell forward, @Nullable Cell backward) implements Model {
        /// Checks that both directions take the same.
        ///
        /// @throws ShapeException if they do not
        public Level {
            if (backward != null && (backward.in() != forward.in() || backward.width() != forward.width())) {
                throw new ShapeException("recurrent: both directions of a level need the same widths, found "
                        + forward.in() + " -> " + forward.width() + " and " + backward.in() + " -> "
                        + backward.width());
            }
        }

        /// Number of output features.
        public int width() {
            return backward == null ? forward.width() : 2 * forward.width();
        }

        private List<Cell> cells() {
            return backward == null ? List.of(forward) : List.of(forward, backward);
        }
    }

    /// What cells carry from time to time.
    ///
    /// @param parts `[batch, width]` each: those of the first level, the forward cell first, then those of the
    ///              next; of an [LstmCell] the output, then the memory
    public record State(List<Tensor> parts) {
        /// Copies the list.
        public State {
            parts = List.copyOf(parts);
        }

        /// Marks the state as wanted behind the next step.
        public State keep() {
            parts.forEach(Tensor::keep);
            return this;
        }

        /// The same numbers without their history: no gradient flows back, and the graph behind is let go.
        ///
        /// @throws dev.nudge.tensor.StaleTensorException if a step has been taken and the state was not kept
        public State detach() {
            return new State(
                    parts.stream().map(part -> Tensor.data(part.value().copy())).toList());
        }
    }

    /// What came out.
    ///
    /// @param sequence the outputs of the last level, `[batch, time, width]`
    /// @param last     its outputs where each direction ended, `[batch, width]`: what it makes of the whole
    /// @param state    what all cells were left in
    public record Output(Tensor sequence, Tensor last, State state) {}

    /// Checks that the levels fit.
    ///
    /// @throws ShapeException if one does not take what the one below makes
    public Recurrent {
        levels = List.copyOf(levels);
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("recurrent: expected at least one level");
        }
        for (int i = 1; i < levels.size(); i++) {
            if (levels.get(i).forward().in() != levels.get(i - 1).width()) {
                throw new ShapeException("recurrent: level " + i + " takes "
                        + levels.get(i).forward().in() + " features, the one below makes "
                        + levels.get(i - 1).width());
            }
        }
    }

    /// Levels that run forward.
    ///
    /// @param cell such as `LstmCell::of`
    /// @throws IllegalArgumentException if a number is less than 1
    public static Recurrent of(Cell.Factory cell, int in, int width, int levels, RandomKey key) {
        return of(cell, in, width, levels, false, key);
    }

    /// Levels that run in both directions.
    ///
    /// @param width features of one direction
    /// @throws IllegalArgumentException if a number is less than 1
    public static Recurrent bidirectional(Cell.Factory cell, int in, int width, int levels, RandomKey key) {
        return of(cell, in, width, levels, true, key);
    }

    private static Recurrent of(Cell.Factory cell, int in, int width, int levels, boolean both, RandomKey key) {
        List<Level> list = new ArrayList<>();
        int from = in;
        for (int i = 0; i < levels; i++) {
            Cell forward = cell.of(from, width, key.at(2L * i));
            Level level = new Level(forward, both ? cell.of(from, width, key.at(2L * i + 1)) : null);
            list.add(level);
            from = level.width();
        }
        return new Recurrent(list, new Dropout(0));
    }

    /// The same with dropout between the levels.
    ///
    /// @throws IllegalArgumentException if the probability is not in `[0, 1)`
    public Recurrent withDropout(double probability) {
        return new Recurrent(levels, new Dropout(probability));
    }

    /// Number of output features.
    public int width() {
        return levels.getLast().width();
    }

    /// The state before the first time: zeros.
    public State start(int batch, DType dtype) {
        List<Tensor> parts = new ArrayList<>();
        for (Level level : levels) {
            for (Cell cell : level.cells()) {
                for (int i = 0; i < cell.parts(); i++) {
                    parts.add(Tensor.data(Value.zeros(Type.of(dtype, Shape.of(batch, cell.width())))));
                }
            }
        }
        return new State(parts);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return run(x, null, null, pass).sequence();
    }

    /// The outputs for sequences of different lengths, and the state at their ends.
    ///
    /// @param mask  which times are there, `[batch, time]`, such as [Sequences#mask(int, int...)]; null for all
    /// @param state to start with; null for that of [#start(int, DType)]
    /// @throws ShapeException if something does not fit
    public Output run(Tensor x, @Nullable Tensor mask, @Nullable State state, Pass pass) {
        int in = levels.getFirst().forward().in();
        if (x.shape().rank() != 3 || x.shape().extent(-1) != in || x.shape().extent(1) == 0) {
            throw new ShapeException(
                    "recurrent: expected [batch, time, " + in + "] with at least one time, found " + x.shape());
        }
        int batch = x.shape().extent(0);
        State start = state == null ? start(batch, x.dtype()) : state;
        check(start, batch, x.dtype());
        Tensor sequence = mask == null ? x : Sequences.masked(x, mask);
        List<Tensor> ends = new ArrayList<>();
        List<Tensor> last = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < levels.size(); i++) {
            List<Tensor> outputs = new ArrayList<>();
            last.clear();
            if (i > 0) {
                sequence = dropout.forward(sequence, pass.at(i));
            }
            for (Cell cell : levels.get(i).cells()) {
                boolean backward = !outputs.isEmpty();
                Tensor below = sequence;
                List<Tensor> begin = start.parts().subList(at, at + cell.parts());
                at += cell.parts();
                String path = "levels." + i + (backward ? ".backward" : ".forward");
                Cell.Run run = LayerPath.within(path, () -> cell.along(cell.project(below), mask, begin, backward));
                outputs.add(run.sequence());
                ends.addAll(run.end());
                last.add(run.end().getFirst());
            }
            sequence = joined(outputs);
        }
        return new Output(mask == null ? sequence : Sequences.masked(sequence, mask), joined(last), new State(ends));
    }

    private static Tensor joined(List<Tensor> directions) {
        return directions.size() == 1 ? directions.getFirst() : Tensor.concat(-1, directions.toArray(Tensor[]::new));
    }

    private void check(State state, int batch, DType dtype) {
        List<Type> expected =
                start(batch, dtype).parts().stream().map(Tensor::type).toList();
        List<Type> found = state.parts().stream().map(Tensor::type).toList();
        if (!found.equals(expected)) {
            throw new ShapeException("recurrent: expected a state of " + expected + ", found " + found
                    + "; a state belongs to the layer and the batch that it came from");
        }
    }

    @Override
    public String toString() {
        Level first = levels.getFirst();
        return "Recurrent[" + first.forward().getClass().getSimpleName() + ", "
                + first.forward().in() + " -> " + width() + ", levels " + levels.size()
                + (first.backward() == null ? "]" : ", bidirectional]");
    }
}
