package dev.nudge.nn.optim;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;

/// A model that is nothing but its parameter.
record Point(Parameter at) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return at.tensor();
    }
}
