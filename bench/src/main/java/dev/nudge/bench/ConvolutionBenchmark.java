package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Convolution with padding that keeps the size, and both its gradients, on one thread, beside the matrix product of
/// the same number of multiplications.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ConvolutionBenchmark {
    /// Batch, height and width, channels in and out, kernel.
    @Param({"32x28x64x64x3", "64x28x1x6x5", "64x28x1x32x5", "64x14x32x64x5", "128x32x16x16x3", "128x8x64x64x3"})
    public String shape = "";

    private Run convolve = new Run((in, out) -> {}, new Object[0], new Object[0]);
    private Run input = convolve;
    private Run weight = convolve;
    private Run matmul = convolve;

    private record Run(Kernel kernel, Object[] inputs, Object[] outputs) {
        static Run of(Op op, Tensor... inputs) {
            List<Type> types = Arrays.stream(inputs).map(Tensor::type).toList();
            Type result = op.type(types);
            return new Run(
                    CpuBackend.of(1).kernel(op, types, result).orElseThrow(),
                    Arrays.stream(inputs).map(tensor -> tensor.value().array()).toArray(),
                    new Object[] {new float[result.shape().elements()]});
        }

        Object now() {
            kernel.run(inputs, outputs);
            return outputs;
        }
    }

    /// Draws the operands and asks for the kernels.
    @Setup
    public void prepare() {
        int[] e =
                Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
        Window window = Window.of(e[4]).withSamePadding(e[1]);
        Tensor x = Tensor.normal(RandomKey.of(1), e[0], e[1], e[1], e[2]);
        Tensor w = Tensor.normal(RandomKey.of(2), e[4], e[4], e[2], e[3]);
        Tensor y = Tensor.normal(RandomKey.of(3), e[0], e[1], e[1], e[3]);
        int places = e[0] * e[1] * e[1];
        int length = w.shape().product(0, 3);
        convolve = Run.of(new Sliding.Convolve(window, window, 1), x, w);
        input = Run.of(new Sliding.ConvolveTransposed(window, window, 1, e[1], e[1]), y, w);
        weight = Run.of(new Sliding.ConvolveWeight(window, window, 1), x, y);
        matmul = Run.of(
                new Matmul(false, false),
                Tensor.normal(RandomKey.of(4), places, length),
                w.reshape(Shape.of(length, e[3])));
    }

    /// The convolution.
    @Benchmark
    public Object convolve() {
        return convolve.now();
    }

    /// Its gradient with respect to the images.
    @Benchmark
    public Object inputGradient() {
        return input.now();
    }

    /// Its gradient with respect to the weight.
    @Benchmark
    public Object weightGradient() {
        return weight.now();
    }

    /// The matrix product of the windows, if they lay there, and the weight.
    @Benchmark
    public Object matmul() {
        return matmul.now();
    }
}
