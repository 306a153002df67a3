package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Flops;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// What a model consists of, layer by layer; prints as a table.
///
/// {@snippet class="LayerSnippets" region="summary"}
///
/// @param rows       a row per layer, in the order of the model
/// @param parameters number of trainable numbers
/// @param bytes      bytes that they take
/// @param flops      floating-point operations of one forward pass
public record Summary(List<Row> rows, long parameters, long bytes, long flops) {
    /// A layer of a model.
    ///
    /// @param path       path of the layer; empty for what belongs to no part of the model
    /// @param layer      kind of the layer
    /// @param output     shape of what comes out
    /// @param parameters number of trainable numbers; a shared one counts where it appears first
    /// @param bytes      bytes that they take
    /// @param flops      floating-point operations of one forward pass
    public record Row(String path, String layer, Shape output, long parameters, long bytes, long flops) {}

    private static final List<String> HEADER = List.of("layer", "kind", "output", "parameters", "bytes", "FLOPs");
    private static final int TEXT_COLUMNS = 3; // the others hold numbers, aligned on the right

    /// Copies the list.
    public Summary {
        rows = List.copyOf(rows);
    }

    /// The summary of `model` for inputs of shape `input`, the axis of examples included; nothing is computed.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the shape does not fit the model
    public static Summary of(Layer model, Shape input) {
        SequencedMap<String, Parameter> parameters = model.parameters();
        DType dtype = parameters.isEmpty()
                ? DType.F32
                : parameters.firstEntry().getValue().type().dtype();
        return of(model, Type.of(dtype, input));
    }

    /// The summary of `model` for inputs of a type, such as `I32` ids; nothing is computed.
    ///
    /// @throws dev.nudge.tensor.ShapeException if the type does not fit the model
    public static Summary of(Layer model, Type input) {
        SequencedMap<String, Parameter> parameters = model.parameters();
        Tensor output = model.forward(Tensor.placeholder(input));
        List<Tensor> nodes = Evaluation.topological(List.of(output));
        SequencedMap<String, Layer> layers = Components.layers(model);
        List<Row> rows = new ArrayList<>();
        Shape shape = input.shape();
        for (var entry : layers.entrySet()) {
            Row row = row(entry.getKey(), entry.getValue(), shape, layers, nodes, parameters);
            boolean isLeaf = layers.keySet().stream().noneMatch(path -> path.startsWith(entry.getKey() + "."));
            if (isLeaf || row.flops() > 0 || row.parameters() > 0) {
                rows.add(row);
                shape = row.output();
            }
        }
        Row rest = row("", model, output.shape(), layers, nodes, parameters);
        if (rows.isEmpty() || rest.flops() > 0 || rest.parameters() > 0) {
            rows.add(rest);
        }
        return new Summary(
                rows,
                rows.stream().mapToLong(Row::parameters).sum(),
                rows.stream().mapToLong(Row::bytes).sum(),
                rows.stream().mapToLong(Row::flops).sum());
    }

    private static Row row(
            String path,
            Layer layer,
            Shape before,
            SequencedMap<String, Layer> layers,
            List<Tensor> nodes,
            SequencedMap<String, Parameter> parameters) {
        Shape output = before;
        long flops = 0;
        for (Tensor node : nodes) {
            if (!(node.op() instanceof Leaf) && owner(node.path(), layers).equals(path)) {
                output = node.shape();
                flops += Flops.of(node);
            }
        }
        long count = 0;
        long bytes = 0;
        for (var entry : parameters.entrySet()) {
            if (owner(entry.getKey(), layers).equals(path)) {
                count += entry.getValue().shape().elements();
                bytes += entry.getValue().type().bytes();
            }
        }
        return new Row(path, layer.getClass().getSimpleName(), output, count, bytes, flops);
    }

    /// The innermost layer at or above `path`.
    private static String owner(String path, SequencedMap<String, Layer> layers) {
        String at = path;
        while (!at.isEmpty() && !layers.containsKey(at)) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('.')));
        }
        return at;
    }

    /// The table, a line per layer and a last one with the totals.
    @Override
    public String toString() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        for (Row row : rows) {
            lines.add(
                    line(row.path(), row.layer(), row.output().toString(), row.parameters(), row.bytes(), row.flops()));
        }
        lines.add(line("total", "", "", parameters, bytes, flops));
        int[] widths = IntStream.range(0, HEADER.size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder table = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String padding = " ".repeat(widths[column] - line.get(column).length());
                text.append(column == 0 ? "" : "  ");
                text.append(column < TEXT_COLUMNS ? line.get(column) + padding : padding + line.get(column));
            }
            table.append(text.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    private static List<String> line(
            String path, String layer, String output, long parameters, long bytes, long flops) {
        return List.of(path, layer, output, grouped(parameters), grouped(bytes), grouped(flops));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
