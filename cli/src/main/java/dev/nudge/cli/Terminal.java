package dev.nudge.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/// Finds out what the process writes to.
final class Terminal {
    private static final int USUAL_WIDTH = 80;
    private static final int NARROWEST = 20;

    private Terminal() {}

    /// The console of this process. The launcher says whether its standard error, which it filters, is a terminal.
    static Console console(PrintStream out, PrintStream err) {
        Map<String, String> environment = System.getenv();
        boolean candidate = Boolean.getBoolean("nudge.stderr.terminal")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
        int width = candidate ? width(environment.get("COLUMNS")) : 0;
        return new Console(out, err, false, false, width >= NARROWEST, width);
    }

    private static int width(@org.jspecify.annotations.Nullable String columns) {
        Long given = columns == null ? null : Values.whole(columns);
        return given != null ? Math.clamp(given, 0, 10_000) : ask();
    }

    /// Asks the terminal, which only `stty` can; 80 if it does not answer.
    private static int ask() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/tty")))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Scanner answer = new Scanner(stty.getInputStream(), StandardCharsets.US_ASCII)) {
                boolean ended = stty.waitFor(1, TimeUnit.SECONDS);
                if (ended && answer.hasNextInt()) {
                    answer.nextInt(); // rows
                    return answer.hasNextInt() ? answer.nextInt() : USUAL_WIDTH;
                }
                stty.destroy();
            }
        } catch (IOException _) {
            return USUAL_WIDTH; // no stty, no controlling terminal
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return USUAL_WIDTH;
    }
}
