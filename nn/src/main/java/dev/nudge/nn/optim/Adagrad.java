package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.List;

/// Adagrad: `p ← p - rate · g / (√s + epsilon)`, where `s` is the sum of all squared gradients so far and `g`
/// includes `l2 · p`.
///
/// What is seldom moved keeps a large rate, and no rate ever grows. The sum starts at `start`: at zero in the paper and
/// in PyTorch, above it in Keras. Epsilon stands outside the root, as in the paper (there `δ`) and in PyTorch.
///
/// Source: Duchi, Hazan and Singer 2011, Journal of Machine Learning Research 12, Figure 1, diagonal matrices.
///
/// @param start   what the sum of squares starts at
/// @param epsilon keeps the divisor away from zero
/// @param l2      strength of the penalty `l2/2 ‖p‖²` on the loss
public record Adagrad(double start, double epsilon, double l2) implements UpdateRule {
    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Adagrad {
        Hyper.atLeastZero("adagrad", "start", start);
        Hyper.positive("adagrad", "epsilon", epsilon);
        Hyper.atLeastZero("adagrad", "l2", l2);
    }

    /// A sum that starts at zero, the epsilon of PyTorch (the paper names none), no penalty.
    public static Adagrad of() {
        return new Adagrad(0, 1e-10, 0);
    }

    /// The same with another start of the sum.
    public Adagrad withStart(double other) {
        return new Adagrad(other, epsilon, l2);
    }

    /// The same with another epsilon.
    public Adagrad withEpsilon(double other) {
        return new Adagrad(start, other, l2);
    }

    /// The same with a penalty.
    public Adagrad withL2(double penalty) {
        return new Adagrad(start, epsilon, penalty);
    }

    @Override
    public String name() {
        return "adagrad";
    }

    @Override
    public List<String> slots() {
        return List.of("sum");
    }

    @Override
    public Value initial(String slot, Type parameter) {
        Value value = Value.zeros(parameter);
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, start);
        }
        return value;
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Tensor rate = step.rate().cast(parameter.dtype());
        Tensor g = Hyper.penalized(gradient, parameter, l2);
        Tensor sum = state.getFirst().add(g.square());
        return new Update(parameter.sub(g.mul(rate).div(sum.sqrt().add(epsilon))), List.of(sum));
    }
}
