package dev.nudge.cpu;

import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.GatedRecurrence;
import dev.nudge.tensor.Indexing;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Matmul;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Reduction;
import dev.nudge.tensor.Sliding;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The pure Java backend: single-precision kernels with the Vector API, on several threads.
///
/// Its bits depend neither on the number of threads nor on the width of the vectors, and are the same where the
/// incubator module `jdk.incubator.vector` is absent: then plain loops run, more slowly, and one log line says so.
///
/// A [KernelProvider] that is on the path, such as the module `dev.nudge.onednn`, is asked for a kernel first. The bits
/// of its results do not depend on the number of threads either, but may be others than those of pure Java.
public final class CpuBackend implements Backend {
    private final Workers workers;
    private final boolean vector;
    private final MatmulKernels matmul;
    private final ConvolutionKernels convolutions;
    private final Larger larger;
    private final ReductionKernels rows;
    private final LayerNormKernels layerNorm;
    private final AttentionKernels attention;
    private final RecurrentKernels recurrent;
    private final RandomKernels random;
    private final LoopCompiler compiler = new LoopCompiler();
    private final Providers providers;
    private final ThreadLocal<Tile> tiles = ThreadLocal.withInitial(Tile::new);

    /// A backend on as many threads as there are processors; for the service loader.
    public CpuBackend() {
        this(Runtime.getRuntime().availableProcessors(), VectorModule.isPresent(), Providers.ofServices());
    }

    private CpuBackend(int threads, boolean vector, Providers providers) {
        this.workers = new Workers(threads);
        this.vector = vector;
        this.providers = providers;
        this.matmul = new MatmulKernels(workers, vector);
        RowKernels kernels = vector ? new VectorRows() : new ScalarRows();
        this.rows = new ReductionKernels(workers, kernels);
        this.layerNorm =
                new LayerNormKernels(workers, kernels, vector ? new VectorLayerNorm() : new LayerNormRows.Plain());
        PatchProduct patches = vector ? new PatchProduct.Vectors() : new PatchProduct.Plain();
        this.attention = new AttentionKernels(workers, vector ? new VectorAttention() : new AttentionTiles.Plain());
        this.recurrent = new RecurrentKernels(workers, patches, vector ? new VectorCells() : new ScalarCells(), vector);
        this.random = new RandomKernels(
                workers, vector && VectorModule.bits() >= 256 ? new VectorBlocks() : new RandomBlocks.Plain());
        this.larger = vector ? new VectorLarger() : new Larger.Plain();
        this.convolutions = new ConvolutionKernels(
                workers,
                matmul.product(),
                new MatmulKernels(new Workers(1), vector).product(),
                new DirectConvolution(workers, patches),
                new GroupedConvolution(workers, vector ? new VectorChannelTiles() : new ChannelTiles.Plain()));
    }

    /// A backend that works on `threads` threads, the calling one included.
    ///
    /// @throws IllegalArgumentException if `threads` is less than 1
    public static CpuBackend of(int threads) {
        return new CpuBackend(threads, VectorModule.isPresent(), Providers.ofServices());
    }

    /// The same backend with plain loops instead of the Vector API, for comparison; same bits.
    public CpuBackend withoutVectors() {
        return new CpuBackend(workers.threads(), false, new Providers(providers.all()));
    }

    /// The same backend with kernels of these providers, asked in this order before its own.
    public CpuBackend withProviders(List<KernelProvider> others) {
        return new CpuBackend(workers.threads(), vector, new Providers(others));
    }

    /// The same backend with its own kernels only, whose bits are the same on every machine.
    public CpuBackend withoutProviders() {
        return withProviders(List.of());
    }

    /// The same backend, with the operands of large matrix products rounded to [Bfloat16] where one of
    /// its providers can multiply such numbers faster; sums, and all other operations, stay in single
    /// precision.
    ///
    /// Mixed precision in the sense of Micikevicius et al. 2018, arXiv:1710.03740, without their scaling
    /// of the loss, which the range of bfloat16 makes needless (Kalamkar et al. 2019, arXiv:1905.12322).
    public CpuBackend withBfloat16() {
        return withProviders(providers.all().stream()
                .flatMap(provider -> Stream.concat(provider.inBfloat16().stream(), Stream.of(provider)))
                .toList());
    }

    /// The providers that are asked for kernels, in order: those that [java.util.ServiceLoader] finds, unless others
    /// were named.
    public List<KernelProvider> providers() {
        return providers.all();
    }

    /// Those that have given kernels up to now.
    public List<KernelProvider> providersInUse() {
        return providers.used();
    }

    /// Number of threads that can work at once.
    public int threads() {
        return workers.threads();
    }

    /// Whether the Vector API is in use.
    public boolean isVectorized() {
        return vector;
    }

    /// Names this backend and those providers that have given it kernels.
    @Override
    public String name() {
        String own = vector ? "cpu (Vector API, " + VectorModule.bits() + " bit)" : "cpu (plain loops)";
        return Stream.concat(Stream.of(own), providersInUse().stream().map(KernelProvider::name))
                .collect(Collectors.joining(", "));
    }

    @Override
    public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output) {
        if (inputs.stream().anyMatch(input -> input.dtype() == DType.F64) || output.dtype() == DType.F64) {
            return Optional.empty(); // the reference is for double precision
        }
        return providers.kernel(op, inputs, output, workers).or(() -> own(op, inputs, output));
    }

    private Optional<Kernel> own(Op op, List<Type> inputs, Type output) {
        return switch (op) {
            case Leaf _, Elementwise _ -> Optional.empty(); // bound by plans, run by loops
            case Matmul product -> Optional.of(matmul.of(product, inputs, output));
            case Reduction reduction -> rows.of(reduction, inputs.getFirst());
            case Movement movement ->
                output.dtype() == DType.F32 ? Optional.of(StridedCopy.of(movement, inputs, output)) : Optional.empty();
            case Sliding sliding -> convolutions.of(sliding, inputs, output);
            case Indexing indexing -> IndexKernels.of(indexing, inputs, output);
            case RandomOp draw -> random.of(draw, output);
            case Attentions.SelfAttention self ->
                Optional.of(attention.of(self, inputs.getFirst().shape()));
            case Attentions.SelfAttentionGradient self ->
                Optional.of(attention.of(self, inputs.getFirst().shape()));
            case LongShortTermMemory.Lstm lstm -> Optional.of(recurrent.of(lstm, inputs));
            case LongShortTermMemory.LstmGradient lstm -> Optional.of(recurrent.of(lstm, inputs));
            case GatedRecurrence.Gru gru -> Optional.of(recurrent.of(gru, inputs));
            case GatedRecurrence.GruGradient gru -> Optional.of(recurrent.of(gru, inputs));
            case Fused fused ->
                PoolingKernels.of(fused, inputs, output, workers, larger)
                        .or(() -> layerNorm.of(fused, inputs))
                        .or(() -> rows.of(fused, inputs));
        };
    }

    @Override
    public Optional<Kernel> loop(Loop loop) {
        return LoopKernel.of(loop, workers, tiles, vector, vector ? compiler.codeFor(loop) : null)
                .map(Kernel.class::cast);
    }
}
