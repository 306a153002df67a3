package dev.nudge.nn.optim;

import dev.nudge.nn.Frozen;
import dev.nudge.nn.Model;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/// L-BFGS: minimizes a smooth loss over all examples at once, learning its curvature from the last few steps.
///
/// A step goes from `x` along `d = -H ∇f`, where `H` approximates the inverse of the second derivatives from the
/// last `memory` pairs of changes of `x` and of the gradient (two loops over the pairs), to a point found by a line
/// search that meets the strong Wolfe conditions with `decrease` and `curvature`. A pair that would not keep `H`
/// positive is left out. Vectors are added up in double precision, in one order; loss and gradients have the
/// precision of the model.
///
/// Not for mini-batches: the loss must be the same function each time it is asked for, without dropout.
///
/// {@snippet class="OptimizerSnippets" region="lbfgs"}
///
/// Source: Nocedal and Wright 2006, Numerical Optimization, Algorithms 7.4 and 7.5, 3.5 and 3.6, equation 7.20.
///
/// @param memory     pairs that are remembered
/// @param iterations most steps
/// @param tolerance  ends when no element of the gradient is larger
/// @param decrease   `c1`: share of the promised decrease that a step must bring, in `(0, curvature)`
/// @param curvature  `c2`: share of the slope that may be left, in `(decrease, 1)`
public record Lbfgs(int memory, int iterations, double tolerance, double decrease, double curvature) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming what is out of range
    public Lbfgs {
        if (memory < 1 || iterations < 1) {
            throw new IllegalArgumentException("error[E610] lbfgs: memory and iterations must be at least 1, found "
                    + memory + " and " + iterations);
        }
        Hyper.atLeastZero("lbfgs", "tolerance", tolerance);
        if (!(0 < decrease && decrease < curvature && curvature < 1)) {
            throw new IllegalArgumentException("error[E610] lbfgs: expected 0 < decrease < curvature < 1, found "
                    + decrease + " and " + curvature);
        }
    }

    /// The constants that the book recommends for the line search, and a gradient that single precision can reach.
    public static Lbfgs of() {
        return new Lbfgs(10, 100, 1e-5, 1e-4, 0.9);
    }

    /// The same with another number of pairs.
    public Lbfgs withMemory(int pairs) {
        return new Lbfgs(pairs, iterations, tolerance, decrease, curvature);
    }

    /// The same with another number of steps.
    public Lbfgs withIterations(int most) {
        return new Lbfgs(memory, most, tolerance, decrease, curvature);
    }

    /// The same with another end.
    public Lbfgs withTolerance(double largest) {
        return new Lbfgs(memory, iterations, largest, decrease, curvature);
    }

    /// What it came to.
    ///
    /// @param iterations  steps taken
    /// @param evaluations how often loss and gradients were computed
    /// @param loss        the last loss
    /// @param gradient    largest element of the last gradient
    /// @param converged   whether that is within the tolerance; if not, the steps were used up, or no step along
    ///                    the direction brought a decrease, which is where rounding ends it
    public record Result(int iterations, int evaluations, double loss, double gradient, boolean converged) {}

    /// A point with loss and gradient.
    record At(double[] x, double loss, double[] gradient) {
        boolean isFinite() {
            return Double.isFinite(loss) && Double.isFinite(dot(gradient, gradient));
        }
    }

    /// A change of `x`, the change of the gradient, and `1 / sᵀy`.
    private record Pair(double[] s, double[] y, double rho) {}

    /// Changes the parameters of `model` until `loss` is lowest nearby.
    ///
    /// @param loss writes the loss for the present parameters
    /// @throws IllegalArgumentException if the loss or its gradient is not finite at the start
    public Result minimize(Model model, Supplier<Tensor> loss) {
        List<Parameter> parameters = List.copyOf(Frozen.trained(model).values());
        Objective objective = new Objective(parameters, loss);
        At at = objective.at(objective.present());
        if (!at.isFinite()) {
            throw new IllegalArgumentException(
                    "lbfgs: loss and gradient must be finite at the start, found the loss " + at.loss());
        }
        Deque<Pair> pairs = new ArrayDeque<>();
        int steps = 0;
        while (steps < iterations && largest(at.gradient()) > tolerance) {
            double[] direction = direction(at.gradient(), pairs);
            double first = pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(at.gradient(), at.gradient()))) : 1;
            At next = new LineSearch(decrease, curvature).search(objective, at, direction, first);
            if (!(next.loss() < at.loss())) {
                break;
            }
            remember(pairs, difference(next.x(), at.x()), difference(next.gradient(), at.gradient()));
            at = next;
            steps++;
        }
        objective.move(at.x());
        double gradient = largest(at.gradient());
        return new Result(steps, objective.evaluations(), at.loss(), gradient, gradient <= tolerance);
    }

    /// `-H g`, by Algorithm 7.4.
    private static double[] direction(double[] gradient, Deque<Pair> pairs) {
        double[] q = gradient.clone();
        List<Double> alphas = new ArrayList<>();
        for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            double alpha = pair.rho() * dot(pair.s(), q);
            alphas.add(alpha);
            add(q, -alpha, pair.y());
        }
        double scale = pairs.isEmpty()
                ? 1
                : 1
                        / (pairs.getLast().rho()
                                * dot(pairs.getLast().y(), pairs.getLast().y()));
        for (int i = 0; i < q.length; i++) {
            q[i] *= scale;
        }
        int i = alphas.size();
        for (Pair pair : pairs) { // oldest first
            double beta = pair.rho() * dot(pair.y(), q);
            add(q, alphas.get(--i) - beta, pair.s());
        }
        for (int j = 0; j < q.length; j++) {
            q[j] = -q[j];
        }
        return q;
    }

    private void remember(Deque<Pair> pairs, double[] s, double[] y) {
        double product = dot(s, y);
        if (product > 1e-10 * dot(y, y)) {
            pairs.addLast(new Pair(s, y, 1 / product));
        }
        if (pairs.size() > memory) {
            pairs.removeFirst();
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] to, double factor, double[] other) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * other[i];
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        add(difference, -1, b);
        return difference;
    }

    private static double largest(double[] vector) {
        double largest = 0;
        for (double element : vector) {
            largest = Math.max(largest, Math.abs(element));
        }
        return largest;
    }

    /// The loss as a function of all parameters in a row.
    static final class Objective {
        private final List<Parameter> parameters;
        private final Supplier<Tensor> loss;
        private int evaluations;

        Objective(List<Parameter> parameters, Supplier<Tensor> loss) {
            this.parameters = parameters;
            this.loss = loss;
        }

        int evaluations() {
            return evaluations;
        }

        double[] present() {
            return row(parameters.stream().map(Parameter::storage).toList());
        }

        private static double[] row(List<Value> values) {
            double[] row = new double[values.stream().mapToInt(Value::elements).sum()];
            int at = 0;
            for (Value value : values) {
                for (int i = 0; i < value.elements(); i++) {
                    row[at++] = value.at(i);
                }
            }
            return row;
        }

        void move(double[] x) {
            int at = 0;
            for (Parameter parameter : parameters) {
                Value value = Value.zeros(parameter.type());
                for (int i = 0; i < value.elements(); i++) {
                    value.set(i, x[at++]);
                }
                parameter.assign(value);
            }
        }

        At at(double[] x) {
            move(x);
            evaluations++;
            Gradients gradients = loss.get().backward(parameters);
            List<Tensor> outputs = new ArrayList<>();
            parameters.forEach(parameter -> outputs.add(gradients.of(parameter).keep()));
            outputs.add(gradients.loss().keep());
            Execution.current().run(List.of(), outputs);
            Tensor value = outputs.removeLast();
            return new At(
                    x, value.item(), row(outputs.stream().map(Tensor::value).toList()));
        }
    }
}
