package dev.nudge.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// Real data that may lie beside the checkout; tests that need them are skipped where they do not.
final class SharedData {
    private SharedData() {}

    /// `shared/data/name` beside this folder or one of its parents.
    static Path file(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = folder.resolve("shared").resolve("data").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        Assumptions.abort("no shared/data/" + name + " beside the checkout");
        throw new AssertionError("unreachable");
    }

    /// The first `lines` lines of a file, in a file of `folder`.
    static Path slice(String name, int lines, Path folder) throws IOException {
        List<String> all = Files.readAllLines(file(name));
        return Files.write(folder.resolve("slice.csv"), all.subList(0, Math.min(lines, all.size())));
    }
}
