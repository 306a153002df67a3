package dev.nudge.train.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// A mutant for tests: it forces the names in a directory before a rename in it, and not after.
record SwappedStorage(Storage storage, Path directory) implements Storage {
    @Override
    public void rename(Path from, Path to) throws IOException {
        if (directory.equals(to.getParent())) {
            storage.forceDirectory(directory);
        }
        storage.rename(from, to);
    }

    @Override
    public void forceDirectory(Path forced) throws IOException {
        if (!forced.equals(directory)) {
            storage.forceDirectory(forced);
        }
    }

    @Override
    public NewFile create(Path file) throws IOException {
        return storage.create(file);
    }

    @Override
    public InputStream open(Path file) throws IOException {
        return storage.open(file);
    }

    @Override
    public long size(Path file) throws IOException {
        return storage.size(file);
    }

    @Override
    public Kind kind(Path path) throws IOException {
        return storage.kind(path);
    }

    @Override
    public List<Path> list(Path listed) throws IOException {
        return storage.list(listed);
    }

    @Override
    public void createDirectory(Path created) throws IOException {
        storage.createDirectory(created);
    }

    @Override
    public void delete(Path path) throws IOException {
        storage.delete(path);
    }
}
