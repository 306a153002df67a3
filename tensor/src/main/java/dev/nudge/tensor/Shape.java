package dev.nudge.tensor;

import java.util.Arrays;

/// Extents of a tensor along each axis, outermost first; `[]` is a scalar.
///
/// An extent may be 0 (a tensor without elements). The number of elements fits an `int`, since values live in Java
/// arrays.
public final class Shape {
    /// The shape of a scalar.
    public static final Shape SCALAR = new Shape(new int[0], 1);

    private final int[] extents;
    private final int elements;

    private Shape(int[] extents, int elements) {
        this.extents = extents;
        this.elements = elements;
    }

    /// The shape with the given extents.
    ///
    /// @throws ShapeException if an extent is negative or the element count does not fit a Java array
    public static Shape of(int... extents) {
        long elements = 1;
        for (int extent : extents) {
            if (extent < 0) {
                throw new ShapeException("shape: extents must be at least 0, found " + Arrays.toString(extents));
            }
        }
        for (int extent : extents) {
            elements *= extent;
            if (elements > Integer.MAX_VALUE - 8) {
                throw new ShapeException("shape: " + Arrays.toString(extents) + " has more than "
                        + (Integer.MAX_VALUE - 8) + " elements; split it into smaller tensors");
            }
        }
        return extents.length == 0 ? SCALAR : new Shape(extents.clone(), (int) elements);
    }

    /// Number of axes.
    public int rank() {
        return extents.length;
    }

    /// Number of elements: the product of the extents.
    public int elements() {
        return elements;
    }

    /// Extent along `axis`; a negative axis counts from the end, so `-1` is the last.
    ///
    /// @throws ShapeException if there is no such axis
    public int extent(int axis) {
        return extents[axis("extent", axis)];
    }

    /// The extents as a new array.
    public int[] toArray() {
        return extents.clone();
    }

    /// `axis` counted from the front.
    ///
    /// @param operation named in the error
    /// @throws ShapeException if there is no such axis
    public int axis(String operation, int axis) {
        int result = axis < 0 ? axis + extents.length : axis;
        if (result < 0 || result >= extents.length) {
            throw new ShapeException(operation + ": axis " + axis + " does not exist, rank is " + extents.length
                    + " (shape " + this + ")");
        }
        return result;
    }

    /// The same shape with another extent along `axis`.
    public Shape with(int axis, int extent) {
        int[] copy = extents.clone();
        copy[axis("shape", axis)] = extent;
        return of(copy);
    }

    /// This shape followed by `tail`.
    public Shape append(Shape tail) {
        int[] joined = Arrays.copyOf(extents, rank() + tail.rank());
        System.arraycopy(tail.extents, 0, joined, rank(), tail.rank());
        return of(joined);
    }

    /// The axes from `from` (inclusive) to `to` (exclusive).
    public Shape range(int from, int to) {
        return of(Arrays.copyOfRange(extents, from, to));
    }

    /// Product of the extents from axis `from` (inclusive) to `to` (exclusive).
    public int product(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= extents[axis];
        }
        return product;
    }

    /// The shape that two operands of an element-wise operation share by NumPy's rules: aligned at the last axis,
    /// extents must agree or one of them be 1.
    ///
    /// @throws ShapeException naming both shapes and the first axis that does not fit
    public static Shape broadcast(String operation, Shape a, Shape b) {
        if (b.rank() == 0 || a.equals(b)) {
            return a;
        }
        if (a.rank() == 0) {
            return b;
        }
        int rank = Math.max(a.rank(), b.rank());
        int[] out = new int[rank];
        for (int i = 0; i < rank; i++) {
            int ea = i < rank - a.rank() ? 1 : a.extents[i - rank + a.rank()];
            int eb = i < rank - b.rank() ? 1 : b.extents[i - rank + b.rank()];
            if (ea != eb && ea != 1 && eb != 1) {
                throw new ShapeException(operation + ": shapes " + a + " and " + b + " do not broadcast (axis " + i
                        + " of the result: " + ea + " against " + eb + ")");
            }
            out[i] = ea == 1 ? eb : ea;
        }
        return of(out);
    }

    /// Row-major strides: how many elements apart neighbours along each axis are.
    public int[] strides() {
        int[] strides = new int[rank()];
        int stride = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        return strides;
    }

    /// Strides with which a row-major tensor of this shape is read as one of shape `target`: 0 along repeated axes.
    public int[] stridesBroadcastTo(Shape target) {
        int[] own = strides();
        int[] strides = new int[target.rank()];
        for (int axis = 0; axis < rank(); axis++) {
            strides[target.rank() - rank() + axis] = extents[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    @Override
    public boolean equals(Object other) {
        return other == this || (other instanceof Shape that && Arrays.equals(extents, that.extents));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
