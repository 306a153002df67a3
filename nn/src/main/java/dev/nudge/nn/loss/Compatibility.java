package dev.nudge.nn.loss;

import dev.nudge.nn.Layer;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Unary;
import java.util.ArrayList;
import java.util.List;

/// Whether the output of a model, a loss and the targets of a data set fit together, and why not.
public final class Compatibility {
    private static final int BATCH = 2; // any number of examples will do

    private Compatibility() {}

    /// Checks that they fit; nothing is computed.
    ///
    /// @param input   type of one input, without the axis of examples
    /// @param target  type of one target, without the axis of examples
    /// @param classes number of classes in the data, or 0 if targets are no classes
    /// @throws IllegalArgumentException naming every reason why they do not
    public static void check(Layer model, Loss loss, Type input, Type target, int classes) {
        List<String> problems = problems(model, loss, input, target, classes);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
    }

    /// The reasons why they do not fit, empty if they do; parameters as for [#check].
    public static List<String> problems(Layer model, Loss loss, Type input, Type target, int classes) {
        Tensor output;
        try {
            output = model.forward(batch(input));
        } catch (ShapeException e) {
            return List.of("error[E618] model: it does not take inputs " + input + " - " + e.getMessage());
        }
        List<String> problems = new ArrayList<>();
        addActivation(loss, output, problems);
        addTarget(loss, output, target, classes, problems);
        if (problems.isEmpty()) {
            addShapes(loss, output, target, problems);
        }
        return problems;
    }

    private static Tensor batch(Type one) {
        return Tensor.placeholder(one.withShape(Shape.of(BATCH).append(one.shape())));
    }

    private static void addActivation(Loss loss, Tensor output, List<String> problems) {
        Op last = output.op();
        String layer = output.path().isEmpty() ? "the last layer" : output.path();
        boolean softmax = last instanceof Softmaxes.Softmax;
        boolean sigmoid = last instanceof Unary.Sigmoid;
        switch (loss) {
            case CrossEntropy _, Focal _, KullbackLeibler _, Distillation _, Ctc _
            when softmax || sigmoid ->
                problems.add("error[E617] " + noun(loss) + ": it already applies softmax and expects logits, found the "
                        + (softmax ? "softmax" : "sigmoid") + " of " + layer + ". Remove " + layer);
            case BinaryCrossEntropy _, BinaryFocal _
            when softmax || sigmoid ->
                problems.add("error[E617] " + noun(loss) + ": it already applies the sigmoid and expects logits, found"
                        + " the " + (softmax ? "softmax" : "sigmoid") + " of " + layer + ". Remove " + layer
                        + ", or use binary cross-entropy of probabilities");
            case BinaryCrossEntropyOfProbabilities _
            when !softmax && !sigmoid ->
                problems.add(
                        "error[E617] binary cross-entropy of probabilities: it expects numbers in [0, 1], found the "
                                + last.name() + " of " + layer
                                + ". Add a Sigmoid layer, or use binary cross-entropy (from logits)");
            default -> {}
        }
    }

    private static void addTarget(Loss loss, Tensor output, Type target, int classes, List<String> problems) {
        boolean indices = target.dtype().isInteger();
        switch (loss) {
            case CrossEntropy _, Focal _, MultiClassHinge _
            when indices
                    && classes > 0
                    && output.shape().rank() > 0
                    && output.shape().extent(-1) != classes ->
                problems.add("error[E617] " + noun(loss) + ": the data has " + classes + " classes, the model ends in "
                        + output.shape().extent(-1) + " outputs. Give the last layer " + classes + " outputs");
            case CrossEntropy _
            when !indices && !oneOf(output, target) ->
                problems.add("error[E617] cross-entropy: it expects class indices or a distribution over "
                        + output.shape().extent(-1) + " classes, found numbers " + target
                        + ". Use mean squared error for numbers, or whole class indices");
            case Focal _, MultiClassHinge _
            when !indices ->
                problems.add("error[E617] " + noun(loss) + ": it expects class indices, found numbers " + target
                        + ". Use mean squared error for numbers, or whole class indices");
            case MeanSquaredError _, MeanAbsoluteError _, Huber _, LogCosh _, Quantile _, Poisson _
            when indices ->
                problems.add("error[E617] " + noun(loss) + ": it expects numbers as targets, found class indices "
                        + target + ". Use cross-entropy, or cast the targets to F32");
            case BinaryCrossEntropy _, BinaryCrossEntropyOfProbabilities _, BinaryFocal _, Hinge _, SquaredHinge _
            when classes > 2 ->
                problems.add("error[E617] " + noun(loss) + ": it tells two classes apart, the data has " + classes
                        + ". Use cross-entropy with " + classes + " outputs");
            default -> {}
        }
    }

    private static boolean oneOf(Tensor output, Type target) {
        return target.shape().rank() > 0
                && output.shape().equals(Shape.of(BATCH).append(target.shape()));
    }

    private static void addShapes(Loss loss, Tensor output, Type target, List<String> problems) {
        try {
            Tensor value = loss.of(output, batch(target));
            if (value.shape().rank() != 0) {
                problems.add("error[E617] loss: training needs one number, found " + value.shape()
                        + ". Use the reduction mean or sum");
            }
        } catch (ShapeException e) {
            problems.add("error[E617] loss: output " + output.type() + " and target " + target + " do not fit - "
                    + e.getMessage());
        }
    }

    private static String noun(Loss loss) {
        return switch (loss) {
            case MeanSquaredError _ -> "mean squared error";
            case MeanAbsoluteError _ -> "mean absolute error";
            case Huber _ -> "Huber loss";
            case BinaryCrossEntropy _ -> "binary cross-entropy";
            case BinaryCrossEntropyOfProbabilities _ -> "binary cross-entropy of probabilities";
            case CrossEntropy _ -> "cross-entropy";
            case KullbackLeibler _ -> "Kullback-Leibler divergence";
            case Hinge _ -> "hinge";
            case SquaredHinge _ -> "squared hinge";
            case MultiClassHinge _ -> "multi-class hinge";
            case CosineEmbedding _ -> "cosine embedding";
            case Focal _ -> "focal loss";
            case BinaryFocal _ -> "binary focal loss";
            case Ctc _ -> "connectionist temporal classification";
            case Quantile _ -> "quantile loss";
            case LogCosh _ -> "log-cosh";
            case Poisson _ -> "Poisson loss";
            case Distillation _ -> "distillation";
            default -> "loss";
        };
    }
}
