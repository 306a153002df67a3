package dev.nudge.tensor;

import java.util.List;

/// Counts floating-point operations: `2 m n k` for a matrix product, two for each term of a
/// convolution (those on padding included), one per element for an element-wise function or a
/// reduction, none for moving elements.
///
/// A fused operation counts as its definition. Exponentials and the like count as one, as in most tables.
public final class Flops {
    private Flops() {}

    /// Operations that computing `op` takes.
    ///
    /// @param inputs types of its operands
    /// @param output type of its result
    public static long of(Op op, List<Type> inputs, Type output) {
        return switch (op) {
            case Matmul matmul -> {
                int inner = inputs.getFirst().shape().extent(matmul.transposeLeft() ? -2 : -1);
                yield 2L * output.shape().elements() * inner;
            }
            case Sliding.Windows _ -> 0;
            case Sliding.Fold _ -> inputs.getFirst().shape().elements();
            case Sliding.Convolve _ -> convolution(inputs.get(1), output);
            case Sliding.ConvolveTransposed _ -> convolution(inputs.get(1), inputs.get(0));
            case Sliding.ConvolveWeight _ -> convolution(output, inputs.get(1));
            case Elementwise _ -> output.shape().elements();
            case Reduction _ -> inputs.getFirst().shape().elements();
            case Fused fused -> {
                List<Tensor> leaves = inputs.stream().map(Tensor::placeholder).toList();
                yield Evaluation.topological(List.of(fused.definition(leaves))).stream()
                        .mapToLong(Flops::of)
                        .sum();
            }
            case Leaf _, Movement _, Indexing _, RandomOp _ -> 0;
        };
    }

    /// Operations that computing `node` from its inputs takes.
    public static long of(Tensor node) {
        return of(node.op(), node.inputs().stream().map(Tensor::type).toList(), node.type());
    }

    /// Two for each element of the weight that one output channel sees, at each place.
    private static long convolution(Type weight, Type places) {
        return 2L * weight.shape().product(0, 3) * places.shape().elements();
    }
}
