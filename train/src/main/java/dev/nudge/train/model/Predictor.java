package dev.nudge.train.model;

import dev.nudge.nn.Layer;
import dev.nudge.tensor.Computation;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.FeatureTokenizer;
import dev.nudge.train.text.Tokenizer;
import dev.nudge.train.text.WordTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Uses a trained model: takes examples as they come, prepares them as the training data were, and gives
/// outputs.
///
/// Any number of threads may use one predictor at the same time; they compute one after the other, each
/// with all threads of the backend. Outputs have the bits that [dev.nudge.train.Evaluator] sees, alone
/// or in a batch of any size, unless kernels of another library take large batches. Batches are
/// computed in parts of a few fixed sizes, so that sizes that vary make no new plans.
///
/// {@snippet class="ModelSnippets" region="predictor"}
public final class Predictor {
    private static final int LARGEST_PART = 256;

    private final ModelFile file;
    private final Layer model;
    private final Type input;

    private final Type raw;
    private final Map<Prepared, Computation> computations = new ConcurrentHashMap<>();

    /// What a computation was prepared for.
    private record Prepared(Execution execution, int batch) {}

    private Predictor(ModelFile file, Layer model, Type input) {
        this.file = file;
        this.model = model;
        this.input = input;
        Shape shape = input.shape();
        for (Preprocessing stage : file.preprocessing().reversed()) {
            shape = stage.raw(shape);
        }
        this.raw = input.withShape(shape);
    }

    /// A predictor of the model in a file.
    ///
    /// @throws NudgeException as [ModelFormat#read], or as [#of]
    public static Predictor load(Path file) {
        return of(ModelFormat.of().read(file));
    }

    /// A predictor of a model. It sees changes of the parameters; change none while it is used.
    ///
    /// @throws NudgeException (E345) if the model is not one layer with a known input
    public static Predictor of(ModelFile file) {
        Type input = file.input();
        if (input == null || !(file.model() instanceof Layer layer)) {
            throw new NudgeException(
                    "E345",
                    "predictor",
                    "expected a model of one input whose type the file says; call a model of several inputs yourself.");
        }
        return new Predictor(file, layer, input);
    }

    /// The model with all that belongs to it.
    public ModelFile file() {
        return file;
    }

    /// Type of one example, as it is handed over.
    public Type input() {
        return raw;
    }

    /// The output for one example of numbers, row-major.
    ///
    /// @throws IllegalArgumentException if it has another number of elements than [#input()], or another
    ///         type
    public float[] predict(float... example) {
        return predict(new float[][] {example})[0];
    }

    /// The output for one example of token ids or other whole numbers.
    ///
    /// @throws IllegalArgumentException if it has another number of elements than [#input()], or another
    ///         type
    public float[] predict(int... example) {
        check(DType.I32, example.length);
        return part(example.clone(), 1)[0];
    }

    /// The outputs for examples, in their order.
    ///
    /// @throws IllegalArgumentException if one has another number of elements than [#input()], or
    ///         another type
    public float[][] predict(float[][] examples) {
        for (float[] example : examples) {
            check(DType.F32, example.length);
        }
        float[][] outputs = new float[examples.length][];
        int each = input.shape().elements();
        for (int from = 0; from < examples.length; ) {
            int count = Math.min(LARGEST_PART, Integer.highestOneBit(examples.length - from));
            float[] numbers = new float[count * each];
            for (int i = 0; i < count; i++) {
                System.arraycopy(prepared(examples[from + i]), 0, numbers, i * each, each);
            }
            System.arraycopy(part(numbers, count), 0, outputs, from, count);
            from += count;
        }
        return outputs;
    }

    /// What the model says of one example whose outputs are logits of classes.
    ///
    /// @throws IllegalArgumentException as for [#predict(float...)]
    public Classification classify(float... example) {
        return classification(predict(example));
    }

    private Classification classification(float[] logits) {
        float[] probabilities = Tensor.of(logits, 1, logits.length).softmax().toFloats();
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        String name = best < file.classes().size() ? file.classes().get(best) : Integer.toString(best);
        return new Classification(best, name, probabilities);
    }

    /// What the model says of one text whose outputs are logits of classes. Of a text with more tokens
    /// than the model takes, the first count.
    ///
    /// @throws NudgeException (E348) if the model is not one of texts, or the text is too short and
    ///         the tokenizer has no padding
    public Classification classify(String text) {
        Tokenizer tokenizer = file.tokenizer();
        if (tokenizer == null || raw.dtype() != DType.I32 || raw.shape().rank() != 1) {
            throw new NudgeException(
                    "E348",
                    "predictor",
                    "expected a model of texts, which takes token ids [length] and has a tokenizer; this one takes "
                            + raw + (tokenizer == null ? " and has no tokenizer." : "."));
        }
        int[] tokens = tokenizer.encode(text);
        int length = raw.shape().extent(0);
        boolean pads = tokenizer instanceof WordTokenizer || tokenizer instanceof FeatureTokenizer; // with 0, both
        if (tokens.length < length && !pads) {
            throw new NudgeException(
                    "E348",
                    "predictor",
                    "the model takes " + length + " tokens, found " + tokens.length
                            + ", and its tokenizer has none for padding.");
        }
        return classification(predict(Arrays.copyOf(tokens, length)));
    }

    private void check(DType dtype, int elements) {
        if (raw.dtype() != dtype || raw.shape().elements() != elements) {
            throw new IllegalArgumentException("predictor: the model takes examples " + raw + " ("
                    + raw.shape().elements() + " elements), found " + elements + " of " + dtype);
        }
    }

    private Shape batchShape(int count) {
        return Shape.of(count).append(input.shape());
    }

    private float[] prepared(float[] example) {
        if (file.preprocessing().isEmpty()) {
            return example;
        }
        float[] prepared = example.clone();
        for (Preprocessing stage : file.preprocessing()) {
            prepared = stage.apply(prepared);
        }
        return prepared;
    }

    /// @param elements those of `count` examples, an array of the type of the input
    private float[][] part(Object elements, int count) {
        Type type = input.withShape(batchShape(count));
        Computation computation = computations.computeIfAbsent(
                new Prepared(Execution.current(), count),
                prepared -> prepared.execution().prepare(List.of(type), batch -> model.forward(batch.getFirst())));
        float[] all = Tensor.data(computation.run(new Value(type, elements))).toFloats();
        int width = all.length / count;
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = count == 1 ? all : Arrays.copyOfRange(all, i * width, (i + 1) * width);
        }
        return rows;
    }
}
