package dev.nudge.cli;

import java.io.PrintStream;
import java.util.Map;

/// Finds out what the process writes to.
final class Terminal {
    private static final int NARROWEST = 20;
    private static final int WIDEST = 10_000;

    private Terminal() {}

    /// The console of this process. The launcher, which filters standard error, says whether that is a terminal and how
    /// wide; a bar is drawn only on one that understands escape sequences and has room for it.
    static Console console(PrintStream out, PrintStream err) {
        Map<String, String> environment = System.getenv();
        boolean candidate = Boolean.getBoolean("nudge.stderr.terminal")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
        int width = candidate ? Math.clamp(Long.getLong("nudge.stderr.columns", 0), 0, WIDEST) : 0;
        return new Console(out, err, false, false, width >= NARROWEST, width);
    }
}
