package dev.nudge.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/// What the operating system says of this process and of the machine.
final class Machine {
    private static final double TICKS_PER_SECOND = 100;

    private Machine() {}

    /// Seconds since the process was started, to a hundredth; 0 where the system does not say. (The instant that
    /// [ProcessHandle] gives is off by the fraction of a second at which the machine was booted.)
    static double secondsSinceStart() {
        double sinceBoot =
                Double.parseDouble(read("/proc/uptime").trim().split(" ", -1)[0].replace(")", "0"));
        String[] fields = statistics();
        return fields.length < 20 ? 0 : sinceBoot - Long.parseLong(fields[19]) / TICKS_PER_SECOND;
    }

    /// Processor seconds that this process has used.
    static double ownSeconds() {
        String[] fields = statistics();
        return fields.length < 13 ? 0 : (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /// Processor seconds that everything on the machine has used.
    static double allSeconds() {
        String[] fields =
                read("/proc/stat").lines().findFirst().orElse("").trim().split("\\s+", -1);
        long ticks = 0;
        for (int i = 1; i < Math.min(9, fields.length); i++) {
            ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]); // not idle, not waiting for disks
        }
        return ticks / TICKS_PER_SECOND;
    }

    /// Waits until no more than a share of all processors is in use, at most so many seconds.
    static void awaitQuiet(double share, double seconds) throws InterruptedException {
        double limit = share * Runtime.getRuntime().availableProcessors();
        double used = Double.MAX_VALUE;
        for (double waited = 0; waited < seconds && used > limit; waited += 1) {
            double before = allSeconds();
            Thread.sleep(1000);
            used = allSeconds() - before;
        }
    }

    /// Largest memory that the process has had resident, in MiB; -1 where the system does not say.
    static long peakMebibytes() {
        for (String line : read("/proc/self/status").lines().toList()) {
            if (line.startsWith("VmHWM")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return -1;
    }

    /// Size of the jars on the paths of this process that pass `used`, in MiB.
    static double jarMebibytes(Predicate<String> used) {
        String paths = System.getProperty("java.class.path", "")
                + File.pathSeparator
                + System.getProperty("jdk.module.path", "");
        long bytes = 0;
        for (String part : paths.split(File.pathSeparator, -1)) {
            File[] inside = new File(part).listFiles(); // null where it is a file
            for (File file : inside == null ? new File[] {new File(part)} : inside) {
                bytes += file.getName().endsWith(".jar") && used.test(file.getName()) ? file.length() : 0;
            }
        }
        return bytes / 1048576.0;
    }

    /// What `/proc/self/stat` says after the name of the process.
    private static String[] statistics() {
        String stat = read("/proc/self/stat");
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static String read(String file) {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return ") 0 0 0 0 0 0 0 0 0 0 0 0 0";
        }
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
