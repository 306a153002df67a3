package dev.nudge.train.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// Storage that fails at its n-th call: once, or from then on.
final class FaultyStorage implements Storage {
    private final Storage storage;
    private final int failAt;
    private final boolean forEver;
    private int calls;

    FaultyStorage(Storage storage, int failAt, boolean forEver) {
        this.storage = storage;
        this.failAt = failAt;
        this.forEver = forEver;
    }

    int calls() {
        return calls;
    }

    private void call() throws IOException {
        calls++;
        if (calls == failAt || (forEver && calls > failAt)) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public NewFile create(Path file) throws IOException {
        call();
        NewFile out = storage.create(file);
        return new NewFile() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                try {
                    call();
                } catch (IOException e) {
                    // A disk that fills up takes part of the write.
                    out.write(bytes, from, count / 2);
                    throw e;
                }
                out.write(bytes, from, count);
            }

            @Override
            public void force() throws IOException {
                call();
                out.force();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public InputStream open(Path file) throws IOException {
        call();
        return storage.open(file);
    }

    @Override
    public long size(Path file) throws IOException {
        call();
        return storage.size(file);
    }

    @Override
    public Kind kind(Path path) throws IOException {
        call();
        return storage.kind(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        call();
        return storage.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        call();
        storage.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call();
        storage.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        call();
        storage.forceDirectory(directory);
    }

    @Override
    public void delete(Path path) throws IOException {
        call();
        storage.delete(path);
    }
}
