package dev.nudge.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The library as tests use it: unpacked where the build says, and for any size.
final class Installed {
    private static final LibraryFiles FILES = LibraryFiles.inUserCache(); // a folder of the build

    private Installed() {}

    /// The provider; the test that asks is skipped where there is no library, and fails where it should load but does
    /// not.
    static OneDnn provider() {
        assumeThereIsOne();
        OneDnn provider = new OneDnn();
        assertEquals(Optional.empty(), provider.obstacle());
        return provider;
    }

    /// The library itself.
    static Library library() {
        return Library.open(file());
    }

    /// The file of the library.
    static Path file() {
        assumeThereIsOne();
        return FILES.library();
    }

    /// The library, where the processor multiplies bfloat16; the test that asks is skipped where not.
    static Library ofBfloat16() {
        Library library = library();
        assumeTrue(library.multipliesBfloat16(), "the processor lacks AVX512_BF16");
        return library;
    }

    private static void assumeThereIsOne() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "oneDNN is for Linux on x86-64");
    }

    /// A provider that gives a kernel for each product and convolution, however small.
    static KernelProvider ofEveryShape() {
        Library library = library();
        return new KernelProvider() {
            @Override
            public String name() {
                return "every shape";
            }

            @Override
            public Optional<String> obstacle() {
                return Optional.empty();
            }

            @Override
            public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
                return output.dtype() == DType.F32
                                && output.shape().elements() > 0
                                && inputs.stream()
                                        .allMatch(input -> input.shape().elements() > 0)
                        ? ofShape(op, inputs, output, pool)
                        : Optional.empty();
            }

            private Optional<Kernel> ofShape(Op op, List<Type> inputs, Type output, Pool pool) {
                if (op instanceof Matmul matmul) {
                    return Optional.of(new MatmulKernel(Product.of(matmul, inputs, output), library, pool));
                }
                return op instanceof Sliding sliding
                        ? Convolution.of(sliding, inputs, output)
                                .flatMap(shapes -> shapes.isProduct()
                                        ? Optional.of(new MatmulKernel(shapes.product(sliding), library, pool))
                                        : OneDnn.kernel(sliding, shapes, library.primitives(), pool))
                        : Optional.empty();
            }
        };
    }
}
