package dev.nudge.peers;

import dev.nudge.bench.Choices;
import dev.nudge.bench.Stopwatch;
import dev.nudge.bench.Trainee;
import dev.nudge.bench.Workload;
import java.util.Arrays;
import java.util.Optional;

/// Measures how fast another system trains a workload: `nudge bench --peer NAME WORKLOAD [OPTIONS]`.
///
/// Prints the line of JSON that the benchmark of Nudge prints, by the same clock. Ends with status 3
/// where the peer lacks the workload.
public final class Peers {
    private static final int USAGE = 2;
    private static final int LACKS = 3;

    private Peers() {}

    /// Runs the measurement and prints its line.
    public static void main(String[] arguments) {
        int status = 0;
        try {
            status = measure(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            status = USAGE;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status); // some keep threads that would never end
    }

    private static int measure(String[] arguments) {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("bench: --peer takes libtorch or tensorflow, found nothing");
        }
        Choices choices = Choices.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        Workload workload = choices.workload();
        Optional<Trainee> trainee = trainee(arguments[0], workload, choices.threads());
        if (trainee.isEmpty()) {
            System.err.println(arguments[0] + " lacks " + workload);
            return LACKS;
        }
        Stopwatch watch = new Stopwatch(workload, trainee.get());
        watch.warmUp(choices.warmup());
        watch.measure(choices.window());
        System.out.println(watch.line(choices.threads()));
        return 0;
    }

    /// A peer by its name; empty where it lacks the workload.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    static Optional<Trainee> trainee(String peer, Workload workload, int threads) {
        return switch (peer) {
            case "libtorch" -> Libtorch.of(workload, threads);
            case "tensorflow" -> TensorFlow.of(workload, threads);
            default ->
                throw new IllegalArgumentException("bench: --peer takes libtorch or tensorflow, found '" + peer + "'");
        };
    }
}
