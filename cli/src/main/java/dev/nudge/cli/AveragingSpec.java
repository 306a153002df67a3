package dev.nudge.cli;

import dev.nudge.nn.optim.Averaging;
import dev.nudge.train.io.NudgeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How weights are averaged, as it is written on a command line: `ema`, `ema:0.999` or `swa:20`.
///
/// @param kind   name
/// @param number decay of `ema`, first epoch of `swa`
record AveragingSpec(String kind, double number) {
    static final List<String> KINDS = List.of("ema", "swa");
    private static final double USUAL_DECAY = 0.99;

    /// Reads the text, adding to `problems` what is wrong with it; null if anything is.
    static @Nullable AveragingSpec parse(String text, Problems problems) {
        String[] parts = text.split(":", -1);
        if (!KINDS.contains(parts[0])) {
            problems.add("E006", "--average", Values.unknown("average", parts[0], KINDS));
            return null;
        }
        boolean ema = parts[0].equals("ema");
        Double number = parts.length > 1 ? Values.number(parts[1]) : ema ? Double.valueOf(USUAL_DECAY) : null;
        Long epoch = parts.length > 1 ? Values.whole(parts[1]) : null;
        boolean fits = ema
                ? number != null && number >= 0 && number < 1
                : epoch != null && epoch >= 1 && epoch <= RunSettings.MOST_EPOCHS;
        if (!fits || number == null || parts.length > 2) {
            problems.add(
                    "E610",
                    "--average",
                    "expected ema[:DECAY] with DECAY in [0, 1), or swa:EPOCH with EPOCH in [1, "
                            + RunSettings.MOST_EPOCHS + "], found " + NudgeException.quote(text) + ".");
            return null;
        }
        return new AveragingSpec(parts[0], number);
    }

    /// @param perEpoch steps of one epoch
    Averaging of(int perEpoch) {
        return kind.equals("ema") ? Averaging.ema(number) : Averaging.swa(perEpoch * (long) number, perEpoch);
    }
}
