package dev.nudge.train.io;

import dev.nudge.train.io.CheckpointFiles.Damage;
import dev.nudge.train.io.Json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The checkpoints of one run, in one directory: each is used whole or not at all, and the newest valid one wins.
///
/// A checkpoint is a directory `step-00001200`. It is written under a temporary name, every file and the directory
/// are forced to the disk, then it gets its name in one step and the name is forced too. So a crash, a kill or a
/// power cut at any moment leaves the last checkpoint that [#save(Checkpoint)] returned for, or a newer one. A name
/// is never written twice: a second checkpoint of the same step is called `step-00001200-2`. Order is by step, never
/// by time.
///
/// One process writes to a directory at a time; it is not safe for use by many threads.
public final class CheckpointStore {
    /// How many checkpoints are kept unless asked otherwise: the newest, and one to fall back to.
    public static final int DEFAULT_KEPT = 2;

    private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})(?:-(\\d{1,9}))?");
    private static final String UNFINISHED = ".tmp";
    private static final String PIN = "best.json";
    private static final JsonRules RULES = new JsonRules(4, 4096, "E407", "E407");

    private final Storage storage;
    private final Path directory;
    private final int kept;
    private final List<Warning> warnings = new ArrayList<>();
    private final Set<String> damaged = new HashSet<>();
    private @Nullable Name lastGood;

    private CheckpointStore(Storage storage, Path directory, int kept) {
        this.storage = storage;
        this.directory = directory;
        this.kept = kept;
    }

    /// What was found to go on from.
    ///
    /// @param checkpoint the newest valid checkpoint, if there is one
    /// @param warnings what was passed over, and why
    public record Found(Optional<Checkpoint> checkpoint, List<Warning> warnings) {}

    /// The name of a checkpoint: its step, and which try at that step.
    private record Name(long step, int attempt, String text) implements Comparable<Name> {
        static @Nullable Name of(String text) {
            Matcher matcher = NAME.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            String attempt = matcher.group(2);
            return new Name(Long.parseLong(matcher.group(1)), attempt == null ? 1 : Integer.parseInt(attempt), text);
        }

        static Name of(long step, int attempt) {
            String digits = Long.toString(step);
            String text = "step-" + "0".repeat(Math.max(0, 8 - digits.length())) + digits;
            return new Name(step, attempt, attempt == 1 ? text : text + "-" + attempt);
        }

        @Override
        public int compareTo(Name other) {
            return Comparator.comparingLong(Name::step)
                    .thenComparingInt(Name::attempt)
                    .compare(this, other);
        }
    }

    /// Opens the checkpoints in this directory, which need not exist yet, and removes what a crash left unfinished.
    ///
    /// @param kept how many checkpoints stay when a new one is saved, at least 1
    /// @throws NudgeException E408, if the directory is a symbolic link; E407, if it cannot be read
    public static CheckpointStore open(Storage storage, Path directory, int kept) {
        if (kept < 1) {
            throw new IllegalArgumentException("at least 1 checkpoint must be kept, found " + kept);
        }
        var store = new CheckpointStore(storage, directory.toAbsolutePath(), kept);
        store.sweep();
        return store;
    }

    /// Opens the checkpoints in this directory for reading alone: a run may be writing there, so nothing is removed.
    public static CheckpointStore look(Storage storage, Path directory) {
        return new CheckpointStore(storage, directory.toAbsolutePath(), DEFAULT_KEPT);
    }

    /// What happened at opening (W402), and what could not be tidied up since.
    public List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    private void sweep() {
        int swept = 0;
        for (Path path : list()) {
            String name = path.getFileName().toString();
            if (isUnfinished(name)) {
                try {
                    deleteTree(path);
                    swept++;
                } catch (IOException e) {
                    warn("W402", path, "unfinished checkpoint could not be removed (" + reason(e) + ")");
                }
            }
        }
        if (swept > 0) {
            warn("W402", directory, "removed " + swept + " unfinished checkpoint" + (swept == 1 ? "" : "s"));
        }
    }

    private static boolean isUnfinished(String name) {
        if (!name.endsWith(UNFINISHED)) {
            return false;
        }
        String rest = name.substring(0, name.length() - UNFINISHED.length());
        return rest.equals(PIN) || Name.of(rest) != null;
    }

    /// Writes a checkpoint, returns when it would survive a power cut, and then removes the oldest beyond those to
    /// keep.
    ///
    /// @throws NudgeException E406, if it cannot be written; the earlier checkpoints are untouched and nothing
    ///         unfinished is left where that can be helped
    public void save(Checkpoint checkpoint) {
        Path unfinished = null;
        Name name;
        try {
            createDirectories(directory);
            name = freeName(checkpoint.step());
            unfinished = directory.resolve(name.text() + UNFINISHED);
            deleteTree(unfinished);
            storage.createDirectory(unfinished);
            new CheckpointFiles(storage, unfinished).write(checkpoint);
            storage.rename(unfinished, directory.resolve(name.text()));
            storage.forceDirectory(directory);
        } catch (IOException e) {
            discard(unfinished);
            throw cannotWrite(checkpoint, e);
        } catch (RuntimeException | Error e) {
            discard(unfinished);
            throw e;
        }
        lastGood = name;
        prune(name);
    }

    private Name freeName(long step) throws IOException {
        int attempt = 1;
        while (storage.kind(directory.resolve(Name.of(step, attempt).text())) != Storage.Kind.MISSING) {
            attempt++;
        }
        return Name.of(step, attempt);
    }

    private NudgeException cannotWrite(Checkpoint checkpoint, IOException cause) {
        return new NudgeException(
                "E406",
                directory.toString(),
                "cannot write checkpoint of step " + checkpoint.step() + ": " + reason(cause) + "; last good "
                        + (lastGood == null ? "none" : lastGood.text()) + ". Free space or choose another folder.",
                cause);
    }

    private void discard(@Nullable Path unfinished) {
        if (unfinished != null) {
            try {
                deleteTree(unfinished);
            } catch (IOException e) {
                warn("W402", unfinished, "unfinished checkpoint could not be removed (" + reason(e) + ")");
            }
        }
    }

    /// The new checkpoint is safe by now: trouble here is worth a warning, not an error.
    private void prune(Name newest) {
        try {
            String pinned = pinnedName();
            int good = 1;
            for (Name name : names()) {
                boolean older = name.compareTo(newest) != 0;
                boolean keep = !older
                        || name.text().equals(pinned)
                        || (!damaged.contains(name.text()) && name.compareTo(newest) < 0 && ++good <= kept);
                if (!keep) {
                    Path path = directory.resolve(name.text());
                    // Renamed first, so that a half deleted checkpoint is swept and never taken for a damaged one.
                    Path doomed = directory.resolve(name.text() + UNFINISHED);
                    deleteTree(doomed);
                    storage.rename(path, doomed);
                    deleteTree(doomed);
                }
            }
        } catch (IOException | NudgeException e) {
            warn("W402", directory, "old checkpoint could not be removed (" + reason(e) + ")");
        }
    }

    /// Finds the newest checkpoint that is whole.
    ///
    /// @throws NudgeException E405, if the newest whole one was written by a newer version; E407, if the directory
    ///        cannot be read; E408, if there is a symbolic link
    public Found newestValid() {
        var skipped = new ArrayList<Name>();
        var reasons = new ArrayList<String>();
        Checkpoint found = null;
        for (Name name : names()) {
            try {
                found = read(name);
                lastGood = name;
                break;
            } catch (Damage e) {
                damaged.add(name.text());
                skipped.add(name);
                reasons.add(e.reason());
            } catch (IOException e) {
                skipped.add(name);
                reasons.add("cannot be read, " + reason(e));
            }
        }
        String instead =
                found == null || lastGood == null ? "no earlier checkpoint" : "resumed from " + lastGood.text();
        var told = new ArrayList<Warning>();
        for (int index = 0; index < skipped.size(); index++) {
            told.add(
                    new Warning("W401", skipped.get(index).text(), "damaged (" + reasons.get(index) + "); " + instead));
        }
        return new Found(Optional.ofNullable(found), List.copyOf(told));
    }

    private Checkpoint read(Name name) throws Damage, IOException {
        Path path = directory.resolve(name.text());
        switch (storage.kind(path)) {
            case LINK -> throw link(path);
            case MISSING, FILE, OTHER -> throw new Damage("is not a directory");
            case DIRECTORY -> {}
        }
        Checkpoint checkpoint = new CheckpointFiles(storage, path).read();
        if (checkpoint.step() != name.step()) {
            throw new Damage("belongs to step " + checkpoint.step());
        }
        return checkpoint;
    }

    /// Marks the newest checkpoint of this step as the best, which is then kept whatever its age.
    ///
    /// @throws NudgeException E406, if there is no such checkpoint or it cannot be marked; the earlier mark stays
    public void pin(long step) {
        Path unfinished = directory.resolve(PIN + UNFINISHED);
        try {
            Name name = names().stream()
                    .filter(candidate -> candidate.step() == step)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no checkpoint of step " + step));
            deleteTree(unfinished);
            try (Storage.NewFile file = storage.create(unfinished)) {
                String text = JsonObject.EMPTY.with("checkpoint", name.text()).pretty();
                file.write(text.getBytes(StandardCharsets.UTF_8));
                file.force();
            }
            storage.rename(unfinished, directory.resolve(PIN));
            storage.forceDirectory(directory);
        } catch (IOException e) {
            discard(unfinished);
            throw new NudgeException("E406", directory.toString(), "cannot mark the best: " + reason(e) + ".", e);
        }
    }

    /// The checkpoint that was marked as the best, if there is one and it is whole.
    public Found pinned() {
        try {
            String text = pinnedName();
            Name name = text == null ? null : Name.of(text);
            return new Found(name == null ? Optional.empty() : Optional.of(read(name)), List.of());
        } catch (Damage e) {
            return new Found(Optional.empty(), List.of(new Warning("W401", PIN, "damaged (" + e.reason() + ")")));
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private @Nullable String pinnedName() throws IOException {
        Path pin = directory.resolve(PIN);
        switch (storage.kind(pin)) {
            case MISSING, DIRECTORY, OTHER -> {
                return null;
            }
            case LINK -> throw link(pin);
            case FILE -> {}
        }
        try (InputStream in = storage.open(pin)) {
            Json mark = Json.parse(in.readNBytes(RULES.maxBytes() + 1), pin.toString(), RULES);
            return mark instanceof JsonObject object ? object.text("checkpoint") : null;
        }
    }

    /// Checkpoints from the newest to the oldest.
    private List<Name> names() {
        var names = new ArrayList<Name>();
        for (Path path : list()) {
            Name name = Name.of(path.getFileName().toString());
            if (name != null) {
                names.add(name);
            }
        }
        names.sort(Comparator.reverseOrder());
        return names;
    }

    private List<Path> list() {
        try {
            return switch (storage.kind(directory)) {
                case MISSING -> List.of();
                case LINK -> throw link(directory);
                case FILE, OTHER -> throw new IOException("not a directory");
                case DIRECTORY -> storage.list(directory);
            };
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private NudgeException cannotRead(IOException cause) {
        return new NudgeException(
                "E407", directory.toString(), "cannot read checkpoints: " + reason(cause) + ".", cause);
    }

    static NudgeException link(Path path) {
        return new NudgeException("E408", path.toString(), "is a symlink (refused). Use the real path.");
    }

    private void createDirectories(Path wanted) throws IOException {
        switch (storage.kind(wanted)) {
            case DIRECTORY -> {}
            case LINK -> throw link(wanted);
            case FILE, OTHER -> throw new IOException(wanted + " is not a directory");
            case MISSING -> {
                Path parent = wanted.getParent();
                if (parent == null) {
                    throw new IOException(wanted + " does not exist");
                }
                // A link above the checkpoints is the user's own business: /home may well be one.
                if (storage.kind(parent) != Storage.Kind.LINK) {
                    createDirectories(parent);
                }
                storage.createDirectory(wanted);
                storage.forceDirectory(parent);
            }
        }
    }

    /// Deletes what is there, if anything; links are removed, not followed.
    private void deleteTree(Path path) throws IOException {
        Storage.Kind kind = storage.kind(path);
        if (kind == Storage.Kind.DIRECTORY) {
            for (Path inside : storage.list(path)) {
                deleteTree(inside);
            }
        }
        if (kind != Storage.Kind.MISSING) {
            storage.delete(path);
        }
    }

    private void warn(String code, Path where, String message) {
        warnings.add(new Warning(code, where.toString(), message));
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
