package dev.nudge.images;

import java.nio.file.Path;

/// The examples of the documentation, compiled and run.
final class ImageFolderSnippets {
    private ImageFolderSnippets() {}

    static ImageFolder open(Path folder) {
        // @start region=folder
        ImageFolder pictures = ImageFolder.of(folder, new ImageSize(64, 64, 3));
        // @end
        return pictures;
    }
}
