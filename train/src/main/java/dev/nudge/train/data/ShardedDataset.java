package dev.nudge.train.data;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import dev.nudge.train.io.TensorRows;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Examples in a folder of files, *shards*, that together may be larger than memory: rows are read when
/// a batch wants them.
///
/// A shard is a safetensors file with a tensor `inputs`, `[rows, ...]`, and a tensor `targets`, `[rows,
/// ...]`; shards go by their names. In memory are the headers, 4 bytes for each row, up to 20
/// while a pass is being shuffled, and the batches that are under way.
///
/// A shuffled pass draws the order of the shards, and mixes the rows of a few that follow each other
/// (the *window*), so that reading stays near one place of the disk. It follows from the key of the
/// epoch alone, and a run that was stopped goes on in the middle of it. Rows of a shard meet those of
/// the same window only, so a shard should not be of one kind: [#write] a data set after
/// [Dataset#shuffle], or take a window of all shards.
///
/// {@snippet class="ShardedSnippets" region="shards"}
public final class ShardedDataset implements Dataset {
    private static final String INPUTS = "inputs";
    private static final String TARGETS = "targets";
    private static final String CLASSES = "classes";
    private static final String CONTENT = "content";
    private static final int WINDOW = 4;

    private final List<TensorRows> shards;
    private final int[] starts; // first row of each shard, and the number of all rows
    private final int[] rows; // that this data set has, of all
    private final Type inputType;
    private final Type targetType;
    private final int classes;
    private final int window;
    private final String fingerprint;

    private ShardedDataset(
            List<TensorRows> shards,
            int[] starts,
            int[] rows,
            Type inputType,
            Type targetType,
            int classes,
            int window,
            String fingerprint) {
        this.shards = shards;
        this.starts = starts;
        this.rows = rows;
        this.inputType = inputType;
        this.targetType = targetType;
        this.classes = classes;
        this.window = window;
        this.fingerprint = fingerprint;
    }

    /// The examples in the files `*.safetensors` of a folder.
    ///
    /// @throws NudgeException E300, if it cannot be read; E501, if there are no rows; E312, if a shard
    /// lacks one of the
    /// two tensors; E325, if shards do not fit each other; and as [TensorRows#of]
    public static ShardedDataset of(Path folder) {
        List<TensorRows> shards = new ArrayList<>();
        Fingerprint fingerprint = Fingerprint.start();
        List<Path> files = files(folder);
        long count = 0;
        int[] starts = new int[files.size() + 1];
        for (int i = 0; i < files.size(); i++) {
            TensorRows shard = TensorRows.of(files.get(i));
            if (i > 0) {
                checkAlike(files.get(i), shard, files.getFirst(), shards.getFirst());
            }
            int own = shard.type(INPUTS).shape().extent(0);
            if (shard.type(TARGETS).shape().extent(0) != own) {
                throw new NudgeException(
                        "E325",
                        files.get(i).toString(),
                        "inputs and targets differ in rows - expected as many, found " + shard.type(INPUTS) + " and "
                                + shard.type(TARGETS) + ".");
            }
            count += own;
            if (count > Integer.MAX_VALUE - 8) {
                throw new NudgeException(
                        "E325", folder.toString(), "more rows than " + (Integer.MAX_VALUE - 8) + " are too many.");
            }
            starts[i + 1] = (int) count;
            shards.add(shard);
            fingerprint.add(content(files.get(i), shard).getBytes(StandardCharsets.UTF_8));
        }
        if (count == 0) {
            throw new NudgeException(
                    "E501", folder.toString(), "no data rows - expected files *.safetensors with inputs and targets.");
        }
        TensorRows first = shards.getFirst();
        Type target = each(first.type(TARGETS));
        boolean isClass = target.equals(Type.of(DType.I32, Shape.SCALAR));
        return new ShardedDataset(
                List.copyOf(shards),
                starts,
                IntStream.range(0, (int) count).toArray(),
                each(first.type(INPUTS)),
                target,
                isClass ? classes(files.getFirst(), first.metadata().get(CLASSES)) : 0,
                WINDOW,
                fingerprint.text());
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted((a, b) ->
                            a.getFileName().toString().compareTo(b.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new NudgeException("E300", folder.toString(), "cannot be listed (" + e + ").", e);
        }
    }

    private static int classes(Path file, @Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new NudgeException(
                    "E325",
                    file.toString(),
                    "expected the number of classes as a whole number, found " + NudgeException.quote(text) + ".",
                    e);
        }
    }

    private static void checkAlike(Path file, TensorRows shard, Path firstFile, TensorRows first) {
        for (String name : List.of(INPUTS, TARGETS)) {
            if (!each(shard.type(name)).equals(each(first.type(name)))) {
                throw new NudgeException(
                        "E325",
                        file.toString(),
                        "rows of " + name + " differ - expected " + each(first.type(name)) + " as in " + firstFile
                                + ", found " + each(shard.type(name)) + ".");
            }
        }
    }

    private static Type each(Type type) {
        return type.withShape(type.shape().range(1, type.shape().rank()));
    }

    /// What the writer said of the contents; of a file from elsewhere, its bytes.
    private static String content(Path file, TensorRows shard) {
        String said = shard.metadata().get(CONTENT);
        return said == null ? Fingerprint.of(file) : said;
    }

