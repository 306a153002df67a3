package dev.nudge.cpu;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.backend.Loop;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One operation of a loop, bound to the numbers of its operands and its result.
@FunctionalInterface
interface TileStep {
    /// Computes the result for `length` elements of the tile.
    void run(Tile tile, int length);

    /// Binds step `index` of `loop`, whose result is value `result`.
    static TileStep of(Loop loop, int index, int result, boolean vector) {
        Loop.Step step = loop.steps().get(index);
        int[] arguments = step.arguments().stream().mapToInt(i -> i).toArray();
        boolean[] scalar = scalars(loop, arguments);
        int x = arguments[0];
        int y = arguments.length > 1 ? arguments[1] : -1;
        Compare compared = comparison(loop, index, vector);
        if (compared != null) {
            int[] operands =
                    reads(loop, index, vector).stream().mapToInt(i -> i).toArray();
            return select(ElementwiseKernels.select(compared.relation()), operands, scalars(loop, operands), result);
        }
        return switch (step.op()) {
            case Unary op -> unary(ElementwiseKernels.unary(op, vector), x, scalar[0], result);
            case Binary op -> binary(ElementwiseKernels.binary(op, vector), x, y, scalar, result);
            case Compare op -> compare(ElementwiseKernels.compare(op.relation()), x, y, scalar, result);
            case Where _ -> where(arguments, scalar, result);
            case Logical op -> logical(op, arguments, scalar, result);
            case IsFinite _ ->
                (tile, length) -> {
                    spread(tile, x, scalar[0], DType.F32);
                    MaskLoops.isFinite(tile.floats[x], tile.from[x], tile.bytes[result], tile.from[result], length);
                };
            case Cast _ -> cast(loop.dtype(x), step.dtype(), x, scalar[0], result);
        };
    }

    private static boolean[] scalars(Loop loop, int[] arguments) {
        boolean[] scalar = new boolean[arguments.length];
        for (int i = 0; i < scalar.length; i++) {
            scalar[i] = arguments[i] < loop.inputs().size()
                    && loop.inputs().get(arguments[i]).isScalar();
        }
        return scalar;
    }

    /// The comparison that the choice in step `index` makes itself, or null.
    private static @Nullable Compare comparison(Loop loop, int index, boolean vector) {
        Loop.Step step = loop.steps().get(index);
        int source = step.arguments().getFirst() - loop.inputs().size();
        return vector
                        && step.op() instanceof Where
                        && source >= 0
                        && loop.steps().get(source).op() instanceof Compare compare
                ? compare
                : null;
    }

    /// The values that step `index` reads: its arguments, or the operands of the comparison and the two choices.
    static List<Integer> reads(Loop loop, int index, boolean vector) {
        List<Integer> arguments = loop.steps().get(index).arguments();
        if (comparison(loop, index, vector) == null) {
            return arguments;
        }
        List<Integer> compared =
                loop.steps().get(arguments.getFirst() - loop.inputs().size()).arguments();
        return List.of(compared.get(0), compared.get(1), arguments.get(1), arguments.get(2));
    }

    private static TileStep select(
            ElementwiseKernels.SelectKernel kernel, int[] arguments, boolean[] scalar, int result) {
        int x = arguments[0];
        int y = arguments[1];
        int then = arguments[2];
        int otherwise = arguments[3];
        return (tile, length) -> {
            for (int i = 0; i < scalar.length; i++) {
                spread(tile, arguments[i], scalar[i], DType.F32);
            }
            kernel.run(
                    tile.floats[x],
                    tile.from[x],
                    tile.floats[y],
                    tile.from[y],
                    tile.floats[then],
                    tile.from[then],
                    tile.floats[otherwise],
                    tile.from[otherwise],
                    tile.floats[result],
                    tile.from[result],
                    length);
        };
    }

    private static TileStep unary(ElementwiseKernels.UnaryKernel kernel, int x, boolean scalar, int result) {
        return (tile, length) -> {
            spread(tile, x, scalar, DType.F32);
            kernel.run(tile.floats[x], tile.from[x], tile.floats[result], tile.from[result], length);
        };
    }

