package dev.nudge.cli;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// The options that say what is trained and how. All are texts here: [RunSettings] reads them, so that
/// everything that is wrong can be told together.
final class TrainingOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DATA",
            description = "digits (handwritten digits that are part of the program, the default), or a folder: with"
                    + " the four IDX files of MNIST or Fashion-MNIST, with the binary files of CIFAR-10 or CIFAR-100, or"
                    + " with a folder of PNG, JPEG, GIF or BMP images for each class, alone or in train and test.")
    @Nullable
    String data;

    @Option(
            names = "--resize",
            paramLabel = "HxW",
            description = "Bring the images of a folder to one size, in colour; HxWx1 for grey.")
    @Nullable
    String resize;

    @Option(
            names = "--labels",
            paramLabel = "WHICH",
            description = "Classes of CIFAR-100: fine (the hundred, default) or coarse (the twenty).")
    @Nullable
    String labels;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "linear, or mlp:WIDTH,...[:ACTIVATION] with the widths of the hidden layers (default:"
                    + " mlp:128,64). Activations: relu, leaky-relu, elu, selu, gelu, silu, softplus, sigmoid, tanh.")
    @Nullable
    String model;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            description = "Share of hidden values set to zero in training (default: 0.2 for digits, else 0).")
    @Nullable
    String dropout;

    @Option(names = "--loss", paramLabel = "LOSS", description = "cross-entropy (default), focal, hinge or mse.")
    @Nullable
    String loss;

    @Option(
            names = "--optimizer",
            paramLabel = "RULE",
            description = "sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam (default), amsgrad, nadam, radam,"
                    + " adamw, lion, lamb or muon; with settings as in rmsprop:decay=0.99,centered=true.")
    @Nullable
    String optimizer;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate (default: the optimizer's usual one; plan shows it).")
    @Nullable
    String rate;

    @Option(
            names = "--schedule",
            paramLabel = "SCHEDULE",
            description = "How the rate changes: constant, linear, cosine, polynomial[:POWER], one-cycle,"
                    + " step[:EPOCHS[:FACTOR]], exponential[:FACTOR] (per epoch), inverse-sqrt[:STEPS],"
                    + " cyclic[:EPOCHS[:FACTOR[:SHRINK]]] (SHRINK per cycle; 0.5 is triangular2),"
                    + " restarts[:EPOCHS[:GROWTH]] or plateau[:PATIENCE[:FACTOR]]; A+B multiplies two,"
                    + " A@EPOCHS,B puts B behind A"
                    + " (default: exponential for digits, else cosine, or constant for a run of a given time).")
    @Nullable
    String schedule;

    @Option(
            names = "--warmup",
            paramLabel = "STEPS",
            description = "Steps over which the rate rises first (default: 0).")
    @Nullable
    String warmup;

    @Option(names = "--batch", paramLabel = "N", description = "Examples of one step (default: 32).")
    @Nullable
    String batch;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training data (default: 40 for digits, else 15).")
    @Nullable
    String epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Stop after this many steps.")
    @Nullable
    String steps;

    @Option(names = "--time", paramLabel = "TIME", description = "Stop after this time, such as 90s, 5m or 1h.")
    @Nullable
    String time;

    @Option(
            names = "--target-loss",
            paramLabel = "LOSS",
            description = "Stop after the epoch whose validation loss is at most this.")
    @Nullable
    String targetLoss;

    @Option(
            names = "--patience",
            paramLabel = "EPOCHS",
            description = "Stop after this many epochs without a better validation loss.")
    @Nullable
    String patience;

    @Option(names = "--seed", paramLabel = "N", description = "Where all randomness comes from (default: 42).")
    @Nullable
    String seed;

    @Mixin
    ComputeOptions compute = new ComputeOptions();

    @Mixin
    StepMemory.Wish memory = new StepMemory.Wish();

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Decoupled decay of adamw, lamb, lion and muon (default: that of the rule).")
    @Nullable
    String weightDecay;

    @Option(names = "--l2", paramLabel = "X", description = "Penalty on the squares of the weights (default: 0).")
    @Nullable
    String l2;

    @Option(
            names = "--clip",
            paramLabel = "NORM",
            description = "Largest norm of all gradients together (default: none).")
    @Nullable
    String clip;

    @Option(
            names = "--sam",
            paramLabel = "RADIUS",
            description = "Sharpness-aware minimization: take each gradient this far uphill, such as 0.05.")
    @Nullable
    String sam;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description = "Compute each batch in N parts, which takes less memory (default: 1).")
    @Nullable
    String accumulate;

    @Option(
            names = "--average",
            paramLabel = "HOW",
            description = "Keep an average of the weights: ema[:DECAY] over steps, or swa:EPOCH over the epochs from"
                    + " this one on.")
    @Nullable
    String average;

    @Option(
            names = "--validation",
            paramLabel = "PART",
            description = "Share of the data to validate on (default: 0.1 of digits, else 1/30 of the training images;"
                    + " 0 for none).")
    @Nullable
    String validation;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "WHEN",
            description = "Steps (500) or time (30s) from one checkpoint to the next (default: every epoch).")
    @Nullable
    String checkpointEvery;

    @Option(
            names = "--on-nan",
            paramLabel = "WHAT",
            description = "When a loss or gradient is NaN or infinite: stop (default), or skip[:N] to pass over up to"
                    + " N such batches in a row (10).")
    @Nullable
    String onNan;

    @Option(
            names = "--on-ckpt-error",
            paramLabel = "WHAT",
            description = "When a checkpoint cannot be written: stop (default), or warn and go on.")
    @Nullable
    String onCheckpointError;

    /// What was given, by the name of the option; the data under [RunSettings#DATA]. Kernels that
    /// cannot be used here are refused, since those of a run that goes on need not be.
    SequencedMap<String, String> given(ParseResult parsed, Problems problems) {
        Execute.checkUsable(compute.kernels, problems);
        SequencedMap<String, String> given = new LinkedHashMap<>();
        if (data != null && !ParseErrors.isValueOfUnknown(data, parsed)) {
            given.put(RunSettings.DATA, data);
        }
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName().substring(2);
            if (RunSettings.NAMES.contains(name) && option.getValue() instanceof String value) {
                given.put(name, value);
            }
        }
        return given;
    }
}
