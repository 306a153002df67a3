package dev.nudge.train;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.loss.Loss;
import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.data.Fingerprint;
import dev.nudge.train.io.NudgeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What a model is, apart from its numbers: enough to tell whether a checkpoint belongs to it.
///
/// @param tensors path, element type and shape of each parameter and buffer
/// @param graph   fingerprint of the operations from an input to the loss
record ModelDescription(List<String> tensors, String graph) {
    ModelDescription {
        tensors = List.copyOf(tensors);
    }

    static ModelDescription of(Layer model, Loss loss, Dataset dataset) {
        List<String> tensors = new ArrayList<>();
        model.parameters().forEach((path, parameter) -> tensors.add(path + " " + parameter.type()));
        model.buffers().forEach((path, buffer) -> tensors.add(path + " " + buffer.type()));
        // A layer may need more than one example to normalise by; two are enough to see the operations.
        Batch some =
                dataset.batch(IntStream.range(0, Math.min(2, dataset.size())).toArray());
        Pass pass = Pass.training(RandomKey.of(0));
        return new ModelDescription(tensors, graph(loss.of(model.forward(some.inputs(), pass), some.targets())));
    }

    // Operations are records, so their text says all that distinguishes them; a fingerprint keeps names out of files.
    private static String graph(Tensor loss) {
        Map<Tensor, Integer> numbers = new IdentityHashMap<>();
        StringBuilder text = new StringBuilder();
        for (Tensor node : Evaluation.topological(List.of(loss))) {
            numbers.put(node, numbers.size());
            text.append(node.op()).append(' ').append(node.type());
            node.inputs().forEach(input -> text.append(' ').append(numbers.get(input)));
            text.append('\n');
        }
        return Fingerprint.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Refuses a checkpoint of another model.
    ///
    /// @param saved what the checkpoint says
    /// @param where the checkpoint
    /// @throws NudgeException (E402) naming the first difference
    void check(ModelDescription saved, String where) {
        for (int i = 0; i < Math.max(tensors.size(), saved.tensors.size()); i++) {
            String here = i < tensors.size() ? tensors.get(i) : "nothing more";
            String there = i < saved.tensors.size() ? saved.tensors.get(i) : "nothing more";
            if (!here.equals(there)) {
                throw new NudgeException(
                        "E402",
                        where,
                        "the checkpoint is of another model; first difference - expected " + here + ", found " + there
                                + ". Build the model as it was, or start a new run.");
            }
        }
        if (!graph.equals(saved.graph)) {
            throw new NudgeException(
                    "E402",
                    where,
                    "the checkpoint is of another model: its weights have the same shapes, but the operations between"
                            + " input and loss differ. Use the same layers, dropout and loss, or start a new run.");
        }
    }
}
