package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Schedules;
import dev.nudge.train.io.CheckpointStore;
import dev.nudge.train.io.Storage;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A training run in a process of its own, for tests that kill it or start it cold.
///
/// It goes on from the newest checkpoint in a folder, says `saved STEP` after each one, and at the end the hash of its
/// weights.
final class TrainingProcess {
    private static final long SEED = 99;

    private TrainingProcess() {}

    /// Trains.
    ///
    /// @param arguments folder, budget in steps, and steps between two checkpoints
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        System.out.println(run(folder, Long.parseLong(arguments[1]), Long.parseLong(arguments[2])));
    }

    /// The hash of the weights after `steps` steps.
    static String run(Path folder, long steps, long cadence) {
        Layer model = Toy.model(Keys.of(SEED), true);
        Optimizer optimizer = Optimizer.of(AdamW.of(), Schedules.warmup(20, Schedules.cosine(0.05, 5_000)), model);
        Trainer.of(model, Losses.crossEntropy(), optimizer, SEED)
                .withBatch(8)
                .withBudget(Budget.steps(steps))
                .withEarlyStopping(EarlyStopping.of(1_000))
                .withCheckpoints(CheckpointStore.open(Storage.fileSystem(), folder, 2), Cadence.everySteps(cadence))
                .withListener(event -> {
                    if (event instanceof TrainingEvent.CheckpointSaved saved) {
                        System.out.println("saved " + saved.step());
                    }
                })
                .resume(Toy.points(60, SEED), Toy.points(20, ~SEED));
        return WeightsHash.of(model);
    }

    /// Starts it, with the modules that the calling test has.
    static Process start(Path folder, long steps, long cadence, String... options) throws IOException {
        return start(
                TrainingProcess.class,
                List.of(options),
                List.of(folder.toString(), Long.toString(steps), Long.toString(cadence)));
    }

    /// Starts any class of the tests with the modules that the calling test has.
    static Process start(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-p", modulePath(), "--patch-module", "dev.nudge.train=" + tests()));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector,ALL-MODULE-PATH"));
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(options);
        command.add("-m");
        command.add("dev.nudge.train/" + main.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String modulePath() {
        return Stream.of(
                        "dev.nudge.tensor.Tensor",
                        "dev.nudge.cpu.CpuBackend",
                        "dev.nudge.nn.Layer",
                        "dev.nudge.train.Keys")
                .map(TrainingProcess::place)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(String type) {
        try {
            Class<?> found = Class.forName(type);
            return Path.of(found.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Where the test classes are: a class that is patched into a module only its resource can tell.
    private static String tests() {
        try {
            Path here = Path.of(
                    TrainingProcess.class.getResource("TrainingProcess.class").toURI());
            return here.getParent().getParent().getParent().getParent().toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
