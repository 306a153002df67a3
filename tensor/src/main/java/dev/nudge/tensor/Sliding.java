package dev.nudge.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation on windows that slide over images `[batch, height, width, channels]`.
///
/// Convolution is the family `S(x, w, g) = Σ x[b, y, x, i] w[ky, kx, i, o] g[b, py, px, o]` over all places
/// `(py, px)`, elements `(ky, kx)` of the window, examples and channels: linear in each of three tensors.
/// Leaving out one of them gives an operation ([Convolve], [ConvolveTransposed], [ConvolveWeight]), so the
/// gradient of each is written with the other two. In the same way [Windows] and [Fold] are each other's
/// gradient.
///
/// As everywhere in the field, the kernel is not flipped: this is cross-correlation (Dumoulin and Visin 2016,
/// arXiv:1603.07285, sections 2 and 4).
public sealed interface Sliding extends Op {
    /// The window along the height.
    Window height();

    /// The window along the width.
    Window width();

    /// The elements of every window side by side: `[batch, height, width, channels]` to
    /// `[batch, placesDown, placesAcross, elements, channels]`, where element `(ky, kx)` is number
    /// `ky width.extent + kx` and padding reads as zero.
    record Windows(Window height, Window width) implements Sliding {
        @Override
        public Type type(List<Type> inputs) {
            Images.checkFloating(this, inputs);
            Shape x = Images.check(this, inputs.getFirst()).shape();
            Shape places = Images.places(this, x);
            return inputs.getFirst()
                    .withShape(Shape.of(
                            x.extent(0),
                            places.extent(0),
                            places.extent(1),
                            Math.multiplyExact(height.extent(), width.extent()),
                            x.extent(3)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value x = inputs.getFirst();
            for (int i = 0; i < out.elements(); i++) {
                out.set(i, 0);
            }
            Images.forEachElement(this, x.type().shape(), (element, position) -> out.set(position, x.at(element)));
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Shape x = y.input(0).shape();
            return Elementwise.gradients(Tensor.apply(new Fold(height, width, x.extent(1), x.extent(2)), dy));
        }
    }

    /// The sum of all windows put back where they came from: `[batch, placesDown, placesAcross, elements,
    /// channels]` to `[batch, inputHeight, inputWidth, channels]`. What falls on padding is dropped.
    record Fold(Window height, Window width, int inputHeight, int inputWidth) implements Sliding {
        @Override
        public Type type(List<Type> inputs) {
            Images.checkFloating(this, inputs);
            Shape windows = inputs.getFirst().shape();
            int elements = Math.multiplyExact(height.extent(), width.extent());
            if (windows.rank() != 5 || windows.extent(3) != elements) {
                throw new ShapeException("fold: expected [batch, placesDown, placesAcross, " + elements
                        + ", channels], found " + windows);
            }
            Images.checkPlaces(this, windows, inputHeight, inputWidth);
            return inputs.getFirst().withShape(Shape.of(windows.extent(0), inputHeight, inputWidth, windows.extent(4)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value windows = inputs.getFirst();
            double[] sums = new double[out.elements()];
            Images.forEachElement(
                    this, out.type().shape(), (element, position) -> sums[element] += windows.at(position));
            Images.store(sums, out);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(Tensor.apply(new Windows(height, width), dy));
        }
    }

    /// Convolution: `y[b, py, px, o] = Σ_ky,kx,i x[b, y, x, i] w[ky, kx, i, o]` with `y`, `x` the element that the
    /// window reads.
    ///
    /// Inputs `x` `[batch, height, width, in]` and `w` `[kernelHeight, kernelWidth, in / groups, out]`; result
    /// `[batch, placesDown, placesAcross, out]`. Channels are cut into `groups` parts in order; part `n` of the
    /// result sees part `n` of the input only.
    record Convolve(Window height, Window width, int groups) implements Sliding {
        @Override
        public Type type(List<Type> inputs) {
            Images.checkFloating(this, inputs);
            Shape x = Images.check(this, inputs.getFirst()).shape();
            Shape w = Images.checkWeight(this, inputs.get(1), groups).shape();
            if ((long) w.extent(2) * groups != x.extent(3)) {
                throw new ShapeException("convolve: x " + x + " has " + x.extent(3) + " channels, the weight " + w
                        + " wants " + w.extent(2) + (groups == 1 ? "" : " in each of " + groups + " groups"));
            }
            Shape places = Images.places(this, x);
            return inputs.getFirst().withShape(Shape.of(x.extent(0), places.extent(0), places.extent(1), w.extent(3)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value x = inputs.get(0);
            Value w = inputs.get(1);
            double[] sums = new double[out.elements()];
            Images.forEachTerm(
                    this, groups, x.type().shape(), w.type().shape(), (xi, wi, gi) -> sums[gi] += x.at(xi) * w.at(wi));
            Images.store(sums, out);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = y.input(0);
            int h = x.shape().extent(1);
            int w = x.shape().extent(2);
            return Elementwise.gradients(
                    Tensor.apply(new ConvolveTransposed(height, width, groups, h, w), dy, y.input(1)),
                    Tensor.apply(new ConvolveWeight(height, width, groups), x, dy));
        }
    }

    /// Transposed convolution, which is the gradient of [Convolve] with respect to `x`:
    /// `x[b, y, x, i] = Σ g[b, py, px, o] w[ky, kx, i, o]` over all places that read the element.
    ///
    /// Inputs `g` `[batch, placesDown, placesAcross, out]` and `w` `[kernelHeight, kernelWidth, in / groups,
    /// out]`; result `[batch, inputHeight, inputWidth, in]`.
    record ConvolveTransposed(Window height, Window width, int groups, int inputHeight, int inputWidth)
            implements Sliding {
        @Override
        public Type type(List<Type> inputs) {
            Images.checkFloating(this, inputs);
            Shape g = Images.check(this, inputs.getFirst()).shape();
            Shape w = Images.checkWeight(this, inputs.get(1), groups).shape();
            if (g.extent(3) != w.extent(3)) {
                throw new ShapeException("convolveTransposed: the operand " + g + " has " + g.extent(3)
                        + " channels, the weight " + w + " wants " + w.extent(3) + ", its last extent");
            }
            Images.checkPlaces(this, g, inputHeight, inputWidth);
            return inputs.getFirst()
                    .withShape(Shape.of(g.extent(0), inputHeight, inputWidth, Math.multiplyExact(w.extent(2), groups)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value g = inputs.get(0);
            Value w = inputs.get(1);
            double[] sums = new double[out.elements()];
            Images.forEachTerm(
                    this,
                    groups,
                    out.type().shape(),
                    w.type().shape(),
                    (xi, wi, gi) -> sums[xi] += g.at(gi) * w.at(wi));
            Images.store(sums, out);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            return Elementwise.gradients(
                    Tensor.apply(new Convolve(height, width, groups), dy, y.input(1)),
                    Tensor.apply(new ConvolveWeight(height, width, groups), dy, y.input(0)));
        }
    }

    /// The gradient of [Convolve] with respect to the weight: `w[ky, kx, i, o] = Σ x[b, y, x, i] g[b, py, px,
    /// o]` over examples and places.
    ///
    /// Inputs `x` `[batch, height, width, in]` and `g` `[batch, placesDown, placesAcross, out]`; result
    /// `[kernelHeight, kernelWidth, in / groups, out]`.
    record ConvolveWeight(Window height, Window width, int groups) implements Sliding {
        @Override
        public Type type(List<Type> inputs) {
            Images.checkFloating(this, inputs);
            Shape x = Images.check(this, inputs.get(0)).shape();
            Shape g = Images.check(this, inputs.get(1)).shape();
            Images.checkGroups(this, groups);
            if (x.extent(0) != g.extent(0) || x.extent(3) % groups != 0 || g.extent(3) % groups != 0) {
                throw new ShapeException("convolveWeight: " + x + " and " + g
                        + " must have the same batch, and channels that " + groups + " groups divide");
            }
            Images.checkPlaces(this, g, x.extent(1), x.extent(2));
            return inputs.getFirst()
                    .withShape(Shape.of(height.extent(), width.extent(), x.extent(3) / groups, g.extent(3)));
        }

        @Override
        public void reference(List<Value> inputs, Value out) {
            Value x = inputs.get(0);
            Value g = inputs.get(1);
            double[] sums = new double[out.elements()];
            Images.forEachTerm(
                    this,
                    groups,
                    x.type().shape(),
                    out.type().shape(),
                    (xi, wi, gi) -> sums[wi] += x.at(xi) * g.at(gi));
            Images.store(sums, out);
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor y, Tensor dy) {
            Tensor x = y.input(0);
            int h = x.shape().extent(1);
            int w = x.shape().extent(2);
            return Elementwise.gradients(
                    Tensor.apply(new ConvolveTransposed(height, width, groups, h, w), y.input(1), dy),
                    Tensor.apply(new Convolve(height, width, groups), x, dy));
        }
    }
}
