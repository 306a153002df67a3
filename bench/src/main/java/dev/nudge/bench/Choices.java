package dev.nudge.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/// What the command line asks for.
///
/// @param workloads to measure, one for each batch and each width that was asked for
/// @param threads   to compute with
/// @param warmup    seconds before anything is measured
/// @param window    seconds of a measurement
/// @param rounds    how often each measurement is made
/// @param peers     what Nudge is compared with
/// @param profile   whether to print the time of each step of the plan too
/// @param inference whether to measure answers instead of training
/// @param kernels   whose kernels compute, one of [#KERNELS]
public record Choices(
        List<Workload> workloads,
        int threads,
        double warmup,
        double window,
        int rounds,
        List<String> peers,
        boolean profile,
        boolean inference,
        String kernels) {

    /// Kernels of oneDNN too, where they can be used.
    private static final String ONEDNN = "onednn";

    /// The same, with the operands of large products rounded to bfloat16.
    static final String BFLOAT16 = "onednn-bf16";

    /// Nudge's own kernels alone.
    static final String JAVA = "java";

    /// Whose kernels can compute.
    static final List<String> KERNELS = List.of(ONEDNN, BFLOAT16, JAVA);

    /// What Nudge can be compared with, which may be itself with other kernels.
    static final List<String> PEERS = List.of("libtorch", "tensorflow", JAVA, BFLOAT16);

    private static final int LONGEST = 1000;

    static final String USAGE = "usage: bench WORKLOAD[,WORKLOAD...]|all [--threads N] [--batch N[,N...]]"
            + " [--width N[,N...]] [--warmup SECONDS] [--window SECONDS] [--rounds N] [--peers "
            + String.join("|", PEERS) + "[,...]] [--profile true] [--inference true] [--kernels "
            + String.join("|", KERNELS) + "]";

    /// Reads the words of a command line.
    ///
    /// @throws IllegalArgumentException for arguments that make no sense
    public static Choices of(String[] arguments) {
        if (arguments.length % 2 == 0) {
            throw usage("expected a workload and options with values, found '" + String.join(" ", arguments) + "'");
        }
        Choices choices = new Choices(
                workloads(arguments[0]),
                Runtime.getRuntime().availableProcessors(),
                6,
                6,
                1,
                List.of(),
                false,
                false,
                ONEDNN);
        for (int i = 1; i < arguments.length; i += 2) {
            choices = choices.with(arguments[i], arguments[i + 1]);
        }
        if (choices.isSeries() && (choices.profile || choices.inference)) {
            throw usage("--profile and --inference look at one workload of one batch and width, by itself");
        }
        return choices;
    }

    /// The one workload that is asked for.
    ///
    /// @throws IllegalArgumentException if there are several
    public Workload workload() {
        if (workloads.size() != 1) {
            throw usage("expected one workload of one batch and width, found " + workloads);
        }
        return workloads.getFirst();
    }

    /// Whether that takes several measurements, each in a process of its own.
    boolean isSeries() {
        return workloads.size() > 1 || rounds > 1 || !peers.isEmpty();
    }

    private static List<Workload> workloads(String names) {
        try {
            return names.equals("all")
                    ? Workloads.ALL
                    : words(names).stream().map(Workload::named).toList();
        } catch (IllegalArgumentException unknown) {
            throw usage(String.valueOf(unknown.getMessage()));
        }
    }

    private Choices with(String option, String value) {
        return switch (option) {
            case "--threads" -> threads(whole(option, value));
            case "--batch" -> workloads(each(option, value, Workload::withBatch));
            case "--width" -> workloads(each(option, value, Workload::withWidth));
            case "--warmup" -> times(seconds(option, value), window);
            case "--window" -> times(warmup, seconds(option, value));
            case "--rounds" -> series(whole(option, value), peers);
            case "--peers" -> series(rounds, peers(value));
            case "--profile" -> looks(truth(option, value), inference);
            case "--inference" -> looks(profile, truth(option, value));
            case "--kernels" -> kernels(value);
            default -> throw usage("unknown option " + option);
        };
    }

    private Choices threads(int other) {
        return new Choices(workloads, other, warmup, window, rounds, peers, profile, inference, kernels);
    }

    private Choices workloads(List<Workload> others) {
        return new Choices(others, threads, warmup, window, rounds, peers, profile, inference, kernels);
    }

    private Choices times(double otherWarmup, double otherWindow) {
        return new Choices(workloads, threads, otherWarmup, otherWindow, rounds, peers, profile, inference, kernels);
    }

    private Choices series(int otherRounds, List<String> otherPeers) {
        return new Choices(workloads, threads, warmup, window, otherRounds, otherPeers, profile, inference, kernels);
    }

    private Choices looks(boolean atProfile, boolean atInference) {
        return new Choices(workloads, threads, warmup, window, rounds, peers, atProfile, atInference, kernels);
    }

    private Choices kernels(String whose) {
        if (!KERNELS.contains(whose)) {
            throw usage("--kernels takes " + KERNELS + ", found '" + whose + "'");
        }
        return new Choices(workloads, threads, warmup, window, rounds, peers, profile, inference, whose);
    }

    /// Each workload with each of the numbers.
    private List<Workload> each(String option, String value, BiFunction<Workload, Integer, Workload> with) {
        List<Integer> numbers =
                words(value).stream().map(word -> whole(option, word)).toList();
        return workloads.stream()
                .flatMap(workload -> numbers.stream().map(number -> with.apply(workload, number)))
                .distinct()
                .toList();
    }

    private static List<String> peers(String value) {
        List<String> names = words(value);
        for (String name : names) {
            if (!PEERS.contains(name)) {
                throw usage("--peers takes " + PEERS + ", found '" + name + "'");
            }
        }
        return names;
    }

    private static List<String> words(String value) {
        return Arrays.asList(value.split(",", -1));
    }

    private static int whole(String option, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw usage(option + " takes a whole number from 1, found '" + value + "'");
    }

    private static double seconds(String option, String value) {
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= LONGEST) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw usage(option + " takes seconds from 0 to " + LONGEST + ", found '" + value + "'");
    }

    private static boolean truth(String option, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw usage(option + " takes true or false, found '" + value + "'");
        };
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException("bench: " + problem + "; " + USAGE);
    }
}
