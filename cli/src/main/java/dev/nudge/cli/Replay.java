package dev.nudge.cli;

import dev.nudge.studio.record.RunReader;
import dev.nudge.train.Steering;
import dev.nudge.train.StopSignal;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Does to a run what was done to a recorded one while it went on, after the same steps.
///
/// @param rates   learning rates that were set, by the steps done then
/// @param steps   steps that the run took
/// @param stopped whether somebody stopped it after these
record Replay(NavigableMap<Long, Double> rates, long steps, boolean stopped) implements Steering {
    /// What was done to the run in `folder`.
    ///
    /// @throws NudgeException (E300) if it was not recorded, or has not ended
    static Replay of(Path folder) {
        List<RunReader.Event> events;
        try (RunReader reader = RunReader.open(folder)) {
            events = reader.events(0, Integer.MAX_VALUE);
        }
        if (events.isEmpty() || !events.getLast().kind().equals("stopped")) {
            throw new NudgeException(
                    "E300",
                    folder.toString(),
                    "the run has not come to an end - expected one that has. Go on with: nudge train --resume "
                            + folder);
        }
        RunReader.Event end = events.getLast();
        NavigableMap<Long, Double> rates = new TreeMap<>();
        for (RunReader.Event event : events) {
            if (event.kind().equals("learningRate")) {
                rates.put(event.step(), event.detail().number("value"));
            }
        }
        return new Replay(rates, end.step(), end.detail().text("reason").equals("signal"));
    }

    @Override
    public @Nullable Double after(long step, StopSignal stop) {
        if (stopped && step == steps) {
            stop.stop("stopped where the recorded run was");
        }
        return rates.get(step);
    }
}
