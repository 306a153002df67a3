package dev.nudge.train.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Malformed files of other projects' tests, which lie beside the checkout where there are any.
final class Corpus {
    private Corpus() {}

    /// The regular files of one folder of the corpus, unpacked under `scratch`. Skips the test when there is no
    /// corpus.
    static List<Path> files(String folder, Path scratch) throws IOException, InterruptedException {
        Path archive = beside("corpus/malformed.tar.xz");
        Assumptions.assumeTrue(archive != null, "no shared/corpus/malformed.tar.xz beside the checkout");
        Process tar = new ProcessBuilder("tar", "xJf", archive.toString(), "-C", scratch.toString(), "corpus/" + folder)
                .inheritIO()
                .start();
        Assertions.assertTrue(tar.waitFor(60, TimeUnit.SECONDS), "tar takes too long");
        Assertions.assertEquals(0, tar.exitValue(), "tar failed");
        try (Stream<Path> found = Files.walk(scratch.resolve("corpus").resolve(folder))) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// `shared/name` beside this folder or one of its parents, or null.
    static @Nullable Path beside(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = folder.resolve("shared").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        return null;
    }
}
