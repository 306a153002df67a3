package dev.nudge.testkit;

import dev.nudge.tensor.Activation;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.LayerNormGradients;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Pooling;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;

/// Wrong inputs of every operation that can have any.
final class ErrorSamples {
    /// Operations that accept every operand.
    static final Set<Class<?>> TOTAL = Set.of(
            Leaf.Data.class,
            Leaf.Read.class,
            Leaf.Constant.class,
            Cast.class,
            IsFinite.class,
            Movement.Beside.class,
            Movement.Detach.class);

    private ErrorSamples() {}

    static List<ErrorSample> all() {
        List<ErrorSample> samples = new ArrayList<>();
        addUnary(samples);
        addBinary(samples);
        addTruths(samples);
        addReductions(samples);
        addMatmul(samples);
        addSliding(samples);
        addMovement(samples);
        addIndexing(samples);
        addRandom(samples);
        addFused(samples);
        addAttention(samples);
        samples.addAll(RecurrentSamples.wrong());
        return samples;
    }

    private static Tensor tensor(DType dtype, int... shape) {
        return Tensor.data(Value.zeros(Type.of(dtype, Shape.of(shape))));
    }

    private static Tensor floats(int... shape) {
        return tensor(DType.F32, shape);
    }

    private static Tensor ints(int... shape) {
        return tensor(DType.I32, shape);
    }

    private static void add(List<ErrorSample> samples, Op op, String mistake, List<Tensor> inputs, String... mentions) {
        samples.add(ErrorSample.of(
                op.getClass(), mistake, () -> Tensor.apply(op, inputs.toArray(Tensor[]::new)), mentions));
    }

    private static void addUnary(List<ErrorSample> samples) {
        for (Unary op : List.of(
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
                new Unary.LeakyRelu(0.1))) {
            for (DType dtype : List.of(DType.I32, DType.I64, DType.BOOL)) {
                add(samples, op, dtype + " operand", List.of(tensor(dtype, 2, 3)), op.name(), dtype + " [2, 3]");
            }
        }
    }

    private static void addBinary(List<ErrorSample> samples) {
        addBinary(samples, new Binary.Add(), Tensor::add);
        addBinary(samples, new Binary.Sub(), Tensor::sub);
        addBinary(samples, new Binary.Mul(), Tensor::mul);
        addBinary(samples, new Binary.Div(), Tensor::div);
        addBinary(samples, new Binary.Pow(), Tensor::pow);
        addBinary(samples, new Binary.Max(), Tensor::max);
        addBinary(samples, new Binary.Min(), Tensor::min);
        addBinary(samples, new Compare(Compare.Relation.LESS), Tensor::less);
        for (Op op : List.of(
                new Binary.Add(),
                new Binary.Sub(),
                new Binary.Mul(),
                new Binary.Div(),
                new Binary.Pow(),
                new Binary.Max(),
                new Binary.Min())) {
            add(samples, op, "truth values", List.of(tensor(DType.BOOL, 2), tensor(DType.BOOL, 2)), op.name(), "BOOL");
            add(samples, op, "not broadcast", List.of(floats(2, 3), floats(3)), op.name(), "[2, 3]", "[3]");
        }
    }

    private static void addBinary(List<ErrorSample> samples, Op op, BinaryOperator<Tensor> method) {
        samples.add(ErrorSample.of(
                op.getClass(), "lengths differ", () -> method.apply(floats(3), floats(4)), op.name(), "[3]", "[4]"));
        samples.add(ErrorSample.of(
                op.getClass(),
                "an inner axis differs",
                () -> method.apply(floats(2, 3, 4), floats(2, 4)),
                op.name(),
                "[2, 3, 4]",
                "[2, 4]"));
        samples.add(ErrorSample.of(
                op.getClass(),
                "element types differ",
                () -> method.apply(floats(3), tensor(DType.F64, 3)),
                op.name(),
                "F32",
                "F64"));
    }

