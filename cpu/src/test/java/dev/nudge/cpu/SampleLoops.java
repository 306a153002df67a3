package dev.nudge.cpu;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.backend.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Loops for the tests of kernels.
final class SampleLoops {
    static final List<Unary> UNARY = List.of(
            new Unary.Negate(),
            new Unary.Abs(),
            new Unary.Sign(),
            new Unary.Exp(),
            new Unary.Log(),
            new Unary.Sqrt(),
            new Unary.Sigmoid(),
            new Unary.Tanh(),
            new Unary.Erf(),
            new Unary.Softplus(),
            new Unary.Relu(),
            new Unary.LeakyRelu(0.1));
    static final List<Binary> BINARY = List.of(
            new Binary.Add(), new Binary.Sub(), new Binary.Mul(), new Binary.Div(), new Binary.Max(), new Binary.Min());

    private SampleLoops() {}

    /// Every operation once, each as an output: of two full arrays, a row and a number.
    static Loop ofAll(int rows, int columns) {
        Builder loop = new Builder(rows, columns);
        int x = loop.input(Shape.of(rows, columns));
        int y = loop.input(Shape.of(rows, columns));
        int row = loop.input(Shape.of(columns));
        int number = loop.input(Shape.of());
        for (Unary op : UNARY) {
            loop.output(loop.step(op, x));
        }
        for (Binary op : BINARY) {
            loop.output(loop.step(op, x, y));
            loop.output(loop.step(op, x, row));
            loop.output(loop.step(op, x, number));
            loop.output(loop.step(op, number, x));
        }
        for (Compare.Relation relation : Compare.Relation.values()) {
            int holds = loop.step(new Compare(relation), x, y);
            loop.output(loop.step(new Where(), holds, row, number));
            int finite = loop.step(new IsFinite(), y);
            int both = loop.step(new Logical.And(), holds, finite);
            int either = loop.step(new Logical.Or(), both, loop.step(new Logical.Not(), finite));
            loop.output(loop.step(new Cast(DType.F32), either));
            loop.output(loop.step(new Where(), loop.step(new Cast(DType.BOOL), x), y, x));
        }
        return loop.done();
    }

    /// `steps` operations chosen at random, of what the ones before gave; the last three leave the loop.
    static Loop random(Random random, int rows, int columns, int steps) {
        Builder loop = new Builder(rows, columns);
        List<Integer> values = new ArrayList<>(List.of(
                loop.input(Shape.of(rows, columns)),
                loop.input(Shape.of(columns)),
                loop.input(Shape.of(rows, 1)),
                loop.input(Shape.of()),
                loop.input(Shape.of(rows, columns))));
        for (int i = 0; i < steps; i++) {
            int x = values.get(random.nextInt(values.size()));
            int y = values.get(random.nextInt(values.size()));
            values.add(
                    random.nextBoolean()
                            ? loop.step(UNARY.get(random.nextInt(UNARY.size())), x)
                            : loop.step(BINARY.get(random.nextInt(BINARY.size())), x, y));
        }
        for (int last = values.size() - 3; last < values.size(); last++) {
            loop.output(values.get(last));
        }
        return loop.done();
    }

    /// Arrays for the inputs of `loop`, special numbers among them.
    static Object[] inputs(Random random, Loop loop) {
        return loop.inputs().stream()
                .map(input -> input.source().dtype() == DType.BOOL
                        ? new byte[] {1}
                        : Samples.mixed(random, input.source().shape().elements()))
                .toArray();
    }

    /// Arrays for the outputs of `loop`.
    static Object[] outputs(Loop loop) {
        return loop.outputs().stream().map(_ -> new float[loop.elements()]).toArray();
    }

    /// Collects the parts of a loop.
    static final class Builder {
        private final Shape space;
        private final List<Loop.Input> inputs = new ArrayList<>();
        private final List<Loop.Step> steps = new ArrayList<>();
        private final List<Loop.Output> outputs = new ArrayList<>();

        Builder(int... extents) {
            this.space = Shape.of(extents);
        }

        /// Number of a new input; inputs come before steps.
        int input(Shape shape) {
            inputs.add(new Loop.Input(Type.of(DType.F32, shape), space));
            return inputs.size() - 1;
        }

        int truth() {
            inputs.add(new Loop.Input(Type.of(DType.BOOL, Shape.of()), space));
            return inputs.size() - 1;
        }

        int step(Elementwise op, Integer... arguments) {
            List<Type> types = List.of(arguments).stream()
                    .map(value -> Type.of(
                            value < inputs.size()
                                    ? inputs.get(value).source().dtype()
                                    : steps.get(value - inputs.size()).dtype(),
                            space))
                    .toList();
            steps.add(new Loop.Step(op, List.of(arguments), op.dtype(types)));
            return inputs.size() + steps.size() - 1;
        }

        void output(int value) {
            output(value, -1);
        }

        void output(int value, int overwrites) {
            outputs.add(new Loop.Output(value - inputs.size(), overwrites));
        }

        Loop done() {
            return new Loop(space.elements(), inputs, steps, outputs);
        }
    }
}
