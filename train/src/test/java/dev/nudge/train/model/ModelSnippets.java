package dev.nudge.train.model;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.nio.file.Path;
import java.util.List;

/// The examples of the documentation, compiled and run.
public final class ModelSnippets {
    private ModelSnippets() {}

    // @start region=own
    public record Scaled(double factor, Layer layer) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return layer.forward(x, pass).mul(factor);
        }
    }

    static ModelFormat format() {
        return ModelFormat.of().withLayer("scaled", Scaled.class);
    }

    // @end

    static ModelFile file(Layer model, Path path) {
        // @start region=file
        ModelFile file = ModelFile.of(model, Type.of(DType.F32, Shape.of(4)))
                .withPreprocessing(Standardize.of(0.5, 0.25))
                .withClasses(List.of("cat", "dog"));
        ModelFormat.of().write(path, file);
        ModelFile again = ModelFormat.of().read(path);
        // @end
        return again;
    }

    static String predictor(Path path) {
        // @start region=predictor
        Predictor predictor = Predictor.load(path);
        Classification seen = predictor.classify(0.1f, 0.9f, 0.2f, 0.7f);
        // @end
        return seen.name();
    }

    static String generate(Path path) {
        // @start region=generate
        TextGenerator generator =
                TextGenerator.load(path).withRule(Sampling.of().withTopP(0.9));
        String text = generator.generate("To be", 20, RandomKey.of(42));
        // @end
        return text;
    }
}
