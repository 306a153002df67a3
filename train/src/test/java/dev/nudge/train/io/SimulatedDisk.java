package dev.nudge.train.io;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A disk in memory that knows what a power cut may leave of it, by the letter of POSIX.
///
/// Data that was not forced may be whole, absent, zero or torn; changes of names in a directory that was not forced
/// may have happened or not, each for itself. After every call a probe may look at the disk.
final class SimulatedDisk implements Storage {
    private sealed interface Node {}

    private static final class FileNode implements Node {
        private byte[] forced = new byte[0];
        private byte[] current = new byte[0];
        private boolean dirty;
    }

    private static final class DirectoryNode implements Node {
        private final Map<String, Node> forced = new TreeMap<>();
        private final Map<String, Node> current = new TreeMap<>();
        private final List<Change> pending = new ArrayList<>();
    }

    /// One change of a directory: a name goes, a name comes, or both at once.
    private record Change(
            @Nullable String gone,
            @Nullable String come,
            @Nullable Node node) {
        void applyTo(Map<String, Node> names) {
            if (gone != null) {
                names.remove(gone);
            }
            if (come != null) {
                names.put(come, node);
            }
        }
    }

    /// Calls that a mutant leaves out, numbered over both kinds of force.
    private int dropForce = -1;
    private int forces;
    private final DirectoryNode root;
    private Consumer<SimulatedDisk> probe = disk -> {};

    SimulatedDisk() {
        this(new DirectoryNode());
    }

    private SimulatedDisk(DirectoryNode root) {
        this.root = root;
    }

    void afterEachCall(Consumer<SimulatedDisk> looksAt) {
        probe = looksAt;
    }

    /// Leaves out the n-th force, counted from 0.
    void dropForce(int number) {
        dropForce = number;
    }

    int forces() {
        return forces;
    }

    private boolean forced() {
        return forces++ != dropForce;
    }

