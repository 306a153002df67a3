package dev.nudge.peers;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.tensor;

import dev.nudge.bench.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LinearOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/// The networks of the workloads, of libtorch's layers.
///
/// @param root    what owns the layers
/// @param forward what they compute
record LibtorchNetwork(Module root, UnaryOperator<Tensor> forward) {
    private static final long GROUPS = 8;
    private static final int HEADS = 4;

    /// The network of a workload; empty where it is not known.
    static Optional<LibtorchNetwork> of(Workload workload) {
        Builder layers = new Builder();
        int width = workload.width();
        int inputs = workload.example().extent(0);
        int classes = workload.classes();
        UnaryOperator<Tensor> forward = switch (workload.name()) {
            case "W1" -> layers.dense(inputs, width, classes);
            case "W2", "W7" -> layers.dense(inputs, width, width, classes);
            case "W3" -> layers.convolutions(width);
            case "W4" -> layers.residual(width);
            case "W5" -> layers.gpt(workload.vocabulary(), inputs, width);
            case "W6" -> layers.lstm(workload.vocabulary(), width);
            case "W8" -> layers.grouped(width);
            case "W9" -> layers.gru(workload.vocabulary(), width);
            case "W10" -> layers.table(workload.vocabulary(), inputs, width, classes);
            default -> null;
        };
        return forward == null ? Optional.empty() : Optional.of(new LibtorchNetwork(layers.root, forward));
    }

    /// Puts the weights of convolutions into the order that images have.
    void channelsLast() {
        try (NoGradGuard _ = new NoGradGuard()) {
            TensorVector parameters = root.parameters();
            for (long i = 0; i < parameters.size(); i++) {
                Tensor parameter = parameters.get(i);
                if (parameter.dim() == 4) {
                    parameter.set_data(parameter.contiguous(MemoryFormat.ChannelsLast));
                }
            }
        }
    }

    /// Makes layers, each with a name of its own.
    private static final class Builder {
        private final Module root = new Module("network");
        private int made;

        private <M extends Module> M add(M layer) {
            return root.register_module("layer" + made++, layer);
        }

        private UnaryOperator<Tensor> chain(List<UnaryOperator<Tensor>> layers) {
            return x -> {
                Tensor y = x;
                for (UnaryOperator<Tensor> layer : layers) {
                    y = layer.apply(y);
                }
                return y;
            };
        }

        private UnaryOperator<Tensor> dense(long... widths) {
            List<UnaryOperator<Tensor>> layers = new ArrayList<>();
            for (int i = 0; i + 1 < widths.length; i++) {
                layers.add(add(new LinearImpl(widths[i], widths[i + 1]))::forward);
                if (i + 2 < widths.length) {
                    layers.add(x -> relu(x));
                }
            }
            return chain(layers);
        }

        private UnaryOperator<Tensor> convolution(
                long in, long out, long kernel, long stride, long groups, boolean bias) {
            Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(kernel, kernel));
            options.stride().put(new long[] {stride, stride});
            options.padding().put(new LongPointer(kernel / 2, kernel / 2));
            options.groups().put(groups);
            options.bias().put(bias);
            return add(new Conv2dImpl(options))::forward;
        }

        private UnaryOperator<Tensor> normalized(long in, long out, long kernel, long stride, long groups) {
            UnaryOperator<Tensor> convolution = convolution(in, out, kernel, stride, groups, false);
            BatchNorm2dImpl norm = add(new BatchNorm2dImpl(new BatchNormOptions(out)));
            return x -> norm.forward(convolution.apply(x));
        }

        private UnaryOperator<Tensor> convolutions(int width) {
            UnaryOperator<Tensor> first = convolution(1, width, 5, 1, 1, true);
            UnaryOperator<Tensor> second = convolution(width, 2L * width, 5, 1, 1, true);
            UnaryOperator<Tensor> head = dense(2L * width * 7 * 7, 512, 10);
            return x -> {
                Tensor half = max_pool2d(relu(first.apply(x)), 2, 2);
                return head.apply(max_pool2d(relu(second.apply(half)), 2, 2).flatten(1, -1));
            };
        }

        private UnaryOperator<Tensor> residual(int width) {
            List<UnaryOperator<Tensor>> layers = new ArrayList<>();
            UnaryOperator<Tensor> stem = normalized(3, width, 3, 1, 1);
            layers.add(x -> relu(stem.apply(x)));
            long in = width;
            for (int block = 0; block < 9; block++) {
                long out = (long) width << (block / 3);
                UnaryOperator<Tensor> first = normalized(in, out, 3, out / in, 1);
                UnaryOperator<Tensor> second = normalized(out, out, 3, 1, 1);
                UnaryOperator<Tensor> around = in == out ? x -> x : halved((out - in) / 2);
                layers.add(x -> relu(second.apply(relu(first.apply(x))).add_(around.apply(x))));
                in = out;
            }
            LinearImpl head = add(new LinearImpl(in, 10));
            layers.add(x -> head.forward(x.mean(2, 3)));
            return chain(layers);
        }

        /// Every other pixel, with `more` channels of zeros on both sides.
        private static UnaryOperator<Tensor> halved(long more) {
            LongOptional all = new LongOptional();
            return x -> constant_pad_nd(x.slice(2, all, all, 2).slice(3, all, all, 2), 0, 0, 0, 0, more, more);
        }

