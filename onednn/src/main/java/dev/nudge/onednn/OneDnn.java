package dev.nudge.onednn;

import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The large matrix products and convolutions of [oneDNN](https://github.com/uxlfoundation/oneDNN), for
/// [dev.nudge.cpu.CpuBackend].
///
/// On Linux with an x86-64 processor, from the library that the artifact `org.bytedeco:dnnl` carries; it is unpacked
/// into the user's cache folder once, and loaded when the first large product is wanted. Java asks for
/// `--enable-native-access=dev.nudge.onednn`, or `ALL-UNNAMED` on the class path.
///
/// Sums of many terms are added in blocks, so that their last bits are others than those of pure Java, and may be
/// others for other instruction sets and, for one row, with other numbers of rows. They do not depend on the number of
/// threads.
public final class OneDnn implements KernelProvider {
    private static final String VERSION = "3.11.0";
    static final String NAME = "oneDNN " + VERSION;

    private final LibraryFiles files;
    private final ThreadLocal<TransposedKernel.Room> rooms = ThreadLocal.withInitial(TransposedKernel.Room::new);
    private final Bfloat16Products bfloat16 = new Bfloat16Products(this);
    private @Nullable Library library;
    private @Nullable String obstacle;

    /// The provider for the service loader. Nothing is loaded yet.
    public OneDnn() {
        this(LibraryFiles.inUserCache());
    }

    private OneDnn(LibraryFiles files) {
        this.files = files;
    }

    /// The provider whose library is unpacked into `folder`, which is made when it is missing.
    public static OneDnn in(Path folder) {
        return new OneDnn(new LibraryFiles(folder.toAbsolutePath()));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized Optional<String> obstacle() {
        if (library == null && obstacle == null) {
            try {
                Library opened = Library.open(files.library());
                if (!opened.version().equals(VERSION)) {
                    throw new IllegalStateException(
                            "the library is of version " + opened.version() + ", expected " + VERSION);
                }
                if (opened.threads() != 1) {
                    throw new IllegalStateException("the library would start threads of its own");
                }
                library = opened;
            } catch (IllegalStateException e) {
                String why = String.valueOf(e.getMessage());
                obstacle = why;
                System.getLogger(OneDnn.class.getName())
                        .log(System.Logger.Level.INFO, name() + " is not used: " + why + ".");
            }
        }
        return Optional.ofNullable(obstacle);
    }

    @Override
    public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
        if (op instanceof Matmul matmul) {
            return kernel(Product.of(matmul, inputs, output), pool);
        }
        return op instanceof Sliding sliding
                ? Convolution.of(sliding, inputs, output).flatMap(shapes -> kernel(sliding, shapes, pool))
                : Optional.empty();
    }

    private Optional<Kernel> kernel(Product product, Pool pool) {
        return product.isWorthwhile()
                ? library()
                        .map(found -> product.isBetterTransposed()
                                ? new TransposedKernel(product, found, pool, rooms)
                                : new MatmulKernel(product, found, pool))
                : Optional.empty();
    }

    private Optional<Kernel> kernel(Sliding op, Convolution shapes, Pool pool) {
        if (shapes.isProduct()) {
            return kernel(shapes.product(op), pool);
        }
        return shapes.isWorthwhile()
                ? library().flatMap(found -> kernel(op, shapes, found.primitives(), pool))
                : Optional.empty();
    }

    /// A kernel for a convolution of any size; none where the library has no code of its own for it.
    static Optional<Kernel> kernel(Sliding op, Convolution shapes, Primitives primitives, Pool pool) {
        try {
            return Optional.of(
                    switch (op) {
                        case Sliding.ConvolveTransposed _ ->
                            ConvolutionKernel.convolveTransposed(shapes, primitives, pool);
                        case Sliding.ConvolveWeight _ -> new ConvolutionWeightKernel(shapes, primitives, pool);
                        case Sliding.Convolve _, Sliding.Windows _, Sliding.Fold _ ->
                            ConvolutionKernel.convolve(shapes, primitives, pool);
                    });
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<KernelProvider> inBfloat16() {
        return Optional.of(bfloat16);
    }

    /// The library, unless there is an [#obstacle].
    synchronized Optional<Library> library() {
        return obstacle().isPresent() ? Optional.empty() : Optional.ofNullable(library);
    }
}
