package dev.nudge.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Measures several things, each in a process of its own; those that are compared take turns.
///
/// @param choices  what to measure
/// @param launcher the command `nudge`
record Series(Choices choices, String launcher) {
    /// How a program ends that lacks the workload it was asked for.
    static final int LACKS = 3;

    private static final double PATIENCE = 20; // seconds

    /// Prints a line for each measurement, then the table.
    ///
    /// @return whether all did the same work
    boolean run() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(List.of(Comparison.NUDGE));
        names.addAll(choices.peers());
        Workload smallest = Workload.named("W7");
        for (String name : names) {
            measure(name, smallest, 0, 0, true); // builds it, and brings its files into memory
        }
        double peak = choices.threads() * Peak.ofCore();
        List<Comparison.Point> points = new ArrayList<>();
        for (Workload workload : choices.workloads()) {
            points.add(point(workload, names));
        }
        Comparison comparison = new Comparison(names, points, peak);
        System.out.println("\n" + comparison.table());
        List<String> differences = comparison.differences();
        differences.forEach(difference -> System.err.println("error: not the same work: " + difference));
        return differences.isEmpty();
    }

    private Comparison.Point point(Workload workload, List<String> names) throws IOException, InterruptedException {
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        for (int round = 0; round < choices.rounds(); round++) {
            for (String name : names) {
                Optional<String> line = measure(name, workload, choices.warmup(), choices.window(), false);
                if (line.isPresent()) {
                    System.out.println(line.get());
                    measured.computeIfAbsent(name, _ -> new ArrayList<>()).add(Measurement.parse(line.get()));
                }
            }
        }
        return new Comparison.Point(workload.name(), workload.batch(), workload.width(), measured);
    }

    /// The line that a program prints, nothing where it lacks the workload.
    private Optional<String> measure(String name, Workload workload, double warmup, double window, boolean mayBuild)
            throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(command(name, workload, warmup, window));
        program.redirectError(ProcessBuilder.Redirect.INHERIT);
        if (!mayBuild) {
            program.environment().put("NUDGE_BUILD", "never"); // a source saved meanwhile must not change what runs
            Machine.awaitQuiet(Stopwatch.QUIET, PATIENCE);
        }
        Process process = program.start();
        Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end); // who stops the series stops what it started
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        if (status != 0 && status != LACKS) {
            throw new Failed(
                    String.join(" ", program.command()) + " ended with status " + status + "; its error is above");
        }
        return status == LACKS
                ? Optional.empty()
                : output.lines().filter(line -> line.startsWith("{")).findFirst();
    }

    private List<String> command(String name, Workload workload, double warmup, double window) {
        List<String> command = new ArrayList<>(List.of(launcher, "bench"));
        boolean isNudge = name.equals(Comparison.NUDGE) || Choices.KERNELS.contains(name);
        if (!isNudge) {
            command.addAll(List.of("--peer", name));
        }
        command.addAll(List.of(
                workload.name(),
                "--threads",
                "" + choices.threads(),
                "--batch",
                "" + workload.batch(),
                "--width",
                "" + workload.width(),
                "--warmup",
                "" + warmup,
                "--window",
                "" + window));
        if (isNudge) {
            command.addAll(List.of("--kernels", name.equals(Comparison.NUDGE) ? choices.kernels() : name));
        }
        return command;
    }

    /// A measurement that did not come about.
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }
}
