package dev.nudge.images;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Fingerprint;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Pictures in a folder that has a folder for each class: `cats/1.png`, `dogs/a.jpg`, ...
///
/// Classes are numbered by their names in order, rows go by class and then by file name, so that no row
/// depends on the file system. Hidden files (whose name begins with a dot) do not count. Inputs are
/// `[height, width, channels]` with brightness in `[0, 1]`.
///
/// Opening reads every file once, so that a damaged one shows before the first step. As long as all
/// pictures fit into a number of bytes they stay in memory, a byte for each value; else each is read
/// again when its row is asked for. The values and the fingerprint are the same either way.
///
/// {@snippet class="ImageFolderSnippets" region="folder"}
public final class ImageFolder implements Dataset {
    private final List<String> names;
    private final List<Path> files;
    private final int[] labels;
    private final ImageSize size;
    private final @Nullable ImageSize resized;
    private final Image @Nullable [] loaded;
    private final String fingerprint;

    private ImageFolder(
            List<String> names,
            List<Path> files,
            int[] labels,
            ImageSize size,
            @Nullable ImageSize resized,
            Image @Nullable [] loaded,
            String fingerprint) {
        this.names = names;
        this.files = files;
        this.labels = labels;
        this.size = size;
        this.resized = resized;
        this.loaded = loaded;
        this.fingerprint = fingerprint;
    }

    /// The pictures of a folder, which all have one size; in memory if they fit into a quarter of it.
    ///
    /// @throws NudgeException E520 to E522, if a picture cannot be read; E524, if sizes differ; E526, if
    /// a class has no pictures or a file has no class; E527, if a link leads out of the folder; E300, if
    /// it cannot be listed
    public static ImageFolder of(Path folder) {
        return of(folder, null, Runtime.getRuntime().maxMemory() / 4);
    }

    /// The pictures of a folder, each brought to one size ([Image#resize]).
    ///
    /// @throws NudgeException as for [#of(Path)], but for E524
    public static ImageFolder of(Path folder, ImageSize size) {
        return of(folder, size, Runtime.getRuntime().maxMemory() / 4);
    }

    /// The pictures of a folder.
    ///
    /// @param size  what each is brought to; null if they are of one size
    /// @param bytes that they may take in memory to stay there
    /// @throws NudgeException as for [#of(Path)]
    public static ImageFolder of(Path folder, @Nullable ImageSize size, long bytes) {
        List<String> names = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        Path root = real(folder, folder);
        for (Path each : list(folder)) {
            Path inside = real(each, root);
            if (!Files.isDirectory(inside)) {
                throw new NudgeException(
                        "E526",
                        each.toString(),
                        "this file belongs to no class - expected a folder for each class, with its images.");
            }
            List<Path> own = list(each);
            if (own.isEmpty()) {
                throw new NudgeException(
                        "E526",
                        folder.toString(),
                        "class " + NudgeException.quote(name(each)) + " has 0 images. Add some or remove the folder.");
            }
            for (Path file : own) {
                if (!Files.isRegularFile(real(file, root))) {
                    throw new NudgeException(
                            "E526",
                            file.toString(),
                            "not a file - expected nothing but images in the folder of a class.");
                }
                files.add(file);
                labels.add(names.size());
            }
            names.add(name(each));
        }
        if (files.isEmpty()) {
            throw new NudgeException(
                    "E526", folder.toString(), "no images - expected a folder for each class, with its images.");
        }
        return load(
                folder,
                names,
                files,
                labels.stream().mapToInt(Integer::intValue).toArray(),
                size,
                bytes);
    }

