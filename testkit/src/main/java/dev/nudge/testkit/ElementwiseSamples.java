package dev.nudge.testkit;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Where;
import java.util.ArrayList;
import java.util.List;

/// Samples of element-wise operations.
final class ElementwiseSamples {
    private static final RandomKey KEY = RandomKey.of(1);
    private static final List<Unary> SMOOTH = List.of(
            new Unary.Negate(),
            new Unary.Exp(),
            new Unary.Log(),
            new Unary.Sqrt(),
            new Unary.Sigmoid(),
            new Unary.Tanh(),
            new Unary.Erf(),
            new Unary.Softplus());
    private static final List<Unary> KINKED =
            List.of(new Unary.Abs(), new Unary.Relu(), new Unary.LeakyRelu(0.01), new Unary.LeakyRelu(0.3));
    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        3e38,
        -3e38,
        1e-45,
        -1e-45,
        1e-38,
        -1e-38,
        1,
        -1,
        0.5,
        -2.5,
        88.5,
        89.5,
        -87,
        -88.5,
        -103.5,
        -104.5,
        1e-8,
        -1e-4,
        16,
        -17,
        1e10,
        -1e10,
        710,
        -750
    };

    private ElementwiseSamples() {}

    static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>(List.of(Shape.SCALAR, Shape.of(3, 5), Shape.of(2, 3, 5), Shape.of(0, 3)));
        OpSamples.SIZES.forEach(size -> shapes.add(Shape.of(size)));
        shapes.add(Shape.of(7, 37));
        return shapes;
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (Shape shape : shapes()) {
            for (DType dtype : OpSamples.FLOATING) {
                addFloating(samples, Type.of(dtype, shape));
            }
            addOthers(samples, shape);
        }
        return samples;
    }

    private static void addFloating(List<OpSample> samples, Type type) {
        for (Unary op : SMOOTH) {
            samples.add(OpSample.smooth(op, inDomain(op, type)));
        }
        for (Unary op : KINKED) {
            samples.add(OpSample.kinked(op, inDomain(op, type)));
        }
        samples.add(OpSample.of(new Unary.Sign(), inDomain(new Unary.Sign(), type)));
        Value a = Draw.uniform(KEY.at(1), type, -3, 3);
        Value b = apart(a, Draw.uniform(KEY.at(2), type, -3, 3));
        samples.add(OpSample.smooth(new Binary.Add(), a, b));
        samples.add(OpSample.smooth(new Binary.Sub(), a, b));
        samples.add(OpSample.smooth(new Binary.Mul(), a, b));
        samples.add(OpSample.smooth(new Binary.Div(), a, Draw.uniform(KEY.at(3), type, 0.3, 3)));
        samples.add(OpSample.smooth(new Binary.Div(), a, Draw.uniform(KEY.at(4), type, -3, -0.3)));
        samples.add(OpSample.smooth(new Binary.Pow(), Draw.uniform(KEY.at(5), type, 0.3, 3), b));
        samples.add(OpSample.kinked(new Binary.Max(), a, b));
        samples.add(OpSample.kinked(new Binary.Min(), a, b));
        samples.add(OpSample.smooth(new Where(), Draw.truths(KEY.at(6), type.shape()), a, b));
        samples.add(OpSample.of(new IsFinite(), Draw.repeated(type, SPECIAL)));
        samples.add(OpSample.smooth(new Cast(DType.F64), a));
        samples.add(OpSample.of(new Cast(DType.F32), a)); // its rounding hides differences
        for (Compare.Relation relation : Compare.Relation.values()) {
            samples.add(OpSample.of(
                    new Compare(relation), Draw.repeated(type, -1, 2, 0.5), Draw.repeated(type, 2, -1, 0.5, 7)));
        }
    }

    private static void addOthers(List<OpSample> samples, Shape shape) {
        Value a = Draw.truths(KEY.at(7), shape);
        Value b = Draw.truths(KEY.at(8), shape);
        samples.add(OpSample.of(new Logical.And(), a, b));
        samples.add(OpSample.of(new Logical.Or(), a, b));
        samples.add(OpSample.of(new Logical.Not(), a));
        for (DType dtype : List.of(DType.I32, DType.I64)) {
            Type type = Type.of(dtype, shape);
            Value i = Draw.any(KEY.at(9), type);
            Value j = Draw.any(KEY.at(10), type);
            samples.add(OpSample.of(new Binary.Add(), i, j));
            samples.add(OpSample.of(new Binary.Sub(), i, j));
            samples.add(OpSample.of(new Binary.Mul(), i, j));
            samples.add(OpSample.of(new Binary.Max(), i, j));
            samples.add(OpSample.of(new Where(), a, i, j));
            for (Compare.Relation relation : Compare.Relation.values()) {
                samples.add(OpSample.of(new Compare(relation), i, j));
            }
        }
        for (DType from : DType.values()) {
            for (DType to : DType.values()) {
                samples.add(OpSample.of(new Cast(to), Draw.any(KEY.at(11), Type.of(from, shape))));
            }
        }
    }

    /// Zeros of both signs, infinities, NaN, and numbers near the ends of the single-precision range, in all pairs.
    static List<OpSample> special() {
        List<OpSample> samples = new ArrayList<>();
        int count = SPECIAL.length;
        for (DType dtype : OpSamples.FLOATING) {
            Value x = Draw.repeated(Type.of(dtype, Shape.of(2 * count + 3)), SPECIAL);
            SMOOTH.forEach(op -> samples.add(OpSample.of(op, x)));
            KINKED.forEach(op -> samples.add(OpSample.of(op, x)));
            samples.add(OpSample.of(new Unary.Sign(), x));
            samples.add(OpSample.of(new IsFinite(), x));
            for (DType to : List.of(DType.F32, DType.F64)) {
                samples.add(OpSample.of(new Cast(to), x));
            }
            Type square = Type.of(dtype, Shape.of(count, count));
            Value a = Value.zeros(square);
            for (int i = 0; i < a.elements(); i++) {
                a.set(i, SPECIAL[i / count]);
            }
            Value b = Draw.repeated(square, SPECIAL);
            for (Binary op : List.of(
                    new Binary.Add(),
                    new Binary.Sub(),
                    new Binary.Mul(),
                    new Binary.Div(),
                    new Binary.Max(),
                    new Binary.Min(),
                    new Binary.Pow())) {
                samples.add(OpSample.of(op, a, b));
            }
            for (Compare.Relation relation : Compare.Relation.values()) {
                samples.add(OpSample.of(new Compare(relation), a, b));
            }
            samples.add(OpSample.of(new Where(), Draw.truths(KEY.at(12), square.shape()), a, b));
        }
        return samples;
    }

    private static Value inDomain(Unary op, Type type) {
        return Draw.uniform(KEY.at(0), type, op.domain().low(), op.domain().high());
    }

    private static Value apart(Value a, Value b) {
        Value moved = b.copy();
        for (int i = 0; i < b.elements(); i++) {
            if (Math.abs(a.at(i) - b.at(i)) < 0.05) {
                moved.set(i, b.at(i) + 0.2);
            }
        }
        return moved;
    }
}
