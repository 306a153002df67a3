package dev.nudge.bench;

/// What the command line asks for.
///
/// @param workload  to measure, with the batch asked for
/// @param threads   to compute with
/// @param warmup    seconds before anything is measured
/// @param window    seconds of a measurement
/// @param profile   whether to print the time of each step of the plan too
/// @param inference whether to measure answers instead of training
record Choices(Workload workload, int threads, double warmup, double window, boolean profile, boolean inference) {

    /// @throws IllegalArgumentException for arguments that make no sense
    static Choices of(String[] arguments) {
        if (arguments.length == 0 || arguments.length % 2 == 0) {
            throw usage("expected a workload and options with values, found " + String.join(" ", arguments));
        }
        Workload workload = Workloads.ALL.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(arguments[0]))
                .findFirst()
                .orElseThrow(() -> usage("unknown workload " + arguments[0]));
        Choices choices = new Choices(workload, Runtime.getRuntime().availableProcessors(), 6, 6, false, false);
        for (int i = 1; i < arguments.length; i += 2) {
            choices = choices.with(arguments[i], arguments[i + 1]);
        }
        return choices;
    }

    private Choices with(String option, String value) {
        return switch (option) {
            case "--threads" -> new Choices(workload, Integer.parseInt(value), warmup, window, profile, inference);
            case "--batch" -> {
                Workload other = workload.withBatch(Integer.parseInt(value));
                yield new Choices(other, threads, warmup, window, profile, inference);
            }
            case "--warmup" -> new Choices(workload, threads, Double.parseDouble(value), window, profile, inference);
            case "--window" -> new Choices(workload, threads, warmup, Double.parseDouble(value), profile, inference);
            case "--profile" -> new Choices(workload, threads, warmup, window, Boolean.parseBoolean(value), inference);
            case "--inference" -> new Choices(workload, threads, warmup, window, profile, Boolean.parseBoolean(value));
            default -> throw usage("unknown option " + option);
        };
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException("bench: " + problem + "; usage: bench "
                + Workloads.ALL.stream().map(Workload::name).toList() + " [--threads N] [--batch N]"
                + " [--warmup SECONDS] [--window SECONDS] [--profile true] [--inference true]");
    }
}
