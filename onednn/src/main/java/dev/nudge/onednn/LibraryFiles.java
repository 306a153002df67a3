package dev.nudge.onednn;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The shared libraries as files of their own, unpacked from the artifact that carries them.
///
/// @param folder where they lie, made when it is missing
record LibraryFiles(Path folder) {
    /// Of the artifact: the release of oneDNN and, behind the hyphen, of the packaging.
    private static final String VERSION = "3.11-1.5.13";

    private static final String PLATFORM = "linux-x86_64";
    private static final String MODULE = "org.bytedeco.dnnl.linux.x86_64";
    private static final String INSIDE = "org/bytedeco/dnnl/" + PLATFORM + "/";

    /// A file of the artifact.
    ///
    /// @param bytes  its length
    /// @param sha256 of its contents
    private record Part(String name, long bytes, String sha256) {}

    private static final Part LIBRARY =
            new Part("libdnnl.so.3", 89_662_848, "a8948803c5718bac623b664be77fb47e24328e8693997e96e02c4308b0ee826f");

    /// In the order in which they are written: the library finds the other one beside itself.
    private static final List<Part> PARTS = List.of(
            new Part("libgomp.so.1", 298_776, "115302e45583ad3e8df681c0a5af4c8273b7399f764965280d70d8780e5ee454"),
            LIBRARY);

    /// The folder of this version in the user's cache.
    static LibraryFiles inUserCache() {
        String given = System.getenv("XDG_CACHE_HOME");
        Path cache = given == null || !Path.of(given).isAbsolute()
                ? Path.of(System.getProperty("user.home", ""), ".cache")
                : Path.of(given);
        return new LibraryFiles(cache.resolve("nudge").resolve("onednn-" + VERSION));
    }

    /// The library, unpacked when it was not yet.
    ///
    /// @throws IllegalStateException with the reason if there is none
    Path library() {
        String system = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
        if (!system.equals("Linux amd64")) {
            throw new IllegalStateException("there is a library for Linux on x86-64 only, and this is " + system);
        }
        if (!folder.isAbsolute()) { // Java calls the home of a user whom the system does not know "?"
            throw new IllegalStateException("there is no home folder to unpack the library into; set XDG_CACHE_HOME");
        }
        for (Part part : PARTS) {
            if (!isThere(part)) {
                unpack(part);
            }
        }
        return folder.resolve(LIBRARY.name);
    }

    private boolean isThere(Part part) {
        try {
            return Files.size(folder.resolve(part.name)) == part.bytes;
        } catch (IOException _) {
            return false;
        }
    }

    /// Writes a file under another name, checks what was written and renames it, so that it is there whole or not at
    /// all; processes that do so at once do not disturb each other.
    private void unpack(Part part) {
        try (InputStream packed = open(part)) {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, part.name, ".tmp");
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                try (OutputStream out = Files.newOutputStream(unfinished)) {
                    byte[] buffer = new byte[1 << 16];
                    for (int read = packed.read(buffer); read >= 0; read = packed.read(buffer)) {
                        digest.update(buffer, 0, read);
                        out.write(buffer, 0, read);
                    }
                }
                String found = HexFormat.of().formatHex(digest.digest());
                if (!found.equals(part.sha256)) {
                    throw new IllegalStateException(part.name + " is not that of dnnl " + VERSION
                            + ": expected SHA-256 " + part.sha256 + ", found " + found);
                }
                Files.move(
                        unfinished,
                        folder.resolve(part.name),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the library cannot be unpacked into " + folder + " (" + e + ")", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Finds a file of the artifact on the class path, or on the module path: there the artifact is no part of the
    /// running program, since its module requires another that nobody needs.
    private static InputStream open(Part part) throws IOException {
        ClassLoader loader = LibraryFiles.class.getClassLoader();
        InputStream onClassPath = loader == null ? null : loader.getResourceAsStream(INSIDE + part.name);
        if (onClassPath != null) {
            return onClassPath;
        }
        ModuleReference module = onModulePath()
                .orElseThrow(() -> new IllegalStateException("the library is on neither the class path nor the module"
                        + " path; add org.bytedeco:dnnl:" + VERSION + ":" + PLATFORM));
        return module.open()
                .open(INSIDE + part.name)
                .orElseThrow(() -> new IllegalStateException(part.name + " is not in " + module.location()));
    }

    private static Optional<ModuleReference> onModulePath() {
        String path = System.getProperty("jdk.module.path", "");
        Path[] entries = Stream.of(path.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toArray(Path[]::new);
        try {
            return ModuleFinder.of(entries).find(MODULE);
        } catch (FindException _) {
            return Optional.empty();
        }
    }
}
