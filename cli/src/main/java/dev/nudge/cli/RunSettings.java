package dev.nudge.cli;

import dev.nudge.images.ImageSize;
import dev.nudge.train.data.Cifar;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What is trained and how, read and checked.
///
/// @param texts        the settings as texts, defaults filled in: what `run.json` keeps and `--resume`
///         reads
/// @param data         `digits`, or a folder
/// @param resize       what images in folders are brought to; null if they have one size
/// @param labels       which classes of CIFAR-100 are learned
/// @param dropout      share of hidden values set to zero
/// @param rate         learning rate before the schedule
/// @param schedule     how the rate changes
/// @param warmup       steps over which it rises first
/// @param epochs       most epochs
/// @param steps        most steps
/// @param time         longest time; null for any
/// @param targetLoss   validation loss to stop at; null for none
/// @param patience     epochs without improvement to stop after; null for none
/// @param kernels      whose kernels compute: one of [Execute#KERNELS]
/// @param memory       of the values of a step; null for what there is
/// @param clip         largest norm of the gradients; null for none
/// @param sam          radius of sharpness-aware minimization; null for none
/// @param accumulate   parts in which each batch is computed
/// @param average      how weights are averaged; null for not at all
/// @param optimizer    update rule, with its penalty or decay
/// @param validation   share of the data to validate on
/// @param saveSteps    steps from one checkpoint to the next; null for none
/// @param saveTime     time from one checkpoint to the next; null for none
/// @param skips        batches with NaN or infinity that may be passed over in a row
/// @param goesOnUnsaved whether a checkpoint that cannot be written is a warning only
record RunSettings(
        SequencedMap<String, String> texts,
        String data,
        @Nullable ImageSize resize,
        Cifar.Labels labels,
        ModelSpec model,
        double dropout,
        String loss,
        OptimizerSpec optimizer,
        double rate,
        ScheduleSpec schedule,
        long warmup,
        int batch,
        int epochs,
        long steps,
        @Nullable Duration time,
        @Nullable Double targetLoss,
        @Nullable Integer patience,
        long seed,
        int threads,
        String kernels,
        @Nullable StepMemory memory,
        @Nullable Double clip,
        @Nullable Double sam,
        int accumulate,
        @Nullable AveragingSpec average,
        double validation,
        @Nullable Long saveSteps,
        @Nullable Duration saveTime,
        int skips,
        boolean goesOnUnsaved) {
    static final String DATA = "data";
    static final String KERNELS = "kernels";
    static final String DIGITS = "digits";
    static final int MOST_EPOCHS = 1_000_000;
    static final List<String> LOSSES = List.of("cross-entropy", "focal", "hinge", "mse");
    static final List<String> NAMES = List.of(
            DATA,
            "resize",
            "labels",
            "model",
            "dropout",
            "loss",
            "optimizer",
            "lr",
            "schedule",
            "warmup",
            "batch",
            "epochs",
            "steps",
            "time",
            "target-loss",
            "patience",
            "seed",
            "threads",
            KERNELS,
            StepMemory.OPTION,
            "weight-decay",
            "l2",
            "clip",
            "sam",
            "accumulate",
            "average",
            "validation",
            "checkpoint-every",
            "on-nan",
            "on-ckpt-error");
}