    private static TileStep binary(ElementwiseKernels.BinaryKernel kernel, int x, int y, boolean[] scalar, int result) {
        if (scalar[0] && !scalar[1]) {
            return (tile, length) -> kernel.left()
                    .run(tile.number[x], tile.floats[y], tile.from[y], tile.floats[result], tile.from[result], length);
        }
        if (scalar[1]) {
            return (tile, length) -> {
                spread(tile, x, scalar[0], DType.F32);
                kernel.right()
                        .run(
                                tile.floats[x],
                                tile.from[x],
                                tile.number[y],
                                tile.floats[result],
                                tile.from[result],
                                length);
            };
        }
        return (tile, length) -> kernel.both()
                .run(
                        tile.floats[x],
                        tile.from[x],
                        tile.floats[y],
                        tile.from[y],
                        tile.floats[result],
                        tile.from[result],
                        length);
    }

    private static TileStep compare(
            ElementwiseKernels.CompareKernel kernel, int x, int y, boolean[] scalar, int result) {
        return (tile, length) -> {
            spread(tile, x, scalar[0], DType.F32);
            if (scalar[1]) {
                kernel.right()
                        .run(
                                tile.floats[x],
                                tile.from[x],
                                tile.number[y],
                                tile.bytes[result],
                                tile.from[result],
                                length);
            } else {
                kernel.both()
                        .run(
                                tile.floats[x],
                                tile.from[x],
                                tile.floats[y],
                                tile.from[y],
                                tile.bytes[result],
                                tile.from[result],
                                length);
            }
        };
    }

    private static TileStep where(int[] arguments, boolean[] scalar, int result) {
        int condition = arguments[0];
        int x = arguments[1];
        int y = arguments[2];
        return (tile, length) -> {
            if (scalar[0]) { // one choice for all
                int chosen = tile.number[condition] != 0 ? x : y;
                spread(tile, chosen, chosen == x ? scalar[1] : scalar[2], DType.F32);
                System.arraycopy(
                        tile.floats[chosen], tile.from[chosen], tile.floats[result], tile.from[result], length);
                return;
            }
            spread(tile, x, scalar[1], DType.F32);
            spread(tile, y, scalar[2], DType.F32);
            Comparisons.where(
                    tile.bytes[condition],
                    tile.from[condition],
                    tile.floats[x],
                    tile.from[x],
                    tile.floats[y],
                    tile.from[y],
                    tile.floats[result],
                    tile.from[result],
                    length);
        };
    }

    private static TileStep logical(Logical op, int[] arguments, boolean[] scalar, int result) {
        int x = arguments[0];
        int y = arguments[arguments.length - 1];
        boolean spreadY = scalar[scalar.length - 1];
        return (tile, length) -> {
            spread(tile, x, scalar[0], DType.BOOL);
            spread(tile, y, spreadY, DType.BOOL);
            byte[] out = tile.bytes[result];
            int to = tile.from[result];
            switch (op) {
                case Logical.And _ ->
                    MaskLoops.and(tile.bytes[x], tile.from[x], tile.bytes[y], tile.from[y], out, to, length);
                case Logical.Or _ ->
                    MaskLoops.or(tile.bytes[x], tile.from[x], tile.bytes[y], tile.from[y], out, to, length);
                case Logical.Not _ -> MaskLoops.not(tile.bytes[x], tile.from[x], out, to, length);
            }
        };
    }

    private static TileStep cast(DType from, DType to, int x, boolean scalar, int result) {
        return (tile, length) -> {
            spread(tile, x, scalar, from);
            if (from == to) {
                System.arraycopy(tile.array(x, from), tile.from[x], tile.array(result, to), tile.from[result], length);
            } else if (to == DType.F32) {
                MaskLoops.toFloats(tile.bytes[x], tile.from[x], tile.floats[result], tile.from[result], length);
            } else {
                MaskLoops.toMask(tile.floats[x], tile.from[x], tile.bytes[result], tile.from[result], length);
            }
        };
    }

    /// Where a kernel wants an array, gives a scalar value a buffer of its own filled with it.
    private static void spread(Tile tile, int value, boolean scalar, DType dtype) {
        if (scalar) {
            tile.from[value] = 0;
            if (dtype == DType.F32) {
                tile.floats[value] = tile.spreadFloats(value);
                Arrays.fill(tile.floats[value], tile.number[value]);
            } else {
                tile.bytes[value] = tile.spreadBytes(value);
                Arrays.fill(tile.bytes[value], (byte) tile.number[value]);
            }
        }
    }
}
