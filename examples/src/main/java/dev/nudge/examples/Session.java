package dev.nudge.examples;

import dev.nudge.train.FitResult;
import dev.nudge.train.Keys;
import dev.nudge.train.Trainer;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What an example is run with, and whom it tells.
public interface Session {
    /// The file or folder given by `--data`, or null.
    @Nullable
    Path data();

    /// Where all randomness comes from.
    long seed();

    /// Whether a small version is wanted, which shows in seconds that everything works and scores less.
    boolean small();

    /// Trains, with progress shown, saved at intervals and stopped by Ctrl-C without loss; goes on with a run that was
    /// stopped if that is asked for.
    ///
    /// @param validation data to look at after each epoch, or null for none
    /// @throws StoppedException if the user stopped it
    FitResult fit(Trainer trainer, Dataset train, @Nullable Dataset validation);

    /// Says what is going on.
    void tell(String line);

    /// Says a part of the result.
    void show(String line);

    /// The random streams of the seed.
    default Keys keys() {
        return Keys.of(seed());
    }

    /// The file or folder given by `--data`.
    ///
    /// @throws NudgeException (E300) if none is given
    default Path requiredData(Example example) {
        Path given = data();
        if (given == null) {
            throw new NudgeException("E300", "--data", "example " + example.name() + " needs data: " + example.data());
        }
        return given;
    }

    /// The user stopped the training.
    final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient FitResult fit;

        /// The training ended thus.
        public StoppedException(FitResult fit) {
            super(fit.why());
            this.fit = fit;
        }

        /// How far it came.
        public FitResult fit() {
            return fit;
        }
    }
}
