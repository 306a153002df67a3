package dev.nudge.train;

import dev.nudge.nn.optim.Averaging;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.metric.Metric;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What can be chosen about a run; a [Trainer] changes a copy and then leaves it alone.
final class Options {
    final long seed;
    int batchSize = 32;
    int parts = 1;
    boolean dropLast;
    int workers = 1;

    @Nullable
    Duration dataLimit;

    Budget budget = Budget.epochs(10);

    @Nullable
    EarlyStopping early;

    @Nullable
    ReduceOnPlateau plateau;

    @Nullable
    Averaging averaging;

    @Nullable
    Double targetLoss;

    @Nullable
    CheckpointStore store;

    Cadence cadence = Cadence.everyEpoch();
    StopSignal signal = new StopSignal();
    Steering steering = (_, _) -> null;
    List<Metric> metrics = List.of();
    List<Consumer<TrainingEvent>> listeners = List.of();
    LongSupplier clock = System::nanoTime; // seam for tests
    boolean anyChanges;
    int mostSkips;
    boolean goesOnUnsaved;

    Options(long seed) {
        this.seed = seed;
    }

    Options copy() {
        Options copy = new Options(seed);
        copy.batchSize = batchSize;
        copy.parts = parts;
        copy.dropLast = dropLast;
        copy.workers = workers;
        copy.dataLimit = dataLimit;
        copy.budget = budget;
        copy.early = early;
        copy.plateau = plateau;
        copy.averaging = averaging;
        copy.targetLoss = targetLoss;
        copy.store = store;
        copy.cadence = cadence;
        copy.signal = signal;
        copy.steering = steering;
        copy.metrics = metrics;
        copy.listeners = listeners;
        copy.clock = clock;
        copy.anyChanges = anyChanges;
        copy.mostSkips = mostSkips;
        copy.goesOnUnsaved = goesOnUnsaved;
        return copy;
    }
}
