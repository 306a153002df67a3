package dev.nudge.onednn;

import dev.nudge.cpu.KernelProvider;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Kernel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The large matrix products of oneDNN, and the convolutions that are such, with operands rounded to
/// bfloat16, where the processor multiplies such numbers.
final class Bfloat16Products implements KernelProvider {
    static final String NAME = OneDnn.NAME + " bf16";
    private static final String SLOW = "the processor cannot multiply bfloat16 (it lacks AVX512_BF16), without which"
            + " such products would be slower than those of floats";

    private final OneDnn oneDnn;
    private final ThreadLocal<Bfloat16Kernel.Operands> operands = ThreadLocal.withInitial(Bfloat16Kernel.Operands::new);
    private @Nullable String obstacle;
    private boolean known;

    Bfloat16Products(OneDnn oneDnn) {
        this.oneDnn = oneDnn;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized Optional<String> obstacle() {
        if (!known) {
            known = true;
            obstacle = oneDnn.obstacle().or(this::ofProcessor).orElse(null);
            if (obstacle != null) {
                System.getLogger(OneDnn.class.getName())
                        .log(System.Logger.Level.INFO, NAME + " is not used: " + obstacle + ".");
            }
        }
        return Optional.ofNullable(obstacle);
    }

    private Optional<String> ofProcessor() {
        return oneDnn.library().filter(library -> !library.multipliesBfloat16()).map(_ -> SLOW);
    }

    @Override
    public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output, Pool pool) {
        return product(op, inputs, output)
                .filter(Product::isWorthRounding)
                .filter(_ -> obstacle().isEmpty())
                .flatMap(product ->
                        oneDnn.library().map(library -> new Bfloat16Kernel(product, library, pool, operands)));
    }

    private static Optional<Product> product(Op op, List<Type> inputs, Type output) {
        if (op instanceof Matmul matmul) {
            return Optional.of(Product.of(matmul, inputs, output));
        }
        return op instanceof Sliding sliding
                ? Convolution.of(sliding, inputs, output)
                        .filter(Convolution::isProduct)
                        .map(shapes -> shapes.product(sliding))
                : Optional.empty();
    }
}
