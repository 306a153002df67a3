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
import dev.nudge.tensor.Tensor;
import java.util.List;

/// Counts floating-point operations.
final class Flops {
    private Flops() {}

    /// Operations that computing `node` from its inputs takes: `2 m n k` for a matrix product, one per element for
    /// an element-wise function or a reduction, none for moving elements.
    static long of(Tensor node) {
        return switch (node.op()) {
            case Matmul matmul -> {
                int inner = node.input(0).shape().extent(matmul.transposeLeft() ? -2 : -1);
                yield 2L * node.shape().elements() * inner;
            }
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
}
