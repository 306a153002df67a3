package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// What one step of an [Optimizer] differs in from the one before, besides loss and gradients.
///
/// @param number  of the step, from 1
/// @param rate    learning rate, before the factors of groups
/// @param factors of the groups
/// @param feeds   the number, then the rate of each factor
record Turn(long number, double rate, List<Double> factors, List<Tensor> feeds, List<UpdateRule.Step> steps) {
    private static final Type SCALAR = Type.of(DType.F64, Shape.SCALAR);

    static Turn of(long number, double rate, List<Double> factors) {
        List<Tensor> feeds = new ArrayList<>(List.of(feed(number)));
        List<UpdateRule.Step> steps = new ArrayList<>();
        for (double factor : factors) {
            feeds.add(feed(rate * factor));
            steps.add(new UpdateRule.Step(feeds.getFirst(), feeds.getLast()));
        }
        return new Turn(number, rate, factors, feeds, steps);
    }

    /// A scalar that changes from step to step.
    static Tensor feed(double number) {
        return Tensor.data(new Value(SCALAR, new double[] {number}));
    }

    /// The step as rules see it whose group has this factor.
    UpdateRule.Step step(double factor) {
        return steps.get(factors.indexOf(factor));
    }

    /// The values of the feeds.
    List<Value> values() {
        return feeds.stream().map(Tensor::value).toList();
    }
}
