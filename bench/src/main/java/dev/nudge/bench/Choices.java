package dev.nudge.bench;

/// What the command line asks for.
///
/// @param workload  to measure, with the batch asked for
/// @param threads   to compute with
/// @param warmup    seconds before anything is measured
/// @param window    seconds of a measurement
/// @param profile   whether to print the time of each step of the plan too
/// @param inference whether to measure answers instead of training
/// @param pureJava  whether kernels of other libraries are left aside
record Choices(
        Workload workload,
        int threads,
        double warmup,
        double window,
        boolean profile,
        boolean inference,
        boolean pureJava) {

    /// @throws IllegalArgumentException for arguments that make no sense
    static Choices of(String[] arguments) {
        if (arguments.length == 0 || arguments.length % 2 == 0) {
            throw usage("expected a workload and options with values, found " + String.join(" ", arguments));
        }
        Workload workload = Workloads.ALL.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(arguments[0]))
                .findFirst()
                .orElseThrow(() -> usage("unknown workload " + arguments[0]));
        Choices choices = new Choices(workload, Runtime.getRuntime().availableProcessors(), 6, 6, false, false, false);
        for (int i = 1; i < arguments.length; i += 2) {
            choices = choices.with(arguments[i], arguments[i + 1]);
        }
        return choices;
    }

    private Choices with(String option, String value) {
        return switch (option) {
            case "--threads" ->
                new Choices(workload, Integer.parseInt(value), warmup, window, profile, inference, pureJava);
            case "--batch" -> {
                Workload other = workload.withBatch(Integer.parseInt(value));
                yield new Choices(other, threads, warmup, window, profile, inference, pureJava);
            }
            case "--warmup" ->
                new Choices(workload, threads, Double.parseDouble(value), window, profile, inference, pureJava);
            case "--window" ->
                new Choices(workload, threads, warmup, Double.parseDouble(value), profile, inference, pureJava);
            case "--profile" ->
                new Choices(workload, threads, warmup, window, Boolean.parseBoolean(value), inference, pureJava);
            case "--inference" ->
                new Choices(workload, threads, warmup, window, profile, Boolean.parseBoolean(value), pureJava);
            case "--kernels" -> new Choices(workload, threads, warmup, window, profile, inference, isJava(value));
            default -> throw usage("unknown option " + option);
        };
    }

    private static boolean isJava(String kernels) {
        return switch (kernels) {
            case "java" -> true;
            case "onednn" -> false;
            default -> throw usage("unknown kernels " + kernels + ", expected java or onednn");
        };
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException("bench: " + problem + "; usage: bench "
                + Workloads.ALL.stream().map(Workload::name).toList() + " [--threads N] [--batch N]"
                + " [--warmup SECONDS] [--window SECONDS] [--profile true] [--inference true] [--kernels java]");
    }
}
