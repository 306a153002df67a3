package dev.nudge.gates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where the modules and their sources lie.
final class Repository {
    /// The modules with code of Nudge, in the order of their dependencies.
    static final List<String> MODULES = List.of(
            "tensor", "testkit", "cpu", "onednn", "nn", "train", "images", "examples", "studio", "cli", "bench");

    /// The modules that a program embeds: no third-party jar at run time.
    static final List<String> CORE = List.of("tensor", "cpu", "nn", "train");

    private Repository() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "no folder with mvnw above " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder;
    }

    static Path mainSources(String module) {
        return root().resolve(module).resolve("src/main/java");
    }

    static Path testSources(String module) {
        return root().resolve(module).resolve("src/test/java");
    }

    static List<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
