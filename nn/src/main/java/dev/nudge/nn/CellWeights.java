package dev.nudge.nn;

import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;

/// What the weights of cells have in common.
final class CellWeights {
    private CellWeights() {}

    /// Weights for inputs: uniform as [Initializers#glorotUniform()] makes them, for each gate by itself.
    static Parameter input(String cell, int in, int width, int gates, RandomKey key) {
        if (in < 1 || width < 1) {
            throw new IllegalArgumentException(
                    cell + ": widths must be at least 1, found in = " + in + ", width = " + width);
        }
        Type type = Type.of(DType.F32, Shape.of(in, gates * width));
        return Parameter.of(Initializers.glorotUniform().values(key, type, in, width));
    }

    /// Weights for states: an orthogonal matrix for each gate, which neither grows nor shrinks what passes through.
    static Parameter recurrent(int width, int gates, RandomKey key) {
        Value all = Value.zeros(Type.of(DType.F32, Shape.of(width, gates * width)));
        for (int gate = 0; gate < gates; gate++) {
            Type type = Type.of(DType.F32, Shape.of(width, width));
            Value one = Initializers.orthogonal().values(key.at(gate), type, width, width);
            for (int row = 0; row < width; row++) {
                System.arraycopy(one.array(), row * width, all.array(), (row * gates + gate) * width, width);
            }
        }
        return Parameter.of(all);
    }

    /// Checks that the weights of a cell fit.
    ///
    /// @throws ShapeException if they do not
    static void check(String cell, int gates, Parameter input, Parameter recurrent, Parameter... biases) {
        Shape in = input.shape();
        Shape own = recurrent.shape();
        boolean fits = in.rank() == 2
                && own.rank() == 2
                && own.extent(1) == gates * own.extent(0)
                && in.extent(1) == own.extent(1)
                && input.type().dtype() == recurrent.type().dtype();
        for (Parameter bias : biases) {
            fits = fits && bias.type().equals(recurrent.type().withShape(own.range(1, 2)));
        }
        if (!fits) {
            throw new ShapeException(cell + ": expected weights [in, " + gates + " width] and [width, " + gates
                    + " width] and biases [" + gates + " width] of one type, found " + input.type() + ", "
                    + recurrent.type() + " and "
                    + List.of(biases).stream().map(Parameter::type).toList());
        }
    }
}
