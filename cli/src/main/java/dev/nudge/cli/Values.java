package dev.nudge.cli;

import dev.nudge.train.io.NudgeException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the values of options, and says what is wrong with those that cannot be read.
final class Values {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,5})?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(s|m|h)?");
    private static final Map<String, Double> SECONDS = Map.of("s", 1.0, "m", 60.0, "h", 3600.0);

    private Values() {}

    /// The 64-bit integer that `text` is, or null.
    static @Nullable Long whole(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return null;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /// Whether `text` is an integer, however long.
    static boolean isBeyondLong(String text) {
        return WHOLE.matcher(text).matches() && new BigInteger(text).bitLength() > 63;
    }

    /// The decimal number that `text` is, always with a point, or null.
    static @Nullable Double number(String text) {
        return NUMBER.matcher(text).matches() ? Double.valueOf(text) : null;
    }

    /// The time that `text` is, such as `90s`, `5m` or `1.5h`, or null; a bare number counts seconds.
    static @Nullable Duration time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        double unit = matcher.group(2) == null ? 1 : SECONDS.getOrDefault(matcher.group(2), 1.0);
        return Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * unit * 1e9));
    }

    /// The sentence for a word that is none of `known`.
    static String unknown(String what, String found, List<String> known) {
        return "unknown " + what + " " + NudgeException.quote(found) + " - expected one of " + String.join(", ", known)
                + "."
                + Suggestions.nearest(found, known)
                        .map(meant -> " Did you mean " + meant + "?")
                        .orElse("");
    }
}
