package dev.nudge.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderSnippetsTest {
    @Test
    void everyImageGetsTheSizeAskedFor(@TempDir Path folder) throws IOException {
        Pictures.write(folder.resolve("a/1.png"), Pictures.plain("png", 5, 9, 0));
        assertEquals(new ImageSize(64, 64, 3), ImageFolderSnippets.open(folder).imageSize());
    }
}
