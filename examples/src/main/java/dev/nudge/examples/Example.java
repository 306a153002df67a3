package dev.nudge.examples;

/// A model trained on real data from beginning to end; `nudge example NAME` runs it.
public interface Example {
    /// Name on the command line.
    String name();

    /// What it learns, in one line.
    String summary();

    /// What `--data` has to be, in one line, and what happens without it.
    String data();

    /// Reads the data, trains, and says how well the model does.
    ///
    /// @throws dev.nudge.train.io.NudgeException if the data cannot be read
    /// @throws Session.StoppedException if the user stopped it; everything is saved then
    Result run(Session session);
}
