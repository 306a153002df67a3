package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConvolutionKernelTest {
    /// Relative error of one rounding of a float, to nearest.
    private static final double ROUNDING = 0x1p-24;

    private static final Window THREE = Window.of(3).withPadding(1);

    /// One of the three operations on random tensors.
    private record Sample(Sliding op, List<Type> inputs, Type output, List<float[]> values) {
        static List<Sample> of(int batch, int height, int width, int in, int out, Window down, Window across) {
            return of(batch, height, width, in, out, 1, down, across);
        }

        static List<Sample> of(
                int batch, int height, int width, int in, int out, int groups, Window down, Window across) {
            Type x = type(batch, height, width, in);
            Type y = type(batch, down.places(height), across.places(width), out);
            Type w = type(down.extent(), across.extent(), in / groups, out);
            return List.of(
                    of(new Sliding.Convolve(down, across, groups), x, w),
                    of(new Sliding.ConvolveTransposed(down, across, groups, height, width), y, w),
                    of(new Sliding.ConvolveWeight(down, across, groups), x, y));
        }

        private static Sample of(Sliding op, Type first, Type second) {
            RandomKey key = RandomKey.of(3).at(first.shape().elements());
            List<Type> inputs = List.of(first, second);
            List<float[]> values = IntStream.range(0, 2)
                    .mapToObj(
                            i -> Tensor.normal(key.at(i), inputs.get(i).shape().toArray())
                                    .toFloats())
                    .toList();
            return new Sample(op, inputs, ((Op) op).type(inputs), values);
        }

        private static Type type(int... extents) {
            return Type.of(DType.F32, Shape.of(extents));
        }

        Kernel kernel(int threads) {
            return CpuBackend.of(threads)
                    .withProviders(List.of(Installed.ofEveryShape()))
                    .kernel(op, inputs, output)
                    .orElseThrow();
        }

        float[] with(Kernel kernel) {
            float[] result = new float[output.shape().elements()];
            Arrays.fill(result, Float.NaN); // what was there does not matter
            kernel.run(values.toArray(), new Object[] {result});
            return result;
        }

        /// Compares with sums in double precision. In whatever order k terms are added, the error is at most
        /// `k u / (1 - k u)` times the sum of their magnitudes, where u is half a unit of the last place (N. J.
        /// Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.5).
        void check(float[] found) {
            double[] sums = reference(values);
            double[] magnitudes =
                    reference(values.stream().map(Sample::magnitudes).toList());
            long terms = op instanceof Sliding.ConvolveWeight
                    ? inputs.get(1).shape().product(0, 3)
                    : (long) op.height().extent()
                            * op.width().extent()
                            * inputs.getFirst().shape().extent(3);
            double bound = terms * ROUNDING / (1 - terms * ROUNDING);
            for (int i = 0; i < sums.length; i++) {
                String where = this + ", element " + i + ": expected " + sums[i] + ", found " + found[i];
                assertTrue(Math.abs(found[i] - sums[i]) <= bound * magnitudes[i], where);
            }
        }

        private double[] reference(List<float[]> operands) {
            List<Value> doubles = IntStream.range(0, 2)
                    .mapToObj(i -> {
                        Value value =
                                Value.zeros(Type.of(DType.F64, inputs.get(i).shape()));
                        for (int e = 0; e < value.elements(); e++) {
                            value.set(e, operands.get(i)[e]);
                        }
                        return value;
                    })
                    .toList();
            Value result = Value.zeros(Type.of(DType.F64, output.shape()));
            op.reference(doubles, result);
            return (double[]) result.array();
        }

        private static float[] magnitudes(float[] values) {
            float[] magnitudes = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                magnitudes[i] = Math.abs(values[i]);
            }
            return magnitudes;
        }

        @Override
        public String toString() {
            return op + " of " + inputs;
        }
    }

    @Test
    void channelsAroundTheLanesOfVectorsAreRightUpToRounding() {
        int[] channels = {1, 8, 15, 16, 17, 33, 64};
        for (int in : channels) {
            for (int out : channels) {
                for (Sample sample : Sample.of(3, 6, 7, in, out, THREE, THREE)) {
                    sample.check(sample.with(sample.kernel(2)));
                }
            }
        }
    }

    @Test
    void everyKindOfWindowIsRightUpToRounding() {
        for (Window down : List.of(
                Window.of(1),
                Window.of(2),
                THREE,
                THREE.withStride(2),
                Window.of(3).withPadding(0, 2),
                Window.of(3).withDilation(2).withPadding(2),
                Window.of(5).withPadding(4, 3).withStride(3))) {
            for (Window across :
                    List.of(THREE, Window.of(1).withStride(2), Window.of(4).withPadding(3, 0))) {
                for (Sample sample : Sample.of(2, 9, 8, 16, 24, down, across)) {
                    sample.check(sample.with(sample.kernel(1)));
                }
            }
        }
    }

    @Test
    void aConvolutionOfSinglePixelsIsAProduct() {
        for (Sample sample : Sample.of(2, 9, 7, 40, 24, Window.of(1), Window.of(1))) {
            assertTrue(Convolution.of(sample.op, sample.inputs, sample.output)
                    .orElseThrow()
                    .isProduct());
            sample.check(sample.with(sample.kernel(2)));
        }
    }

    @Test
    void manyImagesAreCutIntoTasksThatAreRightUpToRounding() {
        for (int batch : List.of(1, 7, 24)) { // 24 in groups, 7 one by one where two do not fit
            for (Sample sample : Sample.of(batch, 16, 16, 16, 32, THREE, THREE)) {
                sample.check(sample.with(sample.kernel(3)));
            }
        }
    }

    @Test
    void theBitsDependNeitherOnThreadsNorOnWhatRanBefore() {
        for (Sample sample : Sample.of(20, 16, 16, 24, 32, THREE, THREE)) {
            float[] expected = sample.with(sample.kernel(1));
            for (int threads = 1; threads <= 4; threads++) {
                Kernel kernel = sample.kernel(threads);
                Sample.of(2, 30, 30, 8, 8, THREE, THREE).forEach(other -> other.with(other.kernel(1)));
                for (int run = 0; run < 3; run++) {
                    assertArrayEquals(expected, sample.with(kernel), sample::toString);
                }
            }
        }
    }

    @Test
    void onlyLargeConvolutionsOfManyChannelsComeFromTheLibrary() {
        assertTrue(isWorthwhile(64, 16, 32));
        assertFalse(isWorthwhile(64, 3, 32)); // colours
        assertFalse(isWorthwhile(1, 16, 16)); // a million multiplications
    }

    private static boolean isWorthwhile(int batch, int in, int out) {
        Sample sample = Sample.of(batch, 20, 20, in, out, THREE, THREE).getFirst();
        return Convolution.of(sample.op, sample.inputs, sample.output)
                .orElseThrow()
                .isWorthwhile();
    }

    @Test
    void groupsOfChannelsAreRightUpToRounding() {
        for (int channels : new int[] {1, 2, 8, 15, 16}) { // of a group
            for (Window down : List.of(THREE, THREE.withStride(2))) {
                for (Sample sample : Sample.of(3, 9, 8, 3 * channels, 6 * channels, 3, down, THREE)) {
                    sample.check(sample.with(sample.kernel(2)));
                }
            }
        }
    }

    @Test
    void groupsOfFewChannelsAreLeftToJava() {
        for (Sample sample : Sample.of(64, 32, 32, 32, 32, 8, THREE, THREE)) {
            assertFalse(Convolution.of(sample.op, sample.inputs, sample.output)
                    .orElseThrow()
                    .isWorthwhile());
        }
    }
}
