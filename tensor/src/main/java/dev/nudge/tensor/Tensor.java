package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An n-dimensional array of numbers: a node of a graph, computed when its value is asked for.
///
/// Writing `a.add(b)` checks shapes and element types at once, at the line that wrote it, but computes nothing.
/// Values are computed by the [Execution] in force when they are read ([#item()], [#toFloats()]) or when an
/// optimizer steps. A tensor never changes; only a [Variable] does, and a tensor computed from its earlier
/// value must have been read or marked with [#keep()] before.
///
/// Binary operations broadcast by NumPy's rules ([Shape#broadcast]).
public final class Tensor {
    private final Op op;
    private final List<Tensor> inputs;
    private final Type type;
    private final String path;
    private final int hash;
    private final @Nullable Variable variable;
    private @Nullable Value value;
    private boolean kept;

    private Tensor(Op op, List<Tensor> inputs, Type type, @Nullable Variable variable, @Nullable Value value) {
        this.op = op;
        this.inputs = inputs;
        this.type = type;
        this.variable = variable;
        this.value = value;
        this.path = LayerPath.current();
        int mixed = inputs.isEmpty() ? System.identityHashCode(variable == null ? this : variable) : op.hashCode();
        for (Tensor input : inputs) {
            mixed = 31 * mixed + input.hash;
        }
        this.hash = mixed;
    }

    // ---- making tensors -------------------------------------------------------------------------------------------

    /// A single-precision tensor with a copy of `elements` in row-major order.
    ///
    /// @throws ShapeException if the number of elements does not fit the shape
    public static Tensor of(float[] elements, int... shape) {
        return data(new Value(exact(DType.F32, elements.length, shape), elements.clone()));
    }

    /// A double-precision tensor with a copy of `elements` in row-major order.
    ///
    /// @throws ShapeException if the number of elements does not fit the shape
    public static Tensor of(double[] elements, int... shape) {
        return data(new Value(exact(DType.F64, elements.length, shape), elements.clone()));
    }

    /// A tensor of indices with a copy of `elements` in row-major order.
    ///
    /// @throws ShapeException if the number of elements does not fit the shape
    public static Tensor of(int[] elements, int... shape) {
        return data(new Value(exact(DType.I32, elements.length, shape), elements.clone()));
    }

    /// A scalar feed: a number that may change from step to step without making a new plan.
    public static Tensor of(float element) {
        return data(new Value(Type.of(DType.F32, Shape.SCALAR), new float[] {element}));
    }

    /// A tensor that stands for `value`, which must not be changed any more.
    public static Tensor data(Value value) {
        return new Tensor(new Leaf.Data(value.type()), List.of(), value.type(), null, value);
    }

    /// A scalar constant that is part of the structure: another value means another plan.
    public static Tensor constant(DType dtype, double value) {
        return apply(new Leaf.Constant(dtype, value));
    }

    /// Uniform numbers in `[0, 1)`.
    public static Tensor uniform(RandomKey key, int... shape) {
        return apply(new RandomOp.Uniform(Type.of(DType.F32, Shape.of(shape))), key.tensor());
    }

    /// Standard normal numbers.
    public static Tensor normal(RandomKey key, int... shape) {
        return apply(new RandomOp.Normal(Type.of(DType.F32, Shape.of(shape))), key.tensor());
    }

    /// Ones with the given probability, else zeros.
    public static Tensor bernoulli(RandomKey key, double probability, int... shape) {
        return apply(new RandomOp.Bernoulli(Type.of(DType.F32, Shape.of(shape)), probability), key.tensor());
    }

    /// The node of `op` over `inputs`.
    ///
    /// @throws ShapeException if the inputs do not fit
    public static Tensor apply(Op op, Tensor... inputs) {
        List<Tensor> list = List.of(inputs);
        Type type;
        if (inputs.length == 1) {
            type = op.type(List.of(inputs[0].type));
        } else {
            List<Type> types = new ArrayList<>(inputs.length);
            for (Tensor input : inputs) {
                types.add(input.type);
            }
            type = op.type(types);
        }
        return new Tensor(op, list, type, null, null);
    }