        private UnaryOperator<Tensor> grouped(int width) {
            List<UnaryOperator<Tensor>> layers = new ArrayList<>();
            UnaryOperator<Tensor> stem = normalized(3, width, 3, 1, 1);
            layers.add(x -> relu(stem.apply(x)));
            long in = width;
            for (int block = 0; block < 6; block++) {
                long inner = (long) width << (block / 2);
                long stride = block % 2 == 0 && block > 0 ? 2 : 1;
                UnaryOperator<Tensor> first = normalized(in, inner, 1, 1, 1);
                UnaryOperator<Tensor> second = normalized(inner, inner, 3, stride, GROUPS);
                UnaryOperator<Tensor> third = normalized(inner, 2 * inner, 1, 1, 1);
                UnaryOperator<Tensor> around = in == 2 * inner ? x -> x : normalized(in, 2 * inner, 1, stride, 1);
                layers.add(x -> relu(
                        third.apply(relu(second.apply(relu(first.apply(x))))).add_(around.apply(x))));
                in = 2 * inner;
            }
            LinearImpl head = add(new LinearImpl(in, 10));
            layers.add(x -> head.forward(x.mean(2, 3)));
            return chain(layers);
        }

        private UnaryOperator<Tensor> lstm(long vocabulary, long width) {
            EmbeddingImpl embedding = add(new EmbeddingImpl(vocabulary, 64));
            LSTMOptions options = new LSTMOptions(64, width);
            options.batch_first().put(true);
            LSTMImpl recurrent = add(new LSTMImpl(options));
            LinearImpl head = add(new LinearImpl(width, vocabulary));
            return x -> head.forward(recurrent.forward(embedding.forward(x)).get0());
        }

        private UnaryOperator<Tensor> gru(long vocabulary, long width) {
            EmbeddingImpl embedding = add(new EmbeddingImpl(vocabulary, 64));
            GRUOptions options = new GRUOptions(64, width);
            options.batch_first().put(true);
            GRUImpl recurrent = add(new GRUImpl(options));
            LinearImpl head = add(new LinearImpl(width, vocabulary));
            return x -> head.forward(recurrent.forward(embedding.forward(x)).get0());
        }

        private UnaryOperator<Tensor> table(long rows, long indices, long width, long classes) {
            EmbeddingImpl embedding = add(new EmbeddingImpl(rows, width));
            UnaryOperator<Tensor> head = dense(indices * width, 256, classes);
            return x -> head.apply(embedding.forward(x).flatten(1, -1));
        }

        private UnaryOperator<Tensor> gpt(long vocabulary, long context, long width) {
            EmbeddingImpl tokens = add(new EmbeddingImpl(vocabulary, width));
            EmbeddingImpl places = add(new EmbeddingImpl(context, width));
            Tensor positions = tensor(LongStream.range(0, context).toArray());
            List<UnaryOperator<Tensor>> blocks = new ArrayList<>();
            for (int block = 0; block < 4; block++) {
                blocks.add(attention(width));
                blocks.add(feedForward(width));
            }
            UnaryOperator<Tensor> norm = norm(width);
            TensorVector weights = root.parameters();
            try (NoGradGuard _ = new NoGradGuard()) {
                for (long i = 0; i < weights.size(); i++) {
                    if (weights.get(i).dim() == 2) {
                        weights.get(i).normal_(0, 0.02, new GeneratorOptional());
                    }
                }
            }
            UnaryOperator<Tensor> body = chain(blocks);
            return x -> {
                Tensor embedded = tokens.forward(x).add(places.forward(positions));
                return linear(norm.apply(body.apply(embedded)), tokens.weight());
            };
        }

        private UnaryOperator<Tensor> attention(long width) {
            UnaryOperator<Tensor> norm = norm(width);
            LinearImpl parts = unbiased(width, 3 * width);
            LinearImpl out = unbiased(width, width);
            return x -> {
                long batch = x.size(0);
                long time = x.size(1);
                TensorVector split = parts.forward(norm.apply(x)).split(width, 2);
                Tensor[] heads = new Tensor[3];
                Arrays.setAll(
                        heads,
                        i -> split.get(i)
                                .view(batch, time, HEADS, width / HEADS)
                                .transpose(1, 2));
                Tensor mixed = scaled_dot_product_attention(
                        heads[0], heads[1], heads[2], new TensorOptional(), 0, true, new DoubleOptional(), false);
                return x.add(out.forward(mixed.transpose(1, 2).reshape(batch, time, width)));
            };
        }

        private UnaryOperator<Tensor> feedForward(long width) {
            UnaryOperator<Tensor> norm = norm(width);
            LinearImpl up = unbiased(width, 4 * width);
            LinearImpl down = unbiased(4 * width, width);
            return x -> x.add(down.forward(gelu(up.forward(norm.apply(x)))));
        }

        private LinearImpl unbiased(long in, long out) {
            LinearOptions options = new LinearOptions(in, out);
            options.bias().put(false);
            return add(new LinearImpl(options));
        }

        private UnaryOperator<Tensor> norm(long width) {
            Tensor scale = ones(width);
            // The handle that this returns moves when the next one is registered; the tensor made here does not.
            root.register_parameter("scale" + made++, scale);
            TensorOptional weight = new TensorOptional(scale);
            long[] shape = {width};
            return x -> layer_norm(x, shape, weight, new TensorOptional(), 1e-5, false);
        }
    }
}
