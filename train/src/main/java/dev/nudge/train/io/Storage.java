package dev.nudge.train.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/// The calls to a file system that checkpoints are made of.
///
/// It is a seam: tests put storage in its place that fails at the n-th call, or that loses what was not forced when
/// the power goes. No call follows a symbolic link at the end of its path.
public interface Storage {
    /// What is found under a path.
    enum Kind {
        /// Nothing.
        MISSING,
        /// A regular file.
        FILE,
        /// A directory.
        DIRECTORY,
        /// A symbolic link, wherever it points.
        LINK,
        /// A device, a pipe, a socket.
        OTHER
    }

    /// A file that is being written.
    abstract class NewFile extends OutputStream {
        /// For implementations.
        protected NewFile() {}

        /// Returns when everything written so far would survive a power cut.
        public abstract void force() throws IOException;
    }

    /// The file system of this machine.
    static Storage fileSystem() {
        return new FileSystemStorage();
    }

    /// Creates a file, which must not exist yet. Its name survives a power cut after [#forceDirectory(Path)] only.
    NewFile create(Path file) throws IOException;

    /// Opens a regular file for reading.
    InputStream open(Path file) throws IOException;

    /// The length of a regular file in bytes.
    long size(Path file) throws IOException;

    /// What is under this path.
    Kind kind(Path path) throws IOException;

    /// What is in the directory, sorted by name.
    List<Path> list(Path directory) throws IOException;

    /// Creates a directory in an existing one.
    void createDirectory(Path directory) throws IOException;

    /// Gives a file or directory another name in the same file system, in one step that other processes see whole.
    void rename(Path from, Path to) throws IOException;

    /// Returns when the names in the directory would survive a power cut.
    void forceDirectory(Path directory) throws IOException;

    /// Deletes a file, a link (not its target) or an empty directory.
    void delete(Path path) throws IOException;
}
