package dev.nudge.testkit;

import dev.nudge.tensor.Assignment;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.ArrayList;
import java.util.List;

/// A graph drawn by key over some parameters and feeds: outputs to compute and assignments to make.
///
/// The same key over other parameters of the same shapes, or with other feeds, gives the same structure.
///
/// @param assignments new values of some parameters, at most one each
/// @param outputs     nodes whose values are wanted
public record RandomGraph(List<Assignment> assignments, List<Tensor> outputs) {
    private static final List<Shape> SHAPES = List.of(
            Shape.SCALAR,
            Shape.of(1),
            Shape.of(5),
            Shape.of(17),
            Shape.of(4, 1),
            Shape.of(4, 5),
            Shape.of(1, 5),
            Shape.of(3, 4, 5),
            Shape.of(5, 5),
            Shape.of(0, 5),
            Shape.of(20));

    /// Parameters for the graph of `key`.
    public static List<Parameter> parameters(RandomKey key) {
        List<Parameter> parameters = new ArrayList<>();
        int count = 1 + key.below(0, 4);
        for (int i = 0; i < count; i++) {
            parameters.add(Parameter.of(Draw.uniform(key.at(i), Type.of(DType.F32, shape(key.at(100 + i))), -1, 1)));
        }
        return parameters;
    }

    private static Shape shape(RandomKey key) {
        return SHAPES.get(key.below(0, SHAPES.size()));
    }

    /// The graph of `key`, with feeds drawn from `feeds`.
    public static RandomGraph of(RandomKey key, List<Parameter> parameters, RandomKey feeds) {
        List<Tensor> pool = new ArrayList<>();
        parameters.forEach(parameter -> pool.add(parameter.tensor()));
        for (int i = 0; i < 2; i++) {
            pool.add(Tensor.data(Draw.uniform(feeds.at(i), Type.of(DType.F32, shape(key.at(200 + i))), -1, 1)));
        }
        int steps = 3 + key.below(1, 40);
        for (int step = 0; step < steps; step++) {
            RandomKey draw = key.at(1000 + step);
            Tensor a = pick(draw, 1, pool);
            Tensor b = pick(draw, 2, pool);
            pool.add(node(draw, a, b));
        }
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < 1 + key.below(2, 3); i++) {
            outputs.add(pick(key.at(300 + i), 0, pool));
        }
        if (key.below(3, 3) == 0) {
            pick(key.at(400), 0, pool).keep();
        }
        return new RandomGraph(assignments(key, parameters, pool), outputs);
    }

    /// The later a node, the likelier, so that graphs grow deep.
    private static Tensor pick(RandomKey key, int draw, List<Tensor> pool) {
        int recent = key.below(10 + draw, 2) == 0 ? Math.min(4, pool.size()) : pool.size();
        return pool.get(pool.size() - 1 - key.below(20 + draw, recent));
    }

    private static Tensor node(RandomKey draw, Tensor a, Tensor b) {
        boolean matrix = a.shape().rank() >= 2;
        return switch (draw.below(3, 26)) {
            case 0 -> a.tanh();
            case 1 -> a.relu();
            case 2 -> a.sigmoid().sub(0.25);
            case 3 -> a.abs().add(0.5).sqrt();
            case 4 -> a.mul(-0.75);
            case 5 -> a.negate();
            case 6 -> a.greater(0.1).where(a, a.constantLike(0.3));
            case 7 -> a.sum().tanh();
            case 8, 9 ->
                a.shape().rank() == 0
                        ? a.erf()
                        : a.sumKeep(draw.below(4, a.shape().rank())).mul(0.3);
            case 10 ->
                a.shape().rank() == 0 || a.shape().elements() == 0
                        ? a
                        : a.max(draw.below(4, a.shape().rank()));
            case 11 -> a.reshape(a.shape().elements());
            case 12 ->
                a.shape().elements() == 20
                        ? a.reshape(4, 5)
                        : a.reshape(1, a.shape().elements());
            case 13 -> matrix ? a.transpose() : a.detach();
            case 14 ->
                matrix && a.shape().extent(-1) > 1 ? a.slice(-1, 1, a.shape().extent(-1) - 1) : a.gelu();
            case 15 -> a.shape().rank() == 1 ? a.pad(new int[] {1}, new int[] {2}) : a.softplus();
            case 16 ->
                a.shape().rank() > 0 ? Tensor.concat(0, a, a.mul(2)) : a.exp().mul(0.1);
            case 17 -> a.shape().rank() > 0 ? a.flip(0) : a.square();
            case 18 -> a.shape().rank() > 0 && a.shape().extent(-1) > 0 ? a.softmax() : a.add(1);
            case 19, 20 -> matrix ? a.matmul(a.transpose()).mul(0.1) : a.add(a);
            case 21 -> broadcasts(a, b) ? a.sub(b) : a.sub(b.sum());
            case 22 -> broadcasts(a, b) ? a.max(b) : b.min(a.sum().sigmoid());
            case 23 -> broadcasts(a, b) ? a.mul(b) : a.mul(b.sum().tanh());
            case 24 -> a.dtype().isFloating() ? a.cast(DType.F64).mul(0.3).cast(DType.F32) : a;
            default -> broadcasts(a, b) ? a.add(b) : a.add(b.sum().tanh());
        };
    }

    private static boolean broadcasts(Tensor a, Tensor b) {
        for (int axis = 1; axis <= Math.min(a.shape().rank(), b.shape().rank()); axis++) {
            int x = a.shape().extent(-axis);
            int y = b.shape().extent(-axis);
            if (x != y && x != 1 && y != 1) {
                return false;
            }
        }
        return true;
    }

    private static List<Assignment> assignments(RandomKey key, List<Parameter> parameters, List<Tensor> pool) {
        List<Assignment> assignments = new ArrayList<>();
        Tensor loss = pool.getLast().tanh().sum();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            RandomKey draw = key.at(500 + i);
            Parameter other = parameters.get(draw.below(1, parameters.size()));
            Tensor value = switch (draw.below(0, 7)) {
                case 0 -> fit(other.tensor(), parameter.shape());
                case 1 -> fit(pick(draw, 3, pool), parameter.shape());
                case 2 -> parameter.tensor().mul(0.5).add(fit(pick(draw, 3, pool), parameter.shape()));
                case 3 -> fit(pick(draw, 3, pool), parameter.shape()).tanh();
                case 4, 5 ->
                    parameter
                            .tensor()
                            .sub(Gradients.of(loss, List.of(parameter.tensor()))
                                    .getFirst()
                                    .mul(0.1));
                default -> null;
            };
            if (value != null) {
                assignments.add(new Assignment(parameter, value));
            }
        }
        return assignments;
    }

    /// A value of the given shape made from any other.
    private static Tensor fit(Tensor value, Shape shape) {
        if (value.shape().elements() == shape.elements()) {
            return value.reshape(shape);
        }
        if (value.shape().rank() <= shape.rank()
                && broadcasts(value, Tensor.constant(DType.F32, 0).broadcastTo(shape))
                && Shape.broadcast("fit", value.shape(), shape).equals(shape)) {
            return value.broadcastTo(shape);
        }
        return value.sum().tanh().broadcastTo(shape);
    }
}
