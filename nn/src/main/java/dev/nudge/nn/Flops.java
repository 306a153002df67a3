package dev.nudge.nn;

import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// Counts floating-point operations.
final class Flops {
    private Flops() {}

    /// Operations that computing `node` from its inputs takes: `2 m n k` for a matrix product, two for each
    /// term of a convolution (those on padding included), one per element for an element-wise function or a
    /// reduction, none for moving elements.
    static long of(Tensor node) {
        return switch (node.op()) {
            case Matmul matmul -> {
                int inner = node.input(0).shape().extent(matmul.transposeLeft() ? -2 : -1);
                yield 2L * node.shape().elements() * inner;
            }
            case Sliding.Windows _ -> 0;
            case Sliding.Fold _ -> node.input(0).shape().elements();
            case Sliding.Convolve _ -> convolution(node.input(1).shape(), node.shape());
            case Sliding.ConvolveTransposed _ ->
                convolution(node.input(1).shape(), node.input(0).shape());
            case Sliding.ConvolveWeight _ ->
                convolution(node.shape(), node.input(1).shape());
            case Elementwise _ -> node.shape().elements();
            case Reduction _ -> node.input(0).shape().elements();
            case Fused fused -> {
                List<Tensor> inputs = node.inputs().stream()
                        .map(input -> Tensor.placeholder(input.type()))
                        .toList();
                yield Evaluation.topological(List.of(fused.definition(inputs))).stream()
                        .mapToLong(Flops::of)
                        .sum();
            }
            case Leaf _, Movement _, Indexing _, RandomOp _ -> 0;
        };
    }

    /// Two for each element of the weight that one output channel sees, at each place.
    private static long convolution(Shape weight, Shape places) {
        return 2L * weight.product(0, 3) * places.elements();
    }
}
