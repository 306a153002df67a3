package dev.nudge.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.manual_seed;
import static org.bytedeco.pytorch.global.torch.set_num_threads;
import static org.bytedeco.pytorch.global.torch.tensor;

import dev.nudge.bench.Trainee;
import dev.nudge.bench.Workload;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/// libtorch through its C++ interface, as JavaCPP translates it.
///
/// Settings that were the fastest of those tried: optimizers in one call for all parameters but on
/// networks so small that the call costs more; channels last in memory for the residual networks.
final class Libtorch implements Trainee {
    private static final String VERSION = "2.10.0";

    private final Workload workload;
    private final LibtorchNetwork network;
    private final TensorVector parameters;
    private final LibtorchUpdate update;
    private final Setting setting;
    private final Tensor[] inputs = new Tensor[BATCHES];
    private final Tensor[] targets = new Tensor[BATCHES];

    /// @param fused        whether one call updates all parameters
    /// @param channelsLast whether images and weights of convolutions lie so in memory
    private record Setting(boolean fused, boolean channelsLast) {
        static Setting of(Workload workload) {
            return switch (workload.name()) {
                case "W1", "W7" -> new Setting(false, false);
                case "W4", "W8" -> new Setting(false, true);
                default -> new Setting(true, false);
            };
        }

        @Override
        public String toString() {
            return (fused ? ", fused optimizer" : "") + (channelsLast ? ", channels last" : "");
        }
    }

    private Libtorch(Workload workload, LibtorchNetwork network) {
        this.workload = workload;
        this.network = network;
        this.setting = Setting.of(workload);
        if (setting.channelsLast) {
            network.channelsLast();
        }
        this.parameters = network.root().parameters();
        network.root().train(true);
        this.update = setting.fused
                ? new LibtorchFusedUpdate(workload.update(), parameters)
                : LibtorchUpdate.of(workload.update(), parameters);
    }

    /// A network on `threads` threads; empty where the workload is not known.
    static Optional<Trainee> of(Workload workload, int threads) {
        set_num_threads(threads);
        manual_seed(1);
        return LibtorchNetwork.of(workload).map(network -> new Libtorch(workload, network));
    }

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public String version() {
        return VERSION + setting;
    }

    @Override
    public long parameters() {
        long count = 0;
        for (long i = 0; i < parameters.size(); i++) {
            count += parameters.get(i).numel();
        }
        return count;
    }

    @Override
    public double step(int batch) {
        if (inputs[batch] == null) {
            inputs[batch] = inputs(batch);
            targets[batch] = tensor(wide(workload.targets(batch)));
        }
        try (PointerScope _ = new PointerScope()) {
            update.clear();
            Tensor prediction = network.forward().apply(inputs[batch]);
            Tensor rows = workload.everywhere() ? prediction.view(-1, workload.classes()) : prediction;
            Tensor loss = cross_entropy(rows, targets[batch]);
            loss.backward();
            try (NoGradGuard _ = new NoGradGuard()) {
                update.step();
            }
            return loss.item_float();
        }
    }

    private Tensor inputs(int batch) {
        int[] shape = workload.shape();
        long[] extents = Arrays.stream(shape).asLongStream().toArray();
        if (workload.vocabulary() > 0) {
            return tensor(wide(workload.tokens(batch))).reshape(extents);
        }
        Tensor numbers = tensor(workload.numbers(batch)).reshape(extents);
        if (shape.length != 4) {
            return numbers;
        }
        Tensor images = numbers.permute(0, 3, 1, 2);
        return setting.channelsLast ? images.contiguous(MemoryFormat.ChannelsLast) : images.contiguous();
    }

    private static long[] wide(int[] numbers) {
        return Arrays.stream(numbers).asLongStream().toArray();
    }

    @Override
    public boolean uses(String jar) {
        return jar.startsWith("pytorch") || jar.startsWith("openblas") || jar.startsWith("javacpp");
    }
}
