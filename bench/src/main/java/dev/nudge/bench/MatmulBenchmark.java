package dev.nudge.bench;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The matrix product on one thread, with the Vector API and with plain loops, which must give the same bits: the ratio
/// shows when the compiler stops handling the vector kernel well.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class MatmulBenchmark {
    /// Rows, columns and inner extent.
    @Param({"32x128x784", "256x512x512"})
    public String shape = "";

    private Object[] inputs = {};
    private Object[] vectorResult = {};
    private Object[] plainResult = {};
    private Kernel vector = (in, out) -> {};
    private Kernel plain = (in, out) -> {};

    /// Draws the operands and asks for the kernels.
    @Setup
    public void prepare() {
        int[] extents =
                Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
        Tensor a = Tensor.normal(RandomKey.of(1), extents[0], extents[2]);
        Tensor b = Tensor.normal(RandomKey.of(2), extents[2], extents[1]);
        Type result = Type.of(DType.F32, Shape.of(extents[0], extents[1]));
        Matmul product = new Matmul(false, false);
        CpuBackend backend = CpuBackend.of(1);
        vector = backend.kernel(product, List.of(a.type(), b.type()), result).orElseThrow();
        plain = backend.withoutVectors()
                .kernel(product, List.of(a.type(), b.type()), result)
                .orElseThrow();
        inputs = new Object[] {a.value().array(), b.value().array()};
        vectorResult = new Object[] {new float[extents[0] * extents[1]]};
        plainResult = new Object[] {new float[extents[0] * extents[1]]};
    }

    /// The kernel with the Vector API.
    @Benchmark
    public Object vectors() {
        vector.run(inputs, vectorResult);
        return vectorResult;
    }

    /// The same with plain loops.
    @Benchmark
    public Object plainLoops() {
        plain.run(inputs, plainResult);
        return plainResult;
    }

    /// Looks whether both computed the same.
    @TearDown
    public void compare() {
        vector.run(inputs, vectorResult);
        plain.run(inputs, plainResult);
        if (!Arrays.equals((float[]) vectorResult[0], (float[]) plainResult[0])) {
            throw new IllegalStateException("matmul " + shape + ": vectors and plain loops differ");
        }
    }
}
