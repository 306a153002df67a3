package dev.nudge.peers;

import dev.nudge.bench.Trainee;
import dev.nudge.bench.Update;
import dev.nudge.bench.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/// TensorFlow Java: a graph made by hand, the optimizers of its framework, one run of a session for
/// each step.
///
/// It has no layers, and gradients for few operations: linear layers and plain convolutions. So it
/// trains W1, W2, W3 and W7.
final class TensorFlow implements Trainee {
    private static final String VERSION = "1.0.0";

    private final Workload workload;
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Placeholder<TFloat32> input;
    private final Placeholder<TInt32> target;
    private final Operand<TFloat32> loss;
    private final Op training;
    private final Session session;
    private final TFloat32[] inputs = new TFloat32[BATCHES];
    private final TInt32[] targets = new TInt32[BATCHES];
    private long parameters;

    private TensorFlow(Workload workload, int threads) {
        this.workload = workload;
        this.input = tf.placeholder(TFloat32.class, Placeholder.shape(shape(workload)));
        this.target = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(workload.batch())));
        this.loss = loss(prediction());
        this.training = optimizer(workload.update()).minimize(loss);
        this.session = new Session(
                graph,
                ConfigProto.newBuilder()
                        .setIntraOpParallelismThreads(threads)
                        .setInterOpParallelismThreads(1)
                        .build());
        session.initialize();
    }

    /// A network on `threads` threads; empty where the workload has operations that it cannot train.
    static Optional<Trainee> of(Workload workload, int threads) {
        return List.of("W1", "W2", "W3", "W7").contains(workload.name())
                ? Optional.of(new TensorFlow(workload, threads))
                : Optional.empty();
    }

    private Operand<TFloat32> prediction() {
        int width = workload.width();
        int features = workload.example().extent(0);
        int classes = workload.classes();
        return switch (workload.name()) {
            case "W1" -> dense(input, features, width, classes);
            case "W2", "W7" -> dense(input, features, width, width, classes);
            case "W3" -> {
                Operand<TFloat32> images = convolution(convolution(input, 1, width), width, 2L * width);
                int flat = 2 * width * 7 * 7;
                yield dense(tf.reshape(images, tf.constant(new int[] {workload.batch(), flat})), flat, 512, classes);
            }
            default -> throw new IllegalArgumentException("TensorFlow Java: no network for " + workload.name());
        };
    }

    private Operand<TFloat32> dense(Operand<TFloat32> x, long... widths) {
        Operand<TFloat32> y = x;
        for (int i = 0; i + 1 < widths.length; i++) {
            Operand<TFloat32> weight = weight(widths[i], widths[i], widths[i + 1]);
            y = tf.nn.biasAdd(tf.linalg.matMul(y, weight), bias(widths[i + 1]));
            y = i + 2 < widths.length ? tf.nn.relu(y) : y;
        }
        return y;
    }

    /// A 5 x 5 convolution, ReLU and the largest of each 2 x 2 pixels.
    private Operand<TFloat32> convolution(Operand<TFloat32> x, long in, long out) {
        Operand<TFloat32> y = tf.nn.conv2d(x, weight(25 * in, 5, 5, in, out), List.of(1L, 1L, 1L, 1L), "SAME");
        Operand<TInt32> window = tf.constant(new int[] {1, 2, 2, 1});
        return tf.nn.maxPool(tf.nn.relu(tf.nn.biasAdd(y, bias(out))), window, window, "VALID");
    }

    private Operand<TFloat32> weight(long fanIn, long... shape) {
        parameters += Arrays.stream(shape).reduce(1, Math::multiplyExact);
        Operand<TFloat32> normal = tf.random.truncatedNormal(tf.constant(shape), TFloat32.class);
        return tf.variable(tf.math.mul(normal, tf.constant((float) Math.sqrt(1.0 / fanIn))));
    }

    private Operand<TFloat32> bias(long width) {
        parameters += width;
        return tf.variable(tf.zeros(tf.constant(new long[] {width}), TFloat32.class));
    }

    /// The form that takes class numbers has no gradient here.
    private Operand<TFloat32> loss(Operand<TFloat32> logits) {
        Operand<TFloat32> wanted = tf.oneHot(target, tf.constant(workload.classes()), tf.constant(1f), tf.constant(0f));
        return tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, wanted).loss(), tf.constant(0));
    }

    private Optimizer optimizer(Update update) {
        float rate = (float) update.rate();
        return switch (update) {
            case SGD -> new GradientDescent(graph, rate);
            case MOMENTUM -> new Momentum(graph, rate, (float) update.beta1());
            case ADAM -> new Adam(graph, rate, (float) update.beta1(), (float) update.beta2(), 1e-8f);
            case ADAMW -> throw new IllegalArgumentException("TensorFlow Java has no AdamW");
        };
    }

    private static Shape shape(Workload workload) {
        return Shape.of(Arrays.stream(workload.shape()).asLongStream().toArray());
    }

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public long parameters() {
        return parameters;
    }

    @Override
    public double step(int batch) {
        if (inputs[batch] == null) {
            inputs[batch] = TFloat32.tensorOf(shape(workload), DataBuffers.of(workload.numbers(batch)));
            targets[batch] = TInt32.vectorOf(workload.targets(batch));
        }
        try (Result result = session.runner()
                .feed(input.asOutput(), inputs[batch])
                .feed(target.asOutput(), targets[batch])
                .addTarget(training)
                .fetch(loss)
                .run()) {
            return ((TFloat32) result.get(0)).getFloat();
        }
    }

    @Override
    public boolean uses(String jar) {
        return List.of("tensorflow", "ndarray", "javacpp", "protobuf").stream().anyMatch(jar::startsWith);
    }
}
