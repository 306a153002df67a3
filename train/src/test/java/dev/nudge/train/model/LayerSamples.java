package dev.nudge.train.model;

import dev.nudge.nn.*;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A model of each public record of dev.nudge.nn that is one. A new layer needs a line here.
final class LayerSamples {
    /// A model, and the type of one input if it is a layer.
    ///
    /// @param input without the axis of examples; null for models of several inputs
    record Sample(Model model, Type input) {}

    private static final RandomKey KEY = RandomKey.of(11);
    private static final Type ROW = Type.of(DType.F32, Shape.of(6));
    private static final Type IDS = Type.of(DType.I32, Shape.of(5));
    private static final Type STEPS = ROW.withShape(Shape.of(5, 4));
    private static final Type IMAGE = ROW.withShape(Shape.of(6, 6, 4));

    private final Map<Class<?>, Sample> samples = new LinkedHashMap<>();

    private LayerSamples() {
        row(new Relu(), new Relu6(), LeakyRelu.of(), Elu.of(), new Selu(), new Gelu(), new TanhGelu(), new Silu());
        row(new Mish(), new Sigmoid(), new HardSigmoid(), new Tanh(), new HardTanh(), new HardSwish(), new Softplus());
        row(new Softmax(), new LogSoftmax(), PRelu.of(6), Glu.swiGlu(), new Dropout(0.3), new AlphaDropout(0.2));
        row(new TokenDropout(0.3));
        row(
                new DropPath(0.1),
                new Flatten(),
                BatchNorm.of(6).withMomentum(0.25),
                LayerNorm.of(6).withoutBias());
        row(GroupNorm.of(2, 6), RmsNorm.of(6), Linear.of(6, 3, KEY).withoutBias());
        row(Sequential.of(Linear.of(6, 3, KEY), new Relu()), Residual.of(Linear.of(6, 6, KEY)));
        row(Parallel.concat(new Relu(), Linear.of(6, 2, KEY)), new Frozen(Linear.of(6, 2, KEY)));
        row(Mlp.of(6, new int[] {5}, 2, new Tanh(), 0.5, KEY));
        steps(Conv1d.of(4, 3, 2, KEY), MaxPool1d.of(2), AveragePool1d.of(2));
        steps(SelfAttention.of(4, 2, KEY).withCausal(), FeedForward.of(4, 7, new Gelu(), KEY));
        steps(TransformerBlock.of(4, 2, KEY).withNormAfter());
        image(Conv2d.grouped(4, 4, 3, 2, KEY, Initializers.heNormal()), ConvTranspose2d.of(4, 2, 3, 2, KEY));
        image(MaxPool2d.of(3, 2).withPadding(1), AveragePool2d.of(2), AdaptiveAveragePool2d.of(4));
        image(AdaptiveMaxPool2d.of(2), new GlobalAveragePool(), new GlobalMaxPool(), Upsample.bilinear(2));
        image(new SpatialDropout(0.2));
        add(Gpt.of(Gpt.Config.of(9, 5, 2, 2, 4), KEY), IDS);
        add(Embedding.of(9, 3, KEY).withPadding(2), IDS);
        add(new EmbeddingBag(Embedding.of(9, 3, KEY), EmbeddingBag.Pooling.MEAN), IDS);
        steps(new Positions.Sinusoidal(10_000), new Positions.Learned(Parameter.zeros(5, 4)));
        add(Rotary.of(Rotary.Pairing.HALVES).withStart(3), ROW.withShape(Shape.of(2, 5, 4)));
        steps(Recurrent.bidirectional(GruCell::of, 4, 3, 2, KEY).withDropout(0.2));
        add(RnnCell.of(4, 3, KEY), null);
        add(LstmCell.of(4, 3, KEY), null);
        add(GruCell.of(4, 3, KEY), null);
        add(CrossAttention.of(4, 6, 2, KEY), null);
        add(TransformerDecoderBlock.of(4, 6, 2, KEY), null);
    }

    static Map<Class<?>, Sample> all() {
        return new LayerSamples().samples;
    }

    private void row(Layer... layers) {
        for (Layer layer : layers) {
            add(layer, ROW);
        }
    }

    private void steps(Layer... layers) {
        for (Layer layer : layers) {
            add(layer, STEPS);
        }
    }

    private void image(Layer... layers) {
        for (Layer layer : layers) {
            add(layer, IMAGE);
        }
    }

    private void add(Model model, Type input) {
        int seed = 1;
        for (Parameter parameter : model.parameters().values()) { // so that no two parameters are alike
            for (int i = 0; i < parameter.storage().elements(); i++) {
                parameter.storage().set(i, 0.5 + KEY.at(seed).uniform(i));
            }
            parameter.assigned();
            seed++;
        }
        samples.put(model.getClass(), new Sample(model, input));
    }

    /// The public records of the package of layers that are models.
    static List<Class<?>> records() throws Exception {
        URI place =
                Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            return records(path);
        }
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
            return records(jar.getPath("/"));
        }
    }

    private static List<Class<?>> records(Path root) throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve("dev/nudge/nn"))) {
            for (String name :
                    files.map(file -> file.getFileName().toString()).sorted().toList()) {
                if (name.endsWith(".class") && !name.contains("-")) {
                    Class<?> type = Class.forName("dev.nudge.nn." + name.substring(0, name.length() - 6));
                    Class<?> wanted = name.contains("$") ? Layer.class : Model.class;
                    if (type.isRecord()
                            && wanted.isAssignableFrom(type)
                            && java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
                        found.add(type);
                    }
                }
            }
        }
        return found;
    }
}
