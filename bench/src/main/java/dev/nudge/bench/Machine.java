package dev.nudge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// What the operating system says of this process and of the machine.
final class Machine {
    private static final double TICKS_PER_SECOND = 100;

    private Machine() {}

    /// Seconds since the process was started; 0 where the system does not say.
    static double secondsSinceStart() {
        Instant now = Instant.now();
        Instant started = ProcessHandle.current().info().startInstant().orElse(now);
        return (now.toEpochMilli() - started.toEpochMilli()) / 1e3;
    }

    /// Processor seconds that this process has used.
    static double ownSeconds() {
        String stat = read("/proc/self/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
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

    /// Largest memory that the process has had resident, in MiB; -1 where the system does not say.
    static long peakMebibytes() {
        for (String line : read("/proc/self/status").lines().toList()) {
            if (line.startsWith("VmHWM")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return -1;
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