    private Node find(Path path) throws IOException {
        Node node = root;
        for (Path name : path) {
            Node inside = node instanceof DirectoryNode directory ? directory.current.get(name.toString()) : null;
            if (inside == null) {
                throw new FileNotFoundException(path.toString());
            }
            node = inside;
        }
        return node;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), "the root stays as it is");
    }

    private DirectoryNode directory(Path path) throws IOException {
        if (find(path) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new IOException(path + " is not a directory");
    }

    private FileNode file(Path path) throws IOException {
        if (find(path) instanceof FileNode file) {
            return file;
        }
        throw new IOException(path + " is not a file");
    }

    private void change(Path directory, Change change) throws IOException {
        DirectoryNode node = directory(directory);
        node.pending.add(change);
        change.applyTo(node.current);
        probe.accept(this);
    }

    private void add(Path path, Node node) throws IOException {
        if (kind(path) != Kind.MISSING) {
            throw new FileAlreadyExistsException(path.toString());
        }
        change(parent(path), new Change(null, path.getFileName().toString(), node));
    }

    @Override
    public NewFile create(Path path) throws IOException {
        var node = new FileNode();
        add(path, node);
        return new NewFile() {
            @Override
            public void write(int value) {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) {
                byte[] longer = Arrays.copyOf(node.current, node.current.length + count);
                System.arraycopy(bytes, from, longer, node.current.length, count);
                node.current = longer;
                node.dirty = true;
                probe.accept(SimulatedDisk.this);
            }

            @Override
            public void force() {
                if (forced()) {
                    node.forced = node.current;
                    node.dirty = false;
                }
                probe.accept(SimulatedDisk.this);
            }
        };
    }

    @Override
    public InputStream open(Path path) throws IOException {
        return new ByteArrayInputStream(file(path).current);
    }

    @Override
    public long size(Path path) throws IOException {
        return file(path).current.length;
    }

    @Override
    public Kind kind(Path path) {
        try {
            return switch (find(path)) {
                case FileNode _ -> Kind.FILE;
                case DirectoryNode _ -> Kind.DIRECTORY;
            };
        } catch (IOException _) {
            return Kind.MISSING;
        }
    }

    @Override
    public List<Path> list(Path path) throws IOException {
        return directory(path).current.keySet().stream().map(path::resolve).toList();
    }

    @Override
    public void createDirectory(Path path) throws IOException {
        add(path, new DirectoryNode());
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (!parent(from).equals(parent(to))) {
            throw new IOException("only renames within a directory are simulated");
        }
        Node node = find(from);
        change(
                parent(from),
                new Change(from.getFileName().toString(), to.getFileName().toString(), node));
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        DirectoryNode node = directory(path);
        if (forced()) {
            node.forced.clear();
            node.forced.putAll(node.current);
            node.pending.clear();
        }
        probe.accept(this);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (find(path) instanceof DirectoryNode directory && !directory.current.isEmpty()) {
            throw new IOException(path + " is not empty");
        }
        change(parent(path), new Change(path.getFileName().toString(), null, null));
    }

    /// Replaces the content of a file, as a fault of the disk would.
    void corrupt(Path path, byte[] content) throws IOException {
        FileNode node = file(path);
        node.current = content;
        node.forced = content;
    }

    byte[] content(Path path) throws IOException {
        return file(path).current.clone();
    }

    /// Every disk that a power cut at this moment may leave, each once, but for those that `seen` has; adds them to
    /// it.
    Collection<SimulatedDisk> afterPowerCut(Set<Object> seen) {
        return images(root).stream()
                .filter(seen::add)
                .map(image -> new SimulatedDisk((DirectoryNode) image.thaw()))
                .toList();
    }

    /// What is left of a node, comparable by content.
    private sealed interface Image {
        Node thaw();
    }

    private record FileImage(String content) implements Image {
        @Override
        public Node thaw() {
            var node = new FileNode();
            node.current = content.getBytes(StandardCharsets.ISO_8859_1);
            node.forced = node.current;
            return node;
        }
    }

    private record DirectoryImage(Map<String, Image> names) implements Image {
        @Override
        public Node thaw() {
            var node = new DirectoryNode();
            names.forEach((name, image) -> node.current.put(name, image.thaw()));
            node.forced.putAll(node.current);
            return node;
        }
    }

    private static Set<Image> images(Node node) {
        return switch (node) {
            case FileNode file -> images(file);
            case DirectoryNode directory -> images(directory);
        };
    }

    private static Set<Image> images(FileNode file) {
        var images = new LinkedHashSet<Image>();
        images.add(image(file.forced));
        if (file.dirty) {
            images.add(image(file.current));
            images.add(image(new byte[0]));
            images.add(image(new byte[file.current.length]));
            images.add(image(Arrays.copyOf(file.current, file.current.length / 2)));
            byte[] torn = file.current.clone();
            Arrays.fill(torn, 0, torn.length / 2, (byte) 0);
            images.add(image(torn));
        }
        return images;
    }

    private static FileImage image(byte[] content) {
        return new FileImage(new String(content, StandardCharsets.ISO_8859_1));
    }

    private static Set<Image> images(DirectoryNode directory) {
        var images = new LinkedHashSet<Image>();
        for (int subset = 0; subset < 1 << directory.pending.size(); subset++) {
            var names = new TreeMap<>(directory.forced);
            for (int change = 0; change < directory.pending.size(); change++) {
                if ((subset >> change & 1) == 1) {
                    directory.pending.get(change).applyTo(names);
                }
            }
            List<TreeMap<String, Image>> wholes = List.of(new TreeMap<>());
            for (Map.Entry<String, Node> entry : names.entrySet()) {
                var longer = new ArrayList<TreeMap<String, Image>>();
                for (Image image : images(entry.getValue())) {
                    for (TreeMap<String, Image> whole : wholes) {
                        var copy = new TreeMap<>(whole);
                        copy.put(entry.getKey(), image);
                        longer.add(copy);
                    }
                }
                wholes = longer;
            }
            wholes.forEach(whole -> images.add(new DirectoryImage(whole)));
        }
        return images;
    }
}
