package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.AmsGrad;
import dev.nudge.nn.optim.Averaging;
import dev.nudge.nn.optim.Clipping;
import dev.nudge.nn.optim.Lion;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.NAdam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.RmsProp;
import dev.nudge.nn.optim.Sam;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.UpdateRule;
import dev.nudge.tensor.RandomKey;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Fingerprint;
import dev.nudge.train.io.CheckpointStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A small training run, drawn at random, that can be done in one piece or in several.
///
/// @param seed     of the run and its data
/// @param rule     update rule
/// @param schedule learning rate
/// @param dropout  whether the model is random in training
/// @param clipped  whether gradients are clipped
/// @param early    whether it stops early
/// @param examples in the training data
/// @param batch    examples of one step
/// @param dropLast whether the last batch may be left out
/// @param epochs   budget
/// @param workers  threads that load data
/// @param extra    what else the run does
record Scenario(
        long seed,
        UpdateRule rule,
        Schedule schedule,
        boolean dropout,
        boolean clipped,
        boolean early,
        int examples,
        int batch,
        boolean dropLast,
        int epochs,
        int workers,
        Extra extra) {
    /// What few runs do.
    enum Extra {
        NOTHING,
        ACCUMULATES,
        SHARPNESS_AWARE,
        PLATEAU,
        EXPONENTIAL_AVERAGE,
        STOCHASTIC_AVERAGE
    }

    static Scenario draw(RandomKey key) {
        UpdateRule[] rules = {
            Sgd.of(),
            Momentum.of().withL2(0.01),
            Momentum.ofNesterov(),
            Adam.of(),
            AdamW.of().withWeightDecay(0.1),
            NAdam.of(),
            RmsProp.of().withCentering().withMomentum(0.5),
            AmsGrad.of(),
            Lion.of()
        };
        Schedule[] schedules = {
            Schedules.constant(0.05),
            Schedules.cosine(0.1, 30),
            Schedules.stepDecay(0.1, 5, 0.5),
            Schedules.warmup(4, Schedules.exponential(0.1, 0.95)),
            Schedules.oneCycle(0.2, 20),
            Schedules.sequence(Schedules.linear(0.1, 9), 7, Schedules.cyclic(0.01, 0.1, 3))
        };
        return new Scenario(
                key.bits(0),
                rules[key.below(1, rules.length)],
                schedules[key.below(2, schedules.length)],
                key.below(3, 2) == 1,
                key.below(4, 3) == 0,
                key.below(5, 2) == 1,
                20 + key.below(6, 30),
                3 + key.below(7, 9),
                key.below(8, 2) == 1,
                2 + key.below(9, 4),
                1 + key.below(10, 2),
                Extra.values()[key.below(11, Extra.values().length)]);
    }

    /// What a run left behind, and what it said on its way.
    static final class Log implements Consumer<TrainingEvent> {
        private final Map<Long, Double> losses = new TreeMap<>();
        private final Map<Integer, String> epochs = new TreeMap<>();
        private String weights = "";
        private String state = "";
        private String end = "";

        @Override
        public void accept(TrainingEvent event) {
            switch (event) {
                case TrainingEvent.StepDone done -> agree(losses.put(done.step(), done.loss()), done.loss());
                case TrainingEvent.EpochDone done -> {
                    String text = done.trainingLoss() + " " + done.validation() + " " + done.best();
                    agree(epochs.put(done.epoch(), text), text);
                }
                case TrainingEvent.Stopped stopped ->
                    end = stopped.epoch() + " " + stopped.step() + " " + stopped.reason();
                case TrainingEvent.Started _,
                        TrainingEvent.Resumed _,
                        TrainingEvent.Warned _,
                        TrainingEvent.RateSet _,
                        TrainingEvent.CheckpointSaved _ -> {}
            }
        }

        // What is done again after a crash must be the same again.
        private static void agree(Object before, Object now) {
            if (before != null && !before.equals(now)) {
                throw new AssertionError("done again it gave " + now + ", the first time " + before);
            }
        }

        long steps() {
            return losses.size();
        }

        /// One text for everything that must be equal.
        @Override
        public String toString() {
            return "weights " + weights + "\noptimizer " + state + "\nend " + end + "\nlosses "
                    + Fingerprint.of(losses.toString().getBytes(StandardCharsets.UTF_8)) + " of " + losses.size()
                    + "\nepochs " + epochs;
        }
    }

    private Dataset train() {
        return Toy.points(examples, seed);
    }

    private Dataset validation() {
        return Toy.points(16, ~seed);
    }

    /// The run in one piece.
    Log whole() {
        Log log = new Log();
        part(log, trainer -> trainer, (trainer, train, validation) -> trainer.fit(train, validation));
        return log;
    }

    /// The next part of the run: from the newest checkpoint until `change` stops it, or to the end.
    FitResult next(Log log, CheckpointStore store, Cadence cadence, UnaryOperator<Trainer> change) {
        return part(
                log,
                trainer -> change.apply(trainer.withCheckpoints(store, cadence)),
                (trainer, train, validation) -> trainer.resume(train, validation));
    }

    @FunctionalInterface
    private interface Go {
        FitResult go(Trainer trainer, Dataset train, Dataset validation);
    }

    private FitResult part(Log log, UnaryOperator<Trainer> change, Go go) {
        Layer model = Toy.model(Keys.of(seed), dropout);
        Optimizer plain = Optimizer.of(rule, schedule, model)
                .withClipping(clipped ? Clipping.byGlobalNorm(0.5) : Clipping.none());
        Optimizer optimizer = extra == Extra.SHARPNESS_AWARE ? plain.withSam(Sam.of()) : plain;
        Trainer trainer = Trainer.of(model, Losses.crossEntropy(), optimizer, seed)
                .withBatch(batch)
                .withBudget(Budget.epochs(epochs))
                .withDataWorkers(workers)
                .withListener(log);
        trainer = dropLast ? trainer.withDropLast() : trainer;
        trainer = early ? trainer.withEarlyStopping(EarlyStopping.of(1, 0.002)) : trainer;
        trainer = switch (extra) {
            case NOTHING, SHARPNESS_AWARE -> trainer;
            case ACCUMULATES -> trainer.withAccumulation(3);
            case PLATEAU -> trainer.withPlateau(ReduceOnPlateau.of(1).withFactor(0.5));
            case EXPONENTIAL_AVERAGE -> trainer.withAveraging(Averaging.ema(0.8));
            case STOCHASTIC_AVERAGE -> trainer.withAveraging(Averaging.swa(4, 3));
        };
        FitResult result = go.go(change.apply(trainer), train(), validation());
        Fingerprint state = Fingerprint.start();
        optimizer
                .state()
                .forEach((name, buffer) ->
                        state.add(name.getBytes(StandardCharsets.UTF_8)).add(buffer.storage()));
        log.weights = WeightsHash.of(model);
        log.state = optimizer.steps() + " " + state.text();
        return result;
    }
}
