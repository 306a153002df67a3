package dev.nudge.cli;

import dev.nudge.nn.Mlp;
import dev.nudge.nn.loss.Loss;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Clipping;
import dev.nudge.nn.optim.Muon;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.ReduceOnPlateau;
import dev.nudge.nn.optim.Sam;
import dev.nudge.nn.optim.Schedule;
import dev.nudge.tensor.plan.MemoryBudget;
import dev.nudge.train.Budget;
import dev.nudge.train.Cadence;
import dev.nudge.train.EarlyStopping;
import dev.nudge.train.Keys;
import dev.nudge.train.Trainer;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Accuracy;

/// A run that has been checked and only needs to be begun.
///
/// @param settings what was asked for
/// @param data     what to train on
/// @param memory   bytes that it will take
record Experiment(RunSettings settings, TrainingData data, MemoryNeed memory) {
    /// Reads the data, and checks what can only be checked beside it.
    ///
    /// @throws NudgeException if the data cannot be read
    static Experiment prepare(RunSettings settings, Problems problems) {
        Keys keys = Keys.of(settings.seed());
        TrainingData data = TrainingData.load(settings, keys.split());
        MemoryNeed memory = MemoryNeed.of(settings, data.inputs(), data.classes());
        Experiment experiment = new Experiment(settings, data, memory);
        int rows = data.split().train().size();
        if (settings.batch() > rows) {
            problems.add(
                    "E611",
                    "--batch",
                    "must be an integer in [1, rows=" + rows + "], found \"" + settings.batch() + "\".");
        } else {
            experiment.checkSchedule(problems);
            experiment.checkMuon(problems);
            memory.check(MemoryBudget.ofHeap().bytes(), settings.optimizer().kind(), problems);
        }
        return experiment;
    }

    private void checkMuon(Problems problems) {
        if (settings.optimizer().kind().equals("muon")
                && settings.model().hidden().size() < 2) {
            problems.add(
                    "E624",
                    "--optimizer",
                    "muon is for the matrices between the first and the last - expected a model with at least two"
                            + " hidden layers, found "
                            + NudgeException.quote(settings.texts().getOrDefault("model", ""))
                            + ". Use --optimizer adamw, or --model mlp:128,64.");
        }
    }

    private void checkSchedule(Problems problems) {
        if (settings.warmup() > 0 && settings.warmup() >= totalSteps()) {
            problems.add(
                    "E623",
                    "--warmup",
                    "warm-up " + settings.warmup() + " does not leave a step - expected less" + " than the "
                            + totalSteps() + " steps of the run.");
            return;
        }
        try {
            Schedule _ = schedule();
        } catch (IllegalArgumentException e) {
            problems.add(Problem.parse(String.valueOf(e.getMessage()), "E623", "--schedule"));
        }
    }

    int stepsPerEpoch() {
        return Math.ceilDiv(data.split().train().size(), settings.batch());
    }

    /// Steps that epochs and steps allow.
    long totalSteps() {
        return Math.min(settings.steps(), (long) settings.epochs() * stepsPerEpoch());
    }

    Schedule schedule() {
        return settings.schedule().of(settings.rate(), settings.warmup(), stepsPerEpoch(), totalSteps());
    }

    /// The network with its first weights.
    Mlp model() {
        return settings.model()
                .build(
                        data.inputs(),
                        data.classes(),
                        settings.dropout(),
                        Keys.of(settings.seed()).init());
    }

    Loss loss() {
        return loss(settings, data.classes());
    }

    static Loss loss(RunSettings settings, int classes) {
        return switch (settings.loss()) {
            case "focal" -> Losses.focal();
            case "hinge" -> Losses.multiClassHinge();
            case "mse" -> new ClassLoss(classes);
            default -> Losses.crossEntropy();
        };
    }

    /// The optimizer of `model`, at its start.
    Optimizer optimizer(Mlp model) {
        Optimizer optimizer = settings.optimizer().rule() instanceof Muon muon
                ? Optimizer.of(AdamW.of(), schedule(), model).withGroups(muon.group(model, OptimizerSpec.MUON_FACTOR))
                : Optimizer.of(settings.optimizer().rule(), schedule(), model);
        Double clip = settings.clip();
        optimizer = clip == null ? optimizer : optimizer.withClipping(Clipping.byGlobalNorm(clip));
        Double sam = settings.sam();
        return sam == null ? optimizer : optimizer.withSam(new Sam(sam));
    }

    /// The trainer of `model`, which is best given its own: it keeps the weights that did best on the
    /// validation data.
    Trainer trainer(Mlp model) {
        Trainer trainer = Trainer.of(model, loss(), optimizer(model), settings.seed())
                .withBatch(settings.batch())
                .withAccumulation(settings.accumulate())
                .withBudget(budget())
                .withSkipping(settings.skips())
                .withMetrics(Accuracy.ofLogits());
        if (settings.goesOnUnsaved()) {
            trainer = trainer.withCheckpointFailuresAllowed();
        }
        if (data.split().validation().size() > 0) {
            Integer patience = settings.patience();
            trainer =
                    trainer.withEarlyStopping(EarlyStopping.of(patience == null ? RunSettings.MOST_EPOCHS : patience));
        }
        AveragingSpec average = settings.average();
        if (average != null) {
            trainer = trainer.withAveraging(average.of(stepsPerEpoch()));
        }
        ReduceOnPlateau plateau = settings.schedule().plateau();
        if (plateau != null) {
            trainer = trainer.withPlateau(plateau);
        }
        Double targetLoss = settings.targetLoss();
        return targetLoss == null ? trainer : trainer.withTargetLoss(targetLoss);
    }

    private Budget budget() {
        Budget budget = Budget.epochs(settings.epochs()).and(Budget.steps(settings.steps()));
        return settings.time() == null ? budget : budget.and(Budget.time(settings.time()));
    }

    Cadence cadence() {
        if (settings.saveSteps() != null) {
            return Cadence.everySteps(settings.saveSteps());
        }
        return settings.saveTime() != null ? Cadence.every(settings.saveTime()) : Cadence.everyEpoch();
    }
}
