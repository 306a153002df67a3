package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    private static final float[] PRODUCT = {19, 22, 43, 50}; // [1 2; 3 4] [5 6; 7 8]

    /// Gives kernels for matrix products that fill the result with one number, by as many tasks as it has elements.
    private record Filling(String name, float with, List<Op> asked) implements KernelProvider {
        Filling(String name, float with) {
            this(name, with, new ArrayList<>());
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.empty();
        }

        @Override
        public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
            asked.add(op);
            return op instanceof Matmul
                    ? Optional.of((arrays, results) -> {
                        float[] result = (float[]) results[0];
                        pool.run(result.length, i -> result[i] = with);
                    })
                    : Optional.empty();
        }
    }

    /// Has no kernel for anything.
    private record Useless() implements KernelProvider {
        @Override
        public String name() {
            return "useless";
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.of("it is made so");
        }

        @Override
        public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
            return Optional.empty();
        }
    }

    private static float[] product(CpuBackend backend) {
        Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor b = Tensor.of(new float[] {5, 6, 7, 8}, 2, 2);
        return Execution.with(PlannedExecution.of(backend), () -> a.matmul(b).toFloats());
    }

    @Test
    void withoutAProviderOnThePathTheBackendIsPureJava() {
        assertEquals(List.of(), CpuBackend.of(1).providers());
        assertArrayEquals(PRODUCT, product(CpuBackend.of(1)));
    }

    @Test
    void theFirstProviderThatHasAKernelComputes() {
        CpuBackend own = CpuBackend.of(2);
        CpuBackend backend =
                own.withProviders(List.of(new Useless(), new Filling("seven", 7), new Filling("eight", 8)));
        float[] sevens = new float[4];
        Arrays.fill(sevens, 7);
        assertArrayEquals(sevens, product(backend));
        assertEquals(own.name() + ", seven", backend.name(), "names those in use");
        assertArrayEquals(PRODUCT, product(backend.withoutProviders()));
    }

    @Test
    void whatNoProviderHasIsComputedByTheBackend() {
        Filling provider = new Filling("seven", 7);
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(provider));
        Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        float[] sums =
                Execution.with(PlannedExecution.of(backend), () -> a.sum(0).toFloats());
        assertArrayEquals(new float[] {4, 6}, sums);
        assertEquals(1, provider.asked().size());
        assertEquals(CpuBackend.of(1).name(), backend.name());
    }

    @Test
    void bfloat16IsTriedBeforeTheSameProviderWithoutAndOnlyWhereThereIsOne() {
        Filling rounding = new Filling("seven", 7);
        KernelProvider both = new KernelProvider() {
            @Override
            public String name() {
                return "eight";
            }

            @Override
            public Optional<String> obstacle() {
                return Optional.empty();
            }

            @Override
            public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
                return Optional.empty();
            }

            @Override
            public Optional<KernelProvider> inBfloat16() {
                return Optional.of(rounding);
            }
        };
        Useless other = new Useless();
        CpuBackend backend = CpuBackend.of(3).withProviders(List.of(other, both));
        assertEquals(List.of(other, both), backend.providers());
        CpuBackend inBfloat16 = backend.withBfloat16();
        assertEquals(List.of(other, rounding, both), inBfloat16.providers());
        assertEquals(3, inBfloat16.threads());
        assertArrayEquals(new float[] {7, 7, 7, 7}, product(inBfloat16));
        assertArrayEquals(PRODUCT, product(backend));
    }

    @Test
    void aProviderIsNotAskedForDoublePrecision() {
        Filling provider = new Filling("seven", 7);
        CpuBackend backend = CpuBackend.of(1).withProviders(List.of(provider));
        Tensor a = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
        double[] squares =
                Execution.with(PlannedExecution.of(backend), () -> a.matmul(a).toDoubles());
        assertArrayEquals(new double[] {7, 10, 15, 22}, squares);
        assertEquals(List.of(), provider.asked());
    }
}