    private static ImageFolder load(
            Path folder, List<String> names, List<Path> files, int[] labels, @Nullable ImageSize resized, long bytes) {
        Fingerprint fingerprint = Fingerprint.start();
        fingerprint.add(String.valueOf(resized).getBytes(StandardCharsets.UTF_8));
        Image @Nullable [] loaded = new Image[files.size()];
        ImageSize size = resized;
        long used = 0;
        for (int row = 0; row < labels.length; row++) {
            Path file = files.get(row);
            byte[] content = Images.bytes(file);
            fingerprint.add(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
            fingerprint.add(content);
            Image image = Images.read(content, file.toString(), Images.PIXELS);
            if (resized != null) {
                image = image.resize(resized);
            }
            size = size == null ? image.size() : size;
            check(image, size, folder, file, files.getFirst());
            used += image.pixels().length;
            if (used > bytes) {
                loaded = null;
            }
            if (loaded != null) {
                loaded[row] = image;
            }
        }
        if (size == null) {
            throw new IllegalArgumentException("image folder: no files");
        }
        return new ImageFolder(names, files, labels, size, resized, loaded, fingerprint.text());
    }

    private static void check(Image image, ImageSize size, Path folder, Path file, Path first) {
        if (!image.size().equals(size)) {
            throw new NudgeException(
                    "E524",
                    folder.toString(),
                    folder.relativize(file) + " is " + image.size() + ", the first image " + folder.relativize(first)
                            + " is " + size + " - expected one size. Bring all to one with --resize "
                            + size.height() + "x" + size.width() + "x" + size.channels()
                            + ", in Java with an ImageSize.");
        }
    }

    /// What is in a folder by name, hidden files left out.
    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted((a, b) -> name(a).compareTo(name(b)))
                    .toList();
        } catch (IOException e) {
            throw new NudgeException("E300", folder.toString(), "cannot be listed (" + e + ").", e);
        }
    }

    private static Path real(Path path, Path root) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            if (Files.isSymbolicLink(path)) {
                throw refused(path);
            }
            throw new NudgeException("E300", path.toString(), "cannot be read (" + e + ").", e);
        }
        if (path != root && !real.startsWith(root)) {
            throw refused(path);
        }
        return real;
    }

    private static NudgeException refused(Path path) {
        return new NudgeException(
                "E527",
                path.toString(),
                "symbolic link refused: it leads out of the folder, or nowhere. Copy the files into the folder.");
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /// Names of the classes, in order: of the folders.
    public List<String> classNames() {
        return List.copyOf(names);
    }

    /// Rows, columns and channels of every picture.
    public ImageSize imageSize() {
        return size;
    }

    /// The file of a row.
    ///
    /// @throws IllegalArgumentException if there is no such row
    public Path file(int row) {
        return files.get(checkRow(row));
    }

    /// Whether all pictures are in memory.
    public boolean inMemory() {
        return loaded != null;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Type inputType() {
        return Type.of(DType.F32, size.shape());
    }

    @Override
    public Type targetType() {
        return Type.of(DType.I32, Shape.SCALAR);
    }

    @Override
    public int classes() {
        return names.size();
    }

    @Override
    public int[] labels() {
        return labels.clone();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /// The pictures and classes of these rows.
    ///
    /// @throws NudgeException if a file was changed since the folder was opened, so that it cannot be
    ///         used any more
    @Override
    public Batch batch(int... rows) {
        int length = size.shape().elements();
        Value inputs = Value.zeros(Type.of(DType.F32, Shape.of(rows.length).append(size.shape())));
        for (int i = 0; i < rows.length; i++) {
            image(checkRow(rows[i])).write((float[]) inputs.array(), i * length);
        }
        return new Batch(Tensor.data(inputs), targets(rows), rows);
    }

    /// The classes, for which no image is read.
    @Override
    public Tensor targets(int... rows) {
        int[] classes = Arrays.stream(rows).map(row -> labels[checkRow(row)]).toArray();
        return Tensor.data(new Value(Type.of(DType.I32, Shape.of(rows.length)), classes));
    }

    private Image image(int row) {
        if (loaded != null) {
            return loaded[row];
        }
        Image image = Images.read(files.get(row));
        image = resized == null ? image : image.resize(resized);
        if (!image.size().equals(size)) {
            throw new NudgeException(
                    "E524", files.get(row).toString(), "is " + image.size() + " now - expected " + size + ".");
        }
        return image;
    }

    private int checkRow(int row) {
        if (row < 0 || row >= labels.length) {
            throw new IllegalArgumentException(
                    "image folder: row " + row + " does not exist, there are " + labels.length + " rows");
        }
        return row;
    }
}