    private static void addTruths(List<ErrorSample> samples) {
        Tensor truth = tensor(DType.BOOL, 3);
        for (Op op : List.of(new Logical.And(), new Logical.Or())) {
            add(samples, op, "numbers", List.of(floats(3), floats(3)), op.name(), "F32 [3]");
            add(samples, op, "a truth value and a number", List.of(truth, ints(3)), op.name(), "BOOL", "I32");
            add(samples, op, "shapes differ", List.of(truth, tensor(DType.BOOL, 2)), op.name(), "[3]", "[2]");
        }
        for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
            add(samples, new Logical.Not(), dtype + " operand", List.of(tensor(dtype, 4)), "not", dtype + " [4]");
        }
        Where where = new Where();
        add(
                samples,
                where,
                "condition is no truth value",
                List.of(floats(3), floats(3), floats(3)),
                "where",
                "F32 [3]");
        add(samples, where, "branches differ", List.of(truth, floats(3), ints(3)), "where", "F32", "I32");
        samples.add(ErrorSample.of(
                Where.class,
                "branches do not broadcast",
                () -> truth.where(floats(3), floats(4)),
                "where",
                "[3]",
                "[4]"));
        samples.add(ErrorSample.of(
                Where.class,
                "condition does not broadcast",
                () -> truth.where(floats(5, 2), floats(5, 2)),
                "where",
                "[3]",
                "[5, 2]"));
    }

    private static void addReductions(List<ErrorSample> samples) {
        List<Reduction> far =
                List.of(new Reduction.Sum(2), new Reduction.Max(2), new Reduction.Min(2), new Reduction.ArgMax(2));
        for (Reduction op : far) {
            add(samples, op, "no such axis", List.of(floats(3, 4)), op.name(), "axis 2", "[3, 4]");
            add(samples, op, "truth values", List.of(tensor(DType.BOOL, 2, 2, 5)), op.name(), "BOOL [2, 2, 5]");
            add(samples, op, "a scalar", List.of(floats()), op.name(), "axis 2", "[]");
        }
        for (Reduction op : List.of(new Reduction.Max(1), new Reduction.Min(1), new Reduction.ArgMax(1))) {
            add(samples, op, "nothing to choose from", List.of(floats(3, 0)), op.name(), "axis 1", "[3, 0]");
        }
        samples.add(ErrorSample.of(
                Reduction.Sum.class, "axis before the first", () -> floats(3).sum(-2), "sum", "-2", "[3]"));
        add(samples, new Reduction.Sum(-1), "negative axis in the op", List.of(floats(3)), "sum", "-1", "[3]");
        samples.add(ErrorSample.of(
                Reduction.Max.class, "no such axis", () -> floats(3).max(1), "max", "1", "[3]"));
        samples.add(ErrorSample.of(
                Reduction.ArgMax.class, "no such axis", () -> floats(3).argMax(4), "argMax", "4", "[3]"));
    }

    private static void addMatmul(List<ErrorSample> samples) {
        Object[][] mistakes = {
            {"inner extents differ", floats(64, 784), floats(128, 10), "[64, 784]", "[128, 10]"},
            {"left is a vector", floats(3), floats(3, 4), "[3]", "[3, 4]"},
            {"right is a vector", floats(2, 3), floats(3), "[2, 3]", "[3]"},
            {"right is a scalar", floats(2, 3), floats(), "[2, 3]", "[]"},
            {"whole numbers", ints(2, 3), ints(3, 4), "I32 [2, 3]", "I32 [3, 4]"},
            {"element types differ", floats(2, 3), tensor(DType.F64, 3, 4), "F32 [2, 3]", "F64 [3, 4]"},
            {"batches differ", floats(2, 3, 4), floats(5, 4, 3), "[2, 3, 4]", "[5, 4, 3]"},
            {"batch of rows against a matrix", floats(2, 3, 4), floats(5, 6), "[2, 3, 4]", "[5, 6]"},
            {"right transposed", floats(2, 3), floats(3, 4).transpose(), "[2, 3]", "[3, 4]", "transposed"},
            {"left transposed", floats(2, 3).transpose(), floats(3, 4), "[2, 3]", "[3, 4]", "transposed"},
        };
        for (Object[] mistake : mistakes) {
            List<String> mentions = new ArrayList<>(List.of("matmul"));
            for (int i = 3; i < mistake.length; i++) {
                mentions.add((String) mistake[i]);
            }
            samples.add(new ErrorSample(
                    Matmul.class,
                    (String) mistake[0],
                    () -> ((Tensor) mistake[1]).matmul((Tensor) mistake[2]),
                    mentions));
        }
    }

    private static void addSliding(List<ErrorSample> samples) {
        Tensor x = floats(2, 5, 6, 4);
        Tensor w = floats(3, 3, 4, 8);
        Window three = Window.of(3);
        Sliding convolve = new Sliding.Convolve(three, three, 1);
        addOperands(samples, convolve, x, w);
        add(samples, convolve, "other channels", List.of(x, floats(3, 3, 2, 8)), "[2, 5, 6, 4]", "[3, 3, 2, 8]");
        add(samples, convolve, "another kernel", List.of(x, floats(5, 3, 4, 8)), "[3, 3, in", "[5, 3, 4, 8]");
        add(samples, convolve, "image too small", List.of(floats(2, 2, 6, 4), w), "[2, 2, 6, 4]", "3 by 3");
        add(samples, new Sliding.Convolve(three, three, 3), "groups", List.of(x, w), "[3, 3, 4, 8]", "3 groups");
        add(samples, new Sliding.Convolve(three, three, 0), "no group", List.of(x, w), "groups", "0");
        Sliding transposed = new Sliding.ConvolveTransposed(three, three, 1, 5, 6);
        Tensor y = floats(2, 3, 4, 8);
        addOperands(samples, transposed, y, w);
        add(samples, transposed, "other channels", List.of(x, w), "[2, 5, 6, 4]", "[3, 3, 4, 8]");
        add(samples, transposed, "other places", List.of(floats(2, 3, 3, 8), w), "5 by 6", "[2, 3, 3, 8]", "3 by 4");
        Sliding weight = new Sliding.ConvolveWeight(three, three, 1);
        addOperands(samples, weight, x, y);
        add(samples, weight, "other batch", List.of(x, floats(3, 3, 4, 8)), "[2, 5, 6, 4]", "[3, 3, 4, 8]");
        add(samples, weight, "other places", List.of(x, floats(2, 5, 6, 8)), "5 by 6", "[2, 5, 6, 8]", "3 by 4");
        Sliding windows = new Sliding.Windows(three, three);
        add(samples, windows, "no images", List.of(floats(5, 6)), "windows", "[5, 6]");
        add(samples, windows, "image too small", List.of(floats(1, 2, 2, 1)), "windows", "[1, 2, 2, 1]", "3 by 3");
        add(samples, windows, "whole numbers", List.of(ints(2, 5, 6, 4)), "windows", "I32 [2, 5, 6, 4]");
        Sliding fold = new Sliding.Fold(three, three, 5, 6);
        add(samples, fold, "no windows", List.of(x), "fold", "[2, 5, 6, 4]");
        add(samples, fold, "other elements", List.of(floats(2, 3, 4, 8, 4)), "fold", "[2, 3, 4, 8, 4]", "9");
        add(samples, fold, "other places", List.of(floats(2, 4, 4, 9, 4)), "fold", "[2, 4, 4, 9, 4]", "3 by 4");
        Fused max = new Pooling.MaxPool(three, three);
        Fused unpool = new Pooling.MaxUnpool(three, three);
        Fused average = new Pooling.AveragePool(three, three);
        Fused share = new Pooling.AverageUnpool(three, three, 5, 6);
        add(samples, max, "other values", List.of(x, floats(2, 5, 6, 3)), "maxPool", "[2, 5, 6, 4]", "[2, 5, 6, 3]");
        add(samples, unpool, "other places", List.of(x, x), "maxUnpool", "[2, 3, 4, 4]", "[2, 5, 6, 4]");
        add(samples, share, "other places", List.of(x), "averageUnpool", "[2, 5, 6, 4]", "3 by 4");
        for (Fused op : List.of(max, unpool, average, share)) {
            int operands = op == max || op == unpool ? 2 : 1;
            add(samples, op, "no images", List.of(floats(5), floats(5)).subList(0, operands), op.name(), "[5]");
            Tensor whole = ints(2, 5, 6, 4);
            add(samples, op, "whole numbers", List.of(whole, whole).subList(0, operands), op.name(), "I32");
        }
        for (boolean largest : new boolean[] {false, true}) {
            Window padded = three.withPadding(3);
            samples.add(ErrorSample.of(
                    largest ? Pooling.MaxPool.class : Pooling.AveragePool.class,
                    "only padding",
                    () -> largest ? x.maxPool(padded, three) : x.averagePool(padded, three),
                    "padding",
                    "[2, 5, 6, 4]"));
        }
        samples.add(ErrorSample.of(Sliding.Convolve.class, "no extent", () -> Window.of(0), "window", "extent 0"));
        samples.add(ErrorSample.of(
                Sliding.Convolve.class, "negative padding", () -> three.withPadding(-1), "window", "padding", "-1"));
    }

    private static void addOperands(List<ErrorSample> samples, Sliding op, Tensor a, Tensor b) {
        add(samples, op, "no images", List.of(floats(5, 6), b), op.name(), "[5, 6]", "[batch, height, width");
        add(samples, op, "other types", List.of(a, tensor(DType.F64, 1, 1, 1, 1)), op.name(), "F32", "F64");
        add(samples, op, "whole numbers", List.of(ints(2, 2, 2, 2), ints(1, 1, 2, 2)), op.name(), "I32");
    }

    private static void addMovement(List<ErrorSample> samples) {
        Tensor x = floats(2, 3);
        List<Tensor> one = List.of(x);
        add(samples, new Movement.Reshape(Shape.of(7)), "too many", one, "reshape", "[2, 3]", "[7]");
        add(samples, new Movement.Reshape(Shape.of(5)), "too few", one, "reshape", "[2, 3]", "[5]");
        add(samples, new Movement.Reshape(Shape.SCALAR), "to a scalar", one, "reshape", "[2, 3]", "[]");
        Movement updating = new Movement.Updating();
        add(samples, updating, "another shape", List.of(x, floats(3), floats(2)), "updating", "F32 [3]", "F32 [2]");
        add(samples, updating, "another type", List.of(x, floats(3), ints(3)), "updating", "F32 [3]", "I32 [3]");
        add(samples, updating, "a scalar", List.of(x, floats(3), floats()), "updating", "F32 [3]", "F32 []");
        add(samples, new Movement.Permute(List.of(0)), "too few axes", one, "permute", "[0]", "[2, 3]");
        add(samples, new Movement.Permute(List.of(0, 0)), "an axis twice", one, "permute", "[0, 0]", "[2, 3]");
        add(samples, new Movement.Permute(List.of(1, 2)), "no such axis", one, "permute", "[1, 2]", "[2, 3]");
        add(samples, new Movement.Permute(List.of(1, -2)), "negative axis", one, "permute", "[1, -2]", "[2, 3]");
        add(samples, new Movement.Broadcast(Shape.of(2, 4)), "extents differ", one, "broadcast", "[2, 3]", "[2, 4]");
        add(samples, new Movement.Broadcast(Shape.of(3)), "fewer axes", one, "broadcast", "[2, 3]", "[3]");
        add(samples, new Movement.Broadcast(Shape.of(1, 3)), "smaller", one, "broadcast", "[2, 3]", "[1, 3]");
        add(
                samples,
                new Movement.Slice(List.of(0, 2), List.of(2, 2)),
                "past the end",
                one,
                "slice",
                "axis 1",
                "[2, 3]");
        add(
                samples,
                new Movement.Slice(List.of(-1, 0), List.of(1, 1)),
                "before the start",
                one,
                "slice",
                "axis 0",
                "[2, 3]");
        add(samples, new Movement.Slice(List.of(0), List.of(1)), "axes missing", one, "slice", "[0]", "[2, 3]");
        add(
                samples,
                new Movement.Slice(List.of(0, 1), List.of(1, -1)),
                "negative length",
                one,
                "slice",
                "axis 1",
                "[2, 3]");
        add(samples, new Movement.Pad(List.of(0), List.of(0)), "axes missing", one, "pad", "[0]", "[2, 3]");
        add(samples, new Movement.Pad(List.of(-1, 0), List.of(0, 0)), "negative before", one, "pad", "[-1, 0]");
        add(samples, new Movement.Pad(List.of(0, 0), List.of(0, -2)), "negative after", one, "pad", "[0, -2]");
        add(
                samples,
                new Movement.Concat(0),
                "other extents differ",
                List.of(x, floats(2, 4)),
                "concat",
                "[2, 3]",
                "[2, 4]");
        add(samples, new Movement.Concat(0), "ranks differ", List.of(x, floats(3)), "concat", "[2, 3]", "[3]");
        add(samples, new Movement.Concat(0), "element types differ", List.of(x, ints(2, 3)), "concat", "F32", "I32");
        add(samples, new Movement.Concat(2), "no such axis", List.of(x, x), "concat", "2", "[2, 3]");
        add(samples, new Movement.Flip(List.of(2)), "no such axis", one, "flip", "2", "[2, 3]");
        add(samples, new Movement.Flip(List.of(-1)), "negative axis in the op", one, "flip", "-1", "[2, 3]");
        samples.add(
                ErrorSample.of(Movement.Flip.class, "axis before the first", () -> x.flip(-3), "flip", "-3", "[2, 3]"));
        samples.add(ErrorSample.of(Movement.Reshape.class, "squeeze", () -> x.squeeze(1), "squeeze", "1", "[2, 3]"));
        samples.add(
                ErrorSample.of(Movement.Reshape.class, "unsqueeze", () -> x.unsqueeze(4), "unsqueeze", "4", "[2, 3]"));
        samples.add(ErrorSample.of(Movement.Slice.class, "split", () -> x.split(1, 2, 2), "split", "[2, 2]", "[2, 3]"));
        samples.add(ErrorSample.of(Movement.Concat.class, "no parts", () -> Tensor.concat(0), "concat"));
        samples.add(ErrorSample.of(
                Movement.Permute.class, "transpose of a vector", () -> floats(3).transpose(), "transpose", "[3]"));
    }

    private static void addIndexing(List<ErrorSample> samples) {
        Op gather = new Indexing.Gather();
        add(samples, gather, "numbers as indices", List.of(floats(5, 2), floats(3)), "gather", "F32 [3]");
        add(
                samples,
                gather,
                "truth values as indices",
                List.of(floats(5), tensor(DType.BOOL, 5)),
                "gather",
                "BOOL [5]");
        add(samples, gather, "scalar table", List.of(floats(), ints(3)), "gather", "scalar");
        Op scatter = new Indexing.ScatterAdd(4);
        add(samples, scatter, "numbers as indices", List.of(floats(3, 2), floats(3)), "scatterAdd", "F32 [3]");
        add(samples, scatter, "lengths differ", List.of(floats(3, 2), ints(4)), "scatterAdd", "[3, 2]", "[4]");
        add(samples, scatter, "too few axes", List.of(floats(3), ints(3, 2)), "scatterAdd", "[3]", "[3, 2]");
        add(samples, new Indexing.OneHot(3, DType.F32), "numbers", List.of(floats(2)), "oneHot", "F32 [2]");
        add(samples, new Indexing.OneHot(3, DType.F32), "doubles", List.of(tensor(DType.F64, 2)), "oneHot", "F64 [2]");
        add(
                samples,
                new Indexing.OneHot(3, DType.F32),
                "truth values",
                List.of(tensor(DType.BOOL, 2)),
                "oneHot",
                "BOOL [2]");
    }

    private static void addRandom(List<ErrorSample> samples) {
        Type type = Type.of(DType.F32, Shape.of(4));
        Type whole = Type.of(DType.I32, Shape.of(4));
        Tensor key = RandomKey.of(1).tensor();
        for (RandomOp op :
                List.of(new RandomOp.Uniform(type), new RandomOp.Normal(type), new RandomOp.Bernoulli(type, 0.5))) {
            add(samples, op, "key of other type", List.of(ints(2)), op.name(), "I32 [2]");
            add(samples, op, "key of other shape", List.of(tensor(DType.I64, 3)), op.name(), "I64 [3]");
        }
        for (RandomOp op :
                List.of(new RandomOp.Uniform(whole), new RandomOp.Normal(whole), new RandomOp.Bernoulli(whole, 0.5))) {
            add(samples, op, "whole numbers", List.of(key), op.name(), "I32 [4]");
        }
        for (double probability : new double[] {-0.1, 1.5, Double.NaN}) {
            samples.add(ErrorSample.of(
                    RandomOp.Bernoulli.class,
                    "probability " + probability,
                    () -> Tensor.bernoulli(RandomKey.of(1), probability, 4),
                    "bernoulli",
                    String.valueOf(probability)));
        }
    }

    private static void addFused(List<ErrorSample> samples) {
        addNormalizations(samples);
        for (DType dtype : List.of(DType.I32, DType.I64, DType.BOOL)) {
            add(samples, new Activation.Gelu(), dtype + " operand", List.of(tensor(dtype, 3)), "gelu", dtype + " [3]");
        }
        for (Op op : List.of(new Softmaxes.Softmax(), new Softmaxes.LogSoftmax(), new Softmaxes.LogSumExp())) {
            add(samples, op, "a scalar", List.of(floats()), op.name(), "[]");
            add(samples, op, "no classes", List.of(floats(3, 0)), op.name(), "[3, 0]");
            add(samples, op, "whole numbers", List.of(ints(3, 2)), op.name(), "I32 [3, 2]");
        }
        Tensor key = RandomKey.of(1).tensor();
        Op dropout = new Activation.Dropout(0.5);
        add(samples, dropout, "whole numbers", List.of(ints(3), key), "dropout", "I32 [3]");
        add(samples, dropout, "no key", List.of(floats(3), floats(3)), "dropout", "F32 [3]");
        for (double probability : new double[] {-0.1, 1, Double.NaN}) {
            samples.add(ErrorSample.of(
                    Activation.Dropout.class,
                    "probability " + probability,
                    () -> new Activation.Dropout(probability),
                    "dropout",
                    String.valueOf(probability)));
        }
        Op crossEntropy = new Softmaxes.SoftmaxCrossEntropy();
        Object[][] targets = {
            {"fewer targets", ints(3), "[3]"},
            {"a column of targets", ints(4, 1), "[4, 1]"},
            {"one target", ints(), "[]"},
            {"numbers as targets", floats(4), "F32 [4]"},
            {"a distribution", floats(4, 10), "F32 [4, 10]"}
        };
        for (Object[] target : targets) {
            add(
                    samples,
                    crossEntropy,
                    (String) target[0],
                    List.of(floats(4, 10), (Tensor) target[1]),
                    "softmaxCrossEntropy",
                    "[4, 10]",
                    (String) target[2]);
        }
        Op binary = new Softmaxes.BinaryCrossEntropy();
        add(
                samples,
                binary,
                "a column against a line",
                List.of(floats(4, 1), floats(4)),
                "binaryCrossEntropy",
                "[4, 1]",
                "[4]");
        add(samples, binary, "one target", List.of(floats(4), floats()), "binaryCrossEntropy", "[4]", "[]");
        add(samples, binary, "whole targets", List.of(floats(4), ints(4)), "binaryCrossEntropy", "F32", "I32");
    }

    private static void addNormalizations(List<ErrorSample> samples) {
        for (Op op : List.of(new Normalizations.LayerNorm(1e-5), new Normalizations.BatchNorm(1e-5))) {
            String name = op.name();
            add(samples, op, "fewer weights", List.of(floats(5, 3), floats(2), floats(3)), name, "[3]", "[2]");
            add(samples, op, "fewer biases", List.of(floats(5, 3), floats(3), floats(1)), name, "[3]", "[1]");
            add(samples, op, "a scalar", List.of(floats(), floats(1), floats(1)), name, "[]");
            add(samples, op, "whole numbers", List.of(ints(5, 3), ints(3), ints(3)), name, "I32 [5, 3]");
        }
        Op batch = new Normalizations.BatchNorm(1e-5);
        add(samples, batch, "one axis", List.of(floats(3), floats(3), floats(3)), "batchNorm", "2 axes", "[3]");
        Op moments = new Normalizations.ColumnMoments();
        add(samples, moments, "a vector", List.of(floats(3)), "columnMoments", "[3]");
        add(samples, moments, "three axes", List.of(floats(2, 3, 4)), "columnMoments", "[2, 3, 4]");
        add(samples, moments, "whole numbers", List.of(ints(2, 3)), "columnMoments", "I32 [2, 3]");
        Op sums = new Normalizations.CenteredSums();
        Tensor matrix = floats(4, 3);
        add(samples, sums, "other rows", List.of(matrix, floats(1, 3), floats(1, 3)), "centeredSums", "[1, 3]");
        add(samples, sums, "a vector of means", List.of(matrix, matrix, floats(3)), "centeredSums", "[3]");
        add(samples, sums, "a vector", List.of(floats(3), floats(3), floats(1, 3)), "centeredSums", "[3]");
        Op gradient = new LayerNormGradients.LayerNormGradient(1e-5);
        add(samples, gradient, "fewer weights", List.of(matrix, floats(2), matrix), "layerNormGradient", "[3]", "[2]");
        add(
                samples,
                gradient,
                "another gradient",
                List.of(matrix, floats(3), floats(3)),
                "layerNormGradient",
                "[4, 3]");
        add(
                samples,
                gradient,
                "another type",
                List.of(matrix, floats(3), tensor(DType.F64, 4, 3)),
                "layerNormGradient",
                "F64 [4, 3]");
        Op columns = new LayerNormGradients.LayerNormSums(1e-5);
        add(samples, columns, "another gradient", List.of(matrix, floats(1, 3)), "layerNormSums", "[4, 3]", "[1, 3]");
        add(samples, columns, "a scalar", List.of(floats(), floats()), "layerNormSums", "[]");
        add(samples, columns, "another type", List.of(matrix, tensor(DType.F64, 4, 3)), "layerNormSums", "F64 [4, 3]");
        Op rms = new Normalizations.RmsNorm(1e-5);
        add(samples, rms, "fewer weights", List.of(floats(5, 3), floats(2)), "rmsNorm", "[3]", "[2]");
        add(samples, rms, "a row of weights", List.of(floats(5, 3), floats(1, 3)), "rmsNorm", "[3]", "[1, 3]");
        add(samples, rms, "another type", List.of(floats(5, 3), tensor(DType.F64, 3)), "rmsNorm", "F64 [3]");
        samples.add(ErrorSample.of(
                Normalizations.LayerNorm.class,
                "negative epsilon",
                () -> new Normalizations.LayerNorm(-1),
                "layerNorm",
                "-1.0"));
    }

    private static void addAttention(List<ErrorSample> samples) {
        Op attention = new Attentions.SelfAttention(2, 1, true);
        add(samples, attention, "no axis of times", List.of(floats(2, 8)), "selfAttention", "[2, 8]");
        add(samples, attention, "parts of no one width", List.of(floats(2, 3, 10)), "selfAttention", "[2, 3, 10]");
        add(samples, attention, "whole numbers", List.of(ints(2, 3, 8)), "selfAttention", "I32 [2, 3, 8]");
        Op gradient = new Attentions.SelfAttentionGradient(2, 1, true);
        add(
                samples,
                gradient,
                "a gradient of another shape",
                List.of(floats(2, 3, 8), floats(2, 3, 8)),
                "selfAttentionGradient",
                "[2, 3, 4]",
                "[2, 3, 8]");
        add(samples, gradient, "no axis of times", List.of(floats(2, 8), floats(2, 4)), "selfAttention", "[2, 8]");
        samples.add(ErrorSample.of(
                Attentions.SelfAttention.class,
                "heads that do not divide",
                () -> new Attentions.SelfAttention(3, 2, false),
                "3",
                "2"));
        samples.add(ErrorSample.of(
                Attentions.SelfAttentionGradient.class,
                "no heads",
                () -> new Attentions.SelfAttentionGradient(0, 1, false),
                "0"));
    }
}
