package dev.nudge.testkit;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Where;
import java.util.List;

/// How far a kernel may be from the meaning of its operation: `|actual - expected| <= relative |expected| +
/// absolute`.
///
/// Stated in single precision; double precision is held to a millionth of it. Sums of `n` terms may be off by the
/// classical bound `n u Σ|term|`, where `u` is the unit of rounding.
///
/// @param relative    share of the expected value
/// @param absolute    for results near zero
/// @param accumulates whether the bound of sums applies too
record Tolerance(double relative, double absolute, boolean accumulates) {
    private static final Tolerance EXACT = new Tolerance(0, 0, false);
    private static final Tolerance SUM = new Tolerance(0, 0, true);
    private static final Tolerance FUNCTION = new Tolerance(1e-6, Float.MIN_NORMAL, false);
    private static final Tolerance COMPOSITION = new Tolerance(1e-5, 1e-6, false);

    static Tolerance of(Op op) {
        return switch (op) {
            case Leaf _ -> EXACT;
            case Elementwise elementwise -> of(elementwise);
            case Reduction.Sum _ -> SUM;
            case Reduction.Max _ -> EXACT;
            case Reduction.Min _ -> EXACT;
            case Reduction.ArgMax _ -> EXACT;
            case Movement _ -> EXACT;
            case Matmul _ -> SUM;
            case Sliding.Windows _ -> EXACT;
            case Sliding _ -> SUM;
            case Indexing.Gather _ -> EXACT;
            case Indexing.ScatterAdd _ -> SUM;
            case Indexing.OneHot _ -> EXACT;
            case RandomOp _ -> EXACT;
            case Fused _ -> COMPOSITION;
        };
    }

    private static Tolerance of(Elementwise op) {
        return switch (op) {
            case Unary.Negate _ -> EXACT;
            case Unary.Abs _ -> EXACT;
            case Unary.Sign _ -> EXACT;
            case Unary.Sqrt _ -> EXACT;
            case Unary.Relu _ -> EXACT;
            case Unary.LeakyRelu _ -> FUNCTION;
            case Unary.Exp _ -> FUNCTION;
            case Unary.Log _ -> FUNCTION;
            case Unary.Sigmoid _ -> FUNCTION;
            case Unary.Tanh _ -> FUNCTION;
            case Unary.Erf _ -> FUNCTION;
            case Unary.Softplus _ -> FUNCTION;
            case Binary.Pow _ -> FUNCTION;
            case Binary.Add _ -> EXACT;
            case Binary.Sub _ -> EXACT;
            case Binary.Mul _ -> EXACT;
            case Binary.Div _ -> EXACT;
            case Binary.Max _ -> EXACT;
            case Binary.Min _ -> EXACT;
            case Compare _ -> EXACT;
            case Logical _ -> EXACT;
            case Where _ -> EXACT;
            case IsFinite _ -> EXACT;
            case Cast _ -> EXACT;
        };
    }

    /// What element `index` of `actual` has to do with `expected`, in words; empty when they agree.
    String disagreement(OpSample sample, Value expected, Value actual) {
        if (!expected.type().equals(actual.type())) {
            return "type " + actual.type() + " instead of " + expected.type();
        }
        if (relative == 0 && !accumulates) {
            return Bits.difference(expected, actual);
        }
        boolean doubles = expected.type().dtype() == DType.F64;
        double scale = doubles ? 1e-6 : 1;
        double unit = doubles ? 0x1p-53 : 0x1p-24;
        Value sums = accumulates ? sumsOfMagnitudes(sample, expected) : null;
        for (int i = 0; i < expected.elements(); i++) {
            double want = expected.at(i);
            double have = actual.at(i);
            double allowed = scale * (relative * Math.abs(want) + absolute);
            if (sums != null) {
                allowed = (terms(sample) + 2) * unit * sums.at(i);
            }
            boolean same = Double.compare(want, have) == 0 || want == have;
            if (!same && !(Math.abs(want - have) <= allowed && Double.isFinite(want))) {
                return "element " + i + " is " + have + " instead of " + want + " (allowed difference " + allowed + ")";
            }
        }
        return "";
    }

    private static int terms(OpSample sample) {
        Value first = sample.inputs().getFirst();
        return switch (sample.op()) {
            case Matmul matmul -> first.type().shape().extent(matmul.transposeLeft() ? -2 : -1);
            case Reduction reduction -> first.type().shape().extent(reduction.axis());
            case Sliding.Windows _ -> 1;
            case Sliding.Fold fold -> fold.height().extent() * fold.width().extent();
            case Sliding.Convolve _ -> sample.inputs().getLast().type().shape().product(0, 3);
            case Sliding.ConvolveTransposed op ->
                op.height().extent()
                        * op.width().extent()
                        * first.type().shape().extent(3)
                        / op.groups();
            case Sliding.ConvolveWeight _ ->
                sample.inputs().getLast().type().shape().product(0, 3);
            case Indexing indexing -> sample.inputs().getLast().elements();
            case Leaf _ -> 1;
            case Elementwise _ -> 1;
            case Movement _ -> 1;
            case RandomOp _ -> 1;
            case Fused _ -> 1;
        };
    }

    private static Value sumsOfMagnitudes(OpSample sample, Value expected) {
        List<Value> magnitudes = sample.inputs().stream()
                .map(value -> Draw.map(value, Math::abs))
                .toList();
        Value sums = Value.zeros(expected.type());
        sample.op().reference(magnitudes, sums);
        return sums;
    }
}