    /// Writes the examples of one pass into new files, in the order of the pass.
    ///
    /// @param epoch   a shuffled pass, so that each shard has rows of every kind; or one in order
    /// @param folder  made if it is not there; must have no shards yet
    /// @param perFile rows of each shard; the last may have fewer
    /// @throws NudgeException (E012) if they cannot be written, or there are shards already
    /// @throws IllegalArgumentException if `perFile` is not at least 1
    public static void write(Epoch epoch, Path folder, int perFile) {
        try {
            Files.createDirectories(folder);
            if (!files(folder).isEmpty()) {
                throw new NudgeException(
                        "E012", folder.toString(), "there are shards already. Write into an empty folder.");
            }
            int number = 0;
            for (Batch batch : epoch.batches(perFile)) {
                SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
                tensors.put(INPUTS, TensorData.of(batch.inputs().value()));
                tensors.put(TARGETS, TensorData.of(batch.targets().value()));
                String content = Fingerprint.start()
                        .add(batch.inputs().value())
                        .add(batch.targets().value())
                        .text();
                Map<String, String> metadata = new LinkedHashMap<>();
                metadata.put(CONTENT, content);
                if (epoch.dataset().classes() > 0) {
                    metadata.put(CLASSES, Integer.toString(epoch.dataset().classes()));
                }
                Path file = folder.resolve("shard-%06d.safetensors".formatted(number++));
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                    Safetensors.write(out, tensors, metadata);
                }
            }
        } catch (IOException e) {
            throw new NudgeException(
                    "E012", folder.toString(), "cannot be written (" + e + "). Choose another place.", e);
        }
    }

    /// The same, mixing the rows of this many shards in a shuffled pass.
    ///
    /// @throws IllegalArgumentException if `shards` is not at least 1
    public ShardedDataset withWindow(int shards) {
        if (shards < 1) {
            throw new IllegalArgumentException(
                    "sharded data set: the window must be at least 1 shard, found " + shards);
        }
        return new ShardedDataset(this.shards, starts, rows, inputType, targetType, classes, shards, fingerprint);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public Type inputType() {
        return inputType;
    }

    @Override
    public Type targetType() {
        return targetType;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /// The examples of these rows; a shuffled pass over them keeps to the shards, as one over all does.
    @Override
    public ShardedDataset subset(int... wanted) {
        int[] chosen = new int[wanted.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = rows[ArrayDataset.checkRow(wanted[i], rows.length)];
        }
        Value text = new Value(Type.of(DType.I32, Shape.of(chosen.length)), chosen);
        String part = Fingerprint.start()
                .add(fingerprint.getBytes(StandardCharsets.UTF_8))
                .add(text)
                .text();
        return new ShardedDataset(shards, starts, chosen, inputType, targetType, classes, window, part);
    }

    @Override
    public Epoch shuffle(RandomKey key) {
        int[][] byShard = byShard();
        int[] shardOrder = key.at(0).permutation(shards.size());
        int[] order = new int[rows.length];
        int done = 0;
        for (int first = 0; first < shardOrder.length; first += window) {
            int[] near = Arrays.stream(shardOrder, first, Math.min(shardOrder.length, first + window))
                    .flatMap(shard -> Arrays.stream(byShard[shard]))
                    .toArray();
            for (int place : key.at(1).at(first).permutation(near.length)) {
                order[done++] = near[place];
            }
        }
        return Epoch.of(this, order);
    }

    /// The rows of this data set in each shard.
    private int[][] byShard() {
        int[] counts = new int[shards.size()];
        for (int row : rows) {
            counts[shardOf(row)]++;
        }
        int[][] byShard = new int[shards.size()][];
        Arrays.setAll(byShard, shard -> new int[counts[shard]]);
        for (int i = 0; i < rows.length; i++) {
            int shard = shardOf(rows[i]);
            byShard[shard][byShard[shard].length - counts[shard]--] = i;
        }
        return byShard;
    }

    private int shardOf(int row) {
        int found = Arrays.binarySearch(starts, row);
        if (found < 0) {
            return -found - 2;
        }
        while (starts[found + 1] == row) { // shards without rows begin where the next one does
            found++;
        }
        return found;
    }

    @Override
    public Batch batch(int... wanted) {
        Shape count = Shape.of(wanted.length);
        Value inputs = Value.zeros(inputType.withShape(count.append(inputType.shape())));
        read(wanted, INPUTS, inputs);
        return new Batch(Tensor.data(inputs), targets(wanted), wanted);
    }

    @Override
    public Tensor targets(int... wanted) {
        Shape count = Shape.of(wanted.length);
        Value targets = Value.zeros(targetType.withShape(count.append(targetType.shape())));
        read(wanted, TARGETS, targets);
        return Tensor.data(targets);
    }

    /// The class index of every row, for which no input is read.
    @Override
    public int[] labels() {
        if (classes == 0) {
            return Dataset.super.labels();
        }
        Value labels = Value.zeros(Type.of(DType.I32, Shape.of(rows.length)));
        read(IntStream.range(0, rows.length).toArray(), TARGETS, labels);
        return (int[]) labels.array();
    }

    /// Reads what is wanted, each file opened once.
    private void read(int[] wanted, String name, Value to) {
        int[] shardOf = new int[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            shardOf[i] = shardOf(rows[ArrayDataset.checkRow(wanted[i], rows.length)]);
        }
        int[] needed = Arrays.stream(shardOf).distinct().toArray();
        for (int shard : needed) {
            int[] at = IntStream.range(0, wanted.length)
                    .filter(i -> shardOf[i] == shard)
                    .toArray();
            int[] from =
                    Arrays.stream(at).map(i -> rows[wanted[i]] - starts[shard]).toArray();
            shards.get(shard).read(name, from, to, at);
        }
    }
}
