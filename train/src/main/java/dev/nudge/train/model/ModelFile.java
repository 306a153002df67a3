package dev.nudge.train.model;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Model;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.train.text.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A trained model with all that using it takes: what a `.nudge` file holds. [ModelFormat] reads and writes it.
///
/// @param model         the layers with their numbers
/// @param input         type of one example, without the axis of examples; null for a model of several inputs
/// @param tokenizer     turns texts into the ids that the model takes, or null
/// @param preprocessing what happens to an example first, in order
/// @param classes       names of the classes, in the order of the outputs; empty if outputs are no classes
/// @param provenance    where it comes from
public record ModelFile(
        Model model,
        @Nullable Type input,
        @Nullable Tokenizer tokenizer,
        List<Preprocessing> preprocessing,
        List<String> classes,
        Provenance provenance) {
    /// Copies the lists.
    public ModelFile {
        preprocessing = List.copyOf(preprocessing);
        classes = List.copyOf(classes);
    }

    /// A model of examples of type `input`, of which nothing else is known.
    public static ModelFile of(Layer model, Type input) {
        return new ModelFile(model, input, null, List.of(), List.of(), Provenance.UNKNOWN);
    }

    /// The same with these stages before the model.
    public ModelFile withPreprocessing(Preprocessing... stages) {
        return new ModelFile(model, input, tokenizer, List.of(stages), classes, provenance);
    }

    /// The same with the tokenizer that the model was trained with.
    public ModelFile withTokenizer(Tokenizer other) {
        return new ModelFile(model, input, other, preprocessing, classes, provenance);
    }

    /// The same with names of classes.
    public ModelFile withClasses(List<String> names) {
        return new ModelFile(model, input, tokenizer, preprocessing, names, provenance);
    }

    /// The same with an origin.
    public ModelFile withProvenance(Provenance other) {
        return new ModelFile(model, input, tokenizer, preprocessing, classes, other);
    }

    /// Type of the output for one example, without the axis of examples; null for a model of several inputs.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the model does not take `input`
    public @Nullable Type output() {
        if (input == null || !(model instanceof Layer layer)) {
            return null;
        }
        Type one = input.withShape(Shape.of(1).append(input.shape()));
        Tensor output = layer.forward(Tensor.placeholder(one));
        return output.type()
                .withShape(output.shape()
                        .range(
                                Math.min(1, output.shape().rank()),
                                output.shape().rank()));
    }
}