    static Tensor read(Variable variable) {
        return new Tensor(new Leaf.Read(variable.type()), List.of(), variable.type(), variable, null);
    }

    /// A leaf without elements, to ask a composition for its type or structure.
    public static Tensor placeholder(Type type) {
        return new Tensor(new Leaf.Data(type), List.of(), type, null, null);
    }

    /// A node of the same value behind which a backward walk does not look.
    Tensor boundary() {
        return apply(new Movement.Reshape(shape()), this);
    }

    private static Type exact(DType dtype, int elements, int... extents) {
        Shape shape = Shape.of(extents);
        if (shape.elements() != elements) {
            throw new ShapeException(
                    "tensor: shape " + shape + " needs " + shape.elements() + " elements, found " + elements);
        }
        return Type.of(dtype, shape);
    }

    // ---- what a node is -------------------------------------------------------------------------------------------

    /// The operation.
    public Op op() {
        return op;
    }

    /// The operands.
    public List<Tensor> inputs() {
        return inputs;
    }

    /// Operand `index`.
    public Tensor input(int index) {
        return inputs.get(index);
    }

    /// Element type and shape.
    public Type type() {
        return type;
    }

    /// Shape.
    public Shape shape() {
        return type.shape();
    }

    /// Element type.
    public DType dtype() {
        return type.dtype();
    }

    /// Path of the layer in which the node was written, such as `layers.0`; empty outside any.
    public String path() {
        return path;
    }

    /// A hash for tables of nodes: of the operation and of the leaves that it is computed from. It costs less than the
    /// identity hash of a new object, which only leaves need.
    int hash() {
        return hash;
    }

    /// The variable that this leaf reads, or null.
    public @Nullable Variable variable() {
        return variable;
    }

    // ---- values ---------------------------------------------------------------------------------------------------

    /// Marks the value as wanted: whichever run computes this node next keeps its value for reading afterwards.
    public Tensor keep() {
        kept = true;
        return this;
    }

    /// Whether [#keep()] was called.
    public boolean isKept() {
        return kept;
    }

    /// The value, computing it if need be.
    ///
    /// @throws StaleTensorException if it was not kept and a variable that it depends on has changed since
    public Value value() {
        Value present = bound();
        if (present == null) {
            Execution.current().run(List.of(), List.of(this));
            present = value;
        }
        if (present == null) {
            throw new IllegalStateException("value: the execution did not compute " + this);
        }
        return present;
    }

    /// The value if it is at hand without computing: of a leaf, or stored by a run; else null.
    ///
    /// @throws StaleTensorException if this reads a variable that has changed since
    public @Nullable Value bound() {
        if (value == null && variable != null) {
            if (variable.tensor() != this) {
                throw new StaleTensorException("read: a variable " + variable.type() + " has changed since this graph"
                        + " was written; call keep() on the tensor before optimizer.step, or read it before");
            }
            return variable.storage();
        }
        return value;
    }

    /// Whether the value at hand is the storage of a variable, which the next assignment changes.
    public boolean isLive() {
        return variable != null && value == null;
    }

    /// Stores a computed value. Meant for executions.
    public void store(Value computed) {
        value = computed;
    }

    /// The only element as a double.
    ///
    /// @throws ShapeException if there is not exactly one element
    /// @throws StaleTensorException as for [#value()]
    public double item() {
        if (shape().elements() != 1) {
            throw new ShapeException("item: expected one element, found shape " + shape() + "; use toFloats");
        }
        return value().at(0);
    }

    /// A copy of the elements as single-precision numbers, row-major.
    ///
    /// @throws StaleTensorException as for [#value()]
    public float[] toFloats() {
        Value present = value();
        if (present.array() instanceof float[] floats) {
            return Arrays.copyOf(floats, present.elements());
        }
        float[] out = new float[present.elements()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) present.at(i);
        }
        return out;
    }

    /// A copy of the elements as double-precision numbers, row-major.
    ///
    /// @throws StaleTensorException as for [#value()]
    public double[] toDoubles() {
        return value().toDoubles();
    }

    /// A copy of the elements as whole numbers, row-major.
    ///
    /// @throws StaleTensorException as for [#value()]
    public int[] toInts() {
        Value present = value();
        return IntStream.range(0, present.elements())
                .map(i -> (int) present.longAt(i))
                .toArray();
    }

    // ---- gradients ------------------------------------------------------------------------------------------------

    /// Gradients of this scalar with respect to `variables`, as graph.
    ///
    /// @throws ShapeException if this is not a scalar
    public Gradients backward(Iterable<? extends Variable> variables) {
        return Gradients.of(this, variables);
    }

    /// The same value, through which no gradient flows.
    public Tensor detach() {
        return apply(new Movement.Detach(), this);
    }

    /// The same value; a step on a loss that is computed from it also gives `buffer` the value `next`.
    ///
    /// This is how running statistics go along with training: reading the tensor changes nothing, and a step
    /// that is refused changes no buffer either. No gradient flows to `next`.
    ///
    /// @throws ShapeException if `next` is not of the type of the buffer
    public Tensor updating(Buffer buffer, Tensor next) {
        return apply(new Movement.Updating(), this, buffer.tensor(), next);
    }

    /// The same value; a run that computes it computes `other` along with it if that is wanted ([#keep()]).
    ///
    /// For results that a loss does not depend on but that are to be read behind the step on it.
    public Tensor beside(Tensor other) {
        return apply(new Movement.Beside(), this, other);
    }

    // ---- element-wise ---------------------------------------------------------------------------------------------

    /// Sum.
    public Tensor add(Tensor other) {
        return binary(new Binary.Add(), other);
    }

    /// Sum with a constant.
    public Tensor add(double constant) {
        return add(constantLike(constant));
    }

    /// Difference.
    public Tensor sub(Tensor other) {
        return binary(new Binary.Sub(), other);
    }

    /// Difference to a constant.
    public Tensor sub(double constant) {
        return sub(constantLike(constant));
    }

    /// Product, element by element.
    public Tensor mul(Tensor other) {
        return binary(new Binary.Mul(), other);
    }

    /// Product with a constant.
    public Tensor mul(double constant) {
        return mul(constantLike(constant));
    }

    /// Quotient, element by element.
    public Tensor div(Tensor other) {
        return binary(new Binary.Div(), other);
    }

    /// Quotient by a constant.
    public Tensor div(double constant) {
        return div(constantLike(constant));
    }

    /// Power, element by element.
    public Tensor pow(Tensor exponent) {
        return binary(new Binary.Pow(), exponent);
    }

    /// Power with a constant exponent.
    public Tensor pow(double exponent) {
        return pow(constantLike(exponent));
    }

    /// Larger of two elements; NaN wins.
    public Tensor max(Tensor other) {
        return binary(new Binary.Max(), other);
    }

    /// Smaller of two elements; NaN wins.
    public Tensor min(Tensor other) {
        return binary(new Binary.Min(), other);
    }

    /// Negation.
    public Tensor negate() {
        return apply(new Unary.Negate(), this);
    }

    /// Absolute value.
    public Tensor abs() {
        return apply(new Unary.Abs(), this);
    }

    /// Sign: -1, 0 or 1.
    public Tensor sign() {
        return apply(new Unary.Sign(), this);
    }

    /// Exponential.
    public Tensor exp() {
        return apply(new Unary.Exp(), this);
    }

    /// Natural logarithm.
    public Tensor log() {
        return apply(new Unary.Log(), this);
    }

    /// Square root.
    public Tensor sqrt() {
        return apply(new Unary.Sqrt(), this);
    }

    /// Product with itself.
    public Tensor square() {
        return mul(this);
    }

    /// Logistic function.
    public Tensor sigmoid() {
        return apply(new Unary.Sigmoid(), this);
    }

    /// Hyperbolic tangent.
    public Tensor tanh() {
        return apply(new Unary.Tanh(), this);
    }

    /// Error function.
    public Tensor erf() {
        return apply(new Unary.Erf(), this);
    }

    /// Smooth rectified linear unit, `ln(1 + e^x)`.
    public Tensor softplus() {
        return apply(new Unary.Softplus(), this);
    }

    /// Rectified linear unit.
    public Tensor relu() {
        return apply(new Unary.Relu(), this);
    }

    /// Leaky rectified linear unit.
    public Tensor leakyRelu(double slope) {
        return apply(new Unary.LeakyRelu(slope), this);
    }

    /// Gaussian error linear unit, exact form.
    public Tensor gelu() {
        return apply(new Activation.Gelu(), this);
    }

    /// Conversion to another element type.
    public Tensor cast(DType target) {
        return target == dtype() ? this : apply(new Cast(target), this);
    }

    /// Where this is less than `other`.
    public Tensor less(Tensor other) {
        return binary(new Compare(Compare.Relation.LESS), other);
    }

    /// Where this is greater than `other`.
    public Tensor greater(Tensor other) {
        return binary(new Compare(Compare.Relation.GREATER), other);
    }

    /// Where this is greater than a constant.
    public Tensor greater(double constant) {
        return greater(constantLike(constant));
    }

    /// Where this is at most `other`.
    public Tensor lessOrEqual(Tensor other) {
        return binary(new Compare(Compare.Relation.LESS_OR_EQUAL), other);
    }

    /// Where this is at least `other`.
    public Tensor greaterOrEqual(Tensor other) {
        return binary(new Compare(Compare.Relation.GREATER_OR_EQUAL), other);
    }

    /// Where this equals `other`.
    public Tensor equalTo(Tensor other) {
        return binary(new Compare(Compare.Relation.EQUAL), other);
    }

    /// Where this differs from `other`.
    public Tensor notEqualTo(Tensor other) {
        return binary(new Compare(Compare.Relation.NOT_EQUAL), other);
    }

    /// Where both truth values hold.
    public Tensor and(Tensor other) {
        return binary(new Logical.And(), other);
    }

    /// Where either truth value holds.
    public Tensor or(Tensor other) {
        return binary(new Logical.Or(), other);
    }

    /// Where this truth value does not hold.
    public Tensor not() {
        return apply(new Logical.Not(), this);
    }

    /// Where this is neither NaN nor infinite.
    public Tensor isFinite() {
        return apply(new IsFinite(), this);
    }

    /// `then` where this truth value holds, else `otherwise`.
    public Tensor where(Tensor then, Tensor otherwise) {
        Shape shape = Shape.broadcast("where", shape(), Shape.broadcast("where", then.shape(), otherwise.shape()));
        return apply(new Where(), broadcastTo(shape), then.broadcastTo(shape), otherwise.broadcastTo(shape));
    }

    /// A constant of this tensor's type, for use beside it.
    public Tensor constantLike(double constant) {
        return constant(dtype(), constant).broadcastTo(shape());
    }

    private Tensor binary(Op op, Tensor other) {
        if (shape().equals(other.shape())) {
            return apply(op, this, other);
        }
        Shape shape = Shape.broadcast(op.name(), shape(), other.shape());
        return apply(op, broadcastTo(shape), other.broadcastTo(shape));
    }

    // ---- reductions -----------------------------------------------------------------------------------------------

    /// Sum of all elements, a scalar.
    public Tensor sum() {
        return reshape(shape().elements()).sumKeep(0).reshape();
    }

    /// Sum along the given axis, which disappears.
    public Tensor sum(int axis) {
        return sumKeep(axis).squeeze(axis);
    }

    /// Sum along the given axis, which stays with extent 1.
    public Tensor sumKeep(int axis) {
        return apply(new Reduction.Sum(shape().axis("sum", axis)), this);
    }

    /// Sum of the squares of all elements, a scalar.
    public Tensor sumOfSquares() {
        return apply(new SumOfSquares(), this);
    }

    /// Mean of all elements, a scalar.
    public Tensor mean() {
        return sum().div(shape().elements());
    }

    /// Mean along the given axis, which disappears.
    public Tensor mean(int axis) {
        return sum(axis).div(shape().extent(axis));
    }

    /// Largest element along the given axis, which disappears.
    public Tensor max(int axis) {
        return apply(new Reduction.Max(shape().axis("max", axis)), this).squeeze(axis);
    }

    /// Smallest element along the given axis, which disappears.
    public Tensor min(int axis) {
        return apply(new Reduction.Min(shape().axis("min", axis)), this).squeeze(axis);
    }

    /// Index of the largest element along the given axis, which disappears; `I32`.
    public Tensor argMax(int axis) {
        return apply(new Reduction.ArgMax(shape().axis("argMax", axis)), this).squeeze(axis);
    }

    /// Variance along the given axis, which disappears: the mean squared distance from the mean (divisor `n`),
    /// in two passes, so that a large mean costs no accuracy.
    public Tensor variance(int axis) {
        int reduced = shape().axis("variance", axis);
        Tensor mean = sumKeep(reduced).div(shape().extent(reduced));
        return sub(mean).square().mean(reduced);
    }

    /// `ln Σ e^x` along the last axis, which disappears; no overflow.
    public Tensor logSumExp() {
        return apply(new Softmaxes.LogSumExp(), this).squeeze(-1);
    }

    /// Sum down to `shape`: undoes a broadcast.
    public Tensor sumTo(Shape target) {
        Tensor result = this;
        int extra = shape().rank() - target.rank();
        if (extra > 0) { // leading axes in one go
            int repeats = shape().product(0, extra);
            Shape rest = shape().range(extra, shape().rank());
            result = result.reshape(Shape.of(repeats, rest.elements()))
                    .sumKeep(0)
                    .reshape(rest);
        }
        for (int axis = 0; axis < target.rank(); axis++) {
            if (target.extent(axis) == 1 && result.shape().extent(axis) != 1) {
                result = result.sumKeep(axis);
            }
        }
        return result.reshape(target);
    }

    // ---- products -------------------------------------------------------------------------------------------------

    /// Matrix product over the last two axes, `[.., m, k] x [.., k, n]` to `[.., m, n]`; leading axes broadcast.
    ///
    /// A transposed operand ([#transpose()]) costs nothing: the product reads it in the other order.
    ///
    /// @throws ShapeException if the inner extents differ or an operand is not a matrix
    public Tensor matmul(Tensor other) {
        Tensor a = this;
        Tensor b = other;
        boolean transposeA = a.isTransposition();
        boolean transposeB = b.isTransposition();
        a = transposeA ? a.input(0) : a;
        b = transposeB ? b.input(0) : b;
        new Matmul(transposeA, transposeB).check(List.of(a.type, b.type));
        int rank = a.shape().rank();
        if (rank > 2 && b.shape().rank() == 2 && !transposeA) { // one large product instead of a repeated matrix
            Shape rows = a.shape().range(0, rank - 1);
            Tensor flat = apply(
                    new Matmul(false, transposeB),
                    a.reshape(rows.elements(), a.shape().extent(-1)),
                    b);
            return flat.reshape(rows.append(Shape.of(flat.shape().extent(-1))));
        }
        Shape batchA = a.shape().range(0, rank - 2);
        Shape batchB = b.shape().range(0, b.shape().rank() - 2);
        if (!batchA.equals(batchB)) {
            Shape batch = Shape.broadcast("matmul " + a.shape() + " x " + b.shape(), batchA, batchB);
            a = a.broadcastTo(batch.append(a.shape().range(rank - 2, rank)));
            b = b.broadcastTo(
                    batch.append(b.shape().range(b.shape().rank() - 2, b.shape().rank())));
        }
        return apply(new Matmul(transposeA, transposeB), a, b);
    }

    private boolean isTransposition() {
        if (!(op instanceof Movement.Permute(List<Integer> axes)) || axes.size() < 2) {
            return false;
        }
        int last = axes.size() - 1;
        for (int i = 0; i < last - 1; i++) {
            if (axes.get(i) != i) {
                return false;
            }
        }
        return axes.get(last) == last - 1;
    }

    // ---- movement -------------------------------------------------------------------------------------------------

    /// The same elements with another shape; no extents at all make a scalar.
    public Tensor reshape(int... extents) {
        return reshape(Shape.of(extents));
    }

    /// The same elements with another shape.
    public Tensor reshape(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Movement.Reshape(shape), this);
    }

    /// Without the given axis, whose extent is 1.
    public Tensor squeeze(int axis) {
        int removed = shape().axis("squeeze", axis);
        if (shape().extent(removed) != 1) {
            throw new ShapeException("squeeze: axis " + axis + " of " + shape() + " is not 1");
        }
        return reshape(shape().range(0, removed).append(shape().range(removed + 1, shape().rank())));
    }

    /// With a new axis of extent 1, which becomes axis `axis`; a negative axis counts from the end of the result.
    ///
    /// @throws ShapeException if there is no such place
    public Tensor unsqueeze(int axis) {
        int rank = shape().rank();
        int at = axis < 0 ? axis + rank + 1 : axis;
        if (at < 0 || at > rank) {
            throw new ShapeException("unsqueeze: axis " + axis + " is not a place in " + shape());
        }
        return reshape(shape().range(0, at).append(Shape.of(1)).append(shape().range(at, rank)));
    }

    /// The last two axes exchanged.
    public Tensor transpose() {
        int rank = shape().rank();
        if (rank < 2) {
            throw new ShapeException("transpose: expected at least two axes, found " + shape());
        }
        int[] axes = IntStream.range(0, rank).toArray();
        axes[rank - 1] = rank - 2;
        axes[rank - 2] = rank - 1;
        return permute(axes);
    }

    /// Axes in another order: axis `i` of the result is axis `axes[i]`.
    public Tensor permute(int... axes) {
        return apply(new Movement.Permute(Arrays.stream(axes).boxed().toList()), this);
    }

    /// Repeated to the given shape.
    public Tensor broadcastTo(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Movement.Broadcast(shape), this);
    }

    /// The block of `lengths[i]` elements from `starts[i]` along each axis `i`.
    public Tensor slice(int[] starts, int[] lengths) {
        return apply(new Movement.Slice(boxed(starts), boxed(lengths)), this);
    }

    /// `length` elements from `start` along one axis.
    public Tensor slice(int axis, int start, int length) {
        int along = shape().axis("slice", axis);
        int[] starts = new int[shape().rank()];
        int[] lengths = shape().toArray();
        starts[along] = start;
        lengths[along] = length;
        return slice(starts, lengths);
    }

    /// Zeros added before and after along each axis.
    public Tensor pad(int[] before, int[] after) {
        return apply(new Movement.Pad(boxed(before), boxed(after)), this);
    }

    /// Elements in reverse order along the given axes.
    public Tensor flip(int... axes) {
        return apply(
                new Movement.Flip(Arrays.stream(axes)
                        .map(a -> shape().axis("flip", a))
                        .boxed()
                        .toList()),
                this);
    }

    /// Tensors one after the other along an axis.
    public static Tensor concat(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw new ShapeException("concat: expected at least one tensor");
        }
        return apply(new Movement.Concat(parts[0].shape().axis("concat", axis)), parts);
    }

    /// Tensors of one shape, stacked along a new axis.
    public static Tensor stack(int axis, Tensor... parts) {
        return concat(axis, Arrays.stream(parts).map(p -> p.unsqueeze(axis)).toArray(Tensor[]::new));
    }

    /// Consecutive parts of the given lengths along an axis.
    ///
    /// @throws ShapeException if the lengths do not add up to the extent
    public List<Tensor> split(int axis, int... lengths) {
        if (Arrays.stream(lengths).sum() != shape().extent(axis)) {
            throw new ShapeException(
                    "split: lengths " + Arrays.toString(lengths) + " do not add up to axis " + axis + " of " + shape());
        }
        List<Tensor> parts = new ArrayList<>();
        int start = 0;
        for (int length : lengths) {
            parts.add(slice(axis, start, length));
            start += length;
        }
        return parts;
    }

    /// The rows with the given indices: `[rows, ..row]` by `[..i]` to `[..i, ..row]`.
    public Tensor gather(Tensor indices) {
        return apply(new Indexing.Gather(), this, indices);
    }

    /// A row per index with a 1 at the index and 0 elsewhere: `[..i]` to `[..i, classes]`, single precision.
    public Tensor oneHot(int classes) {
        return apply(new Indexing.OneHot(classes, DType.F32), this);
    }

    // ---- windows --------------------------------------------------------------------------------------------------

    /// Convolution of images `[batch, height, width, in]` with a weight
    /// `[kernelHeight, kernelWidth, in / groups, out]`, [Sliding.Convolve].
    ///
    /// @throws ShapeException if the weight does not fit the images, the windows or the groups
    public Tensor convolve(Tensor weight, Window height, Window width, int groups) {
        return apply(new Sliding.Convolve(height, width, groups), this, weight);
    }

    /// Transposed convolution to images of `height` by `width` of which [#convolve] makes images like these,
    /// [Sliding.ConvolveTransposed].
    ///
    /// @throws ShapeException if the weight does not fit, or convolving images of that size gives another size
    public Tensor convolveTransposed(Tensor weight, Window down, Window across, int groups, int height, int width) {
        return apply(new Sliding.ConvolveTransposed(down, across, groups, height, width), this, weight);
    }

    /// The elements of every window side by side, [Sliding.Windows].
    ///
    /// @throws ShapeException if this is not of images or no window fits
    public Tensor windows(Window height, Window width) {
        return apply(new Sliding.Windows(height, width), this);
    }

    /// Windows added up where they came from, to images of `inputHeight` by `inputWidth`, [Sliding.Fold].
    ///
    /// @throws ShapeException if windows of such images have another shape
    public Tensor fold(Window height, Window width, int inputHeight, int inputWidth) {
        return apply(new Sliding.Fold(height, width, inputHeight, inputWidth), this);
    }

    /// The largest element of each window, [Pooling.MaxPool].
    ///
    /// @throws ShapeException if this is not of images, no window fits or one reads only padding
    public Tensor maxPool(Window height, Window width) {
        return apply(new Pooling.MaxPool(height, width), this, this);
    }

    /// The mean of each window, padding left out, [Pooling.AveragePool].
    ///
    /// @throws ShapeException if this is not of images, no window fits or one reads only padding
    public Tensor averagePool(Window height, Window width) {
        return apply(new Pooling.AveragePool(height, width), this);
    }

    // ---- fused ----------------------------------------------------------------------------------------------------

    /// Softmax along the last axis: positive numbers that add up to 1.
    public Tensor softmax() {
        return apply(new Softmaxes.Softmax(), this);
    }

    /// Logarithm of the softmax along the last axis.
    public Tensor logSoftmax() {
        return apply(new Softmaxes.LogSoftmax(), this);
    }

    /// Normalized along the last axis, [Normalizations.LayerNorm].
    ///
    /// @throws ShapeException if weight and bias do not have one element for each of the last axis
    public Tensor layerNorm(Tensor weight, Tensor bias, double epsilon) {
        return apply(new Normalizations.LayerNorm(epsilon), this, weight, bias);
    }

    /// Normalized over all axes but the last, [Normalizations.BatchNorm].
    ///
    /// @throws ShapeException if weight and bias do not have one element for each of the last axis
    public Tensor batchNorm(Tensor weight, Tensor bias, double epsilon) {
        return apply(new Normalizations.BatchNorm(epsilon), this, weight, bias);
    }

    /// Divided by the root mean square along the last axis, [Normalizations.RmsNorm].
    ///
    /// @throws ShapeException if the weight does not have one element for each of the last axis
    public Tensor rmsNorm(Tensor weight, double epsilon) {
        return apply(new Normalizations.RmsNorm(epsilon), this, weight);
    }

    private static List<Integer> boxed(int[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    @Override
    public String toString() {
        return op.name() + " " + type + (path.isEmpty() ? "" : " in " + path);
    }
}
