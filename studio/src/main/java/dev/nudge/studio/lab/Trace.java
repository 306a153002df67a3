package dev.nudge.studio.lab;

import dev.nudge.nn.Dropout;
import dev.nudge.nn.Pass;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.util.ArrayList;
import java.util.List;

/// One iteration of a session in numbers: forward, loss, backward, update, and the loss of the same batch afterwards.
///
/// Nothing of the session changes: the update is made in a copy, which takes the very step that the session would take.
final class Trace {
    private static final int DETAILED = 8; // examples of which each product is told
    private static final int NUMERIC = 400; // elements of a parameter that are checked with differences

    private final Lab lab;
    private final int[] rows;
    private final Pass pass;
    private final Network network;
    private final Part train;

    // Values of the forward and backward pass, layer by layer.
    private final List<float[]> z = new ArrayList<>();
    private final List<float[]> a = new ArrayList<>();
    private final List<float[]> slopes = new ArrayList<>(); // da/dz of each hidden unit, dropout included
    private final List<float[]> blames = new ArrayList<>(); // dL/da of the batch mean
    private final List<float[]> deltas = new ArrayList<>(); // dL/dz of the batch mean
    private final List<float[]> masks = new ArrayList<>(); // what dropout multiplies with
    private final List<float[]> gradients = new ArrayList<>();
    private float[] probabilities = {};
    private double dataLoss;
    private double total;

    private Trace(Lab lab, int[] rows, Pass pass) {
        this.lab = lab;
        this.rows = rows;
        this.pass = pass;
        this.network = lab.network();
        this.train = lab.train();
    }

    /// The iteration on the batch that comes next.
    static JsonObject ofNext(Lab lab) {
        return lab.computing(() -> new Trace(lab, lab.nextRows(), lab.nextPass()).told());
    }

    /// The iteration on chosen rows of the training points, without dropout.
    static JsonObject ofRows(Lab lab, int[] rows) {
        return lab.computing(() -> new Trace(lab, rows, Pass.inference()).told());
    }

    /// One gradient of the next batch beside its central difference.
    static JsonObject check(Lab lab, String path, List<Integer> index) {
        return lab.computing(() -> {
            Trace trace = new Trace(lab, lab.nextRows(), lab.nextPass());
            trace.forwardAndBackward();
            int element = Lab.element(lab.parameter(path), index);
            int parameter = List.copyOf(lab.network().parameters().keySet()).indexOf(path);
            double gradient = trace.gradients.get(parameter)[element];
            double numeric = Differences.of(lab, trace.rows, trace.masks).of(parameter, element);
            return JsonObject.EMPTY
                    .with("gradient", Numbers.of(gradient))
                    .with("numeric", Numbers.of(numeric))
                    .with("difference", Numbers.of(Math.abs(gradient - numeric)));
        });
    }

    private JsonObject told() {
        forwardAndBackward();
        Lab after = lab.copy();
        after.step(rows, pass);
        double lossAfter = loss(after.network());
        List<Json> examples = new ArrayList<>();
        for (int i = 0; i < Math.min(rows.length, DETAILED); i++) {
            examples.add(example(i));
        }
        double predicted = total;
        List<Json> parameters = new ArrayList<>();
        Differences differences = Differences.of(lab, rows, masks);
        int index = 0;
        for (var entry : network.parameters().entrySet()) {
            float[] old = Picture.floats(entry.getValue());
            float[] fresh = Picture.floats(after.parameter(entry.getKey()));
            float[] gradient = gradients.get(index);
            double[] change = new double[old.length];
            for (int i = 0; i < old.length; i++) {
                change[i] = (double) fresh[i] - old[i];
                predicted += gradient[i] * change[i];
            }
            parameters.add(parameter(entry.getKey(), entry.getValue(), gradient, differences, index)
                    .with("state", state(entry.getKey(), after))
                    .with("newWeight", Numbers.of(fresh))
                    .with("change", Numbers.of(change)));
            index++;
        }
        return JsonObject.EMPTY
                .with("step", lab.step())
                .with("epoch", lab.epoch())
                .with("rows", whole(rows))
                .with("detailed", examples.size())
                .with("learningRate", lab.learningRate())
                .with("optimizer", lab.specification().optimizer())
                .with("lossName", lab.specification().loss())
                .with("problem", after.problem() == null ? new JsonNull() : new JsonText(after.problem()))
                .with("examples", new JsonArray(examples))
                .with("loss", Numbers.of(total))
                .with("dataLoss", Numbers.of(dataLoss))
                .with("penalty", Numbers.of(total - dataLoss))
                .with("parameters", new JsonArray(parameters))
                .with("lossAfter", Numbers.of(lossAfter))
                .with("predictedAfter", Numbers.of(predicted));
    }

    private void forwardAndBackward() {
        Network.Stages stages = network.stages(train.inputs(rows), pass);
        Tensor data = lab.objective().data(stages.logits(), train.targets(rows));
        Tensor sum = lab.objective().total(data, network.tensors());
        List<Tensor> weights = network.tensors();
        Tensor probability = lab.objective().probabilities(stages.logits());
        List<Tensor> backZ = Gradients.of(data, stages.z());
        List<Tensor> backA = Gradients.of(data, stages.a());
        List<Tensor> backWeights = Gradients.of(sum, weights);
        List<Tensor> slope = new ArrayList<>();
        List<Tensor> mask = new ArrayList<>();
        for (int i = 0; i < stages.a().size(); i++) {
            Tensor bent = stages.bent().get(i);
            slope.add(Gradients.of(bent.sum(), List.of(stages.z().get(i))).getFirst());
            mask.add(new Dropout(network.dropout()).forward(bent.constantLike(1), pass.at(i)));
        }
        List<Tensor> all = new ArrayList<>(List.of(data, sum, probability));
        for (List<Tensor> some : List.of(stages.z(), stages.a(), slope, mask, backZ, backA, backWeights)) {
            all.addAll(some);
        }
        Execution.current().run(List.of(), all);
        dataLoss = data.item();
        total = sum.item();
        probabilities = probability.toFloats();
        read(stages.z(), z);
        read(stages.a(), a);
        read(mask, masks);
        read(slope, slopes);
        for (int i = 0; i < slopes.size(); i++) {
            for (int j = 0; j < slopes.get(i).length; j++) {
                slopes.get(i)[j] *= masks.get(i)[j];
            }
        }
        read(backZ, deltas);
        read(backA, blames);
        read(backWeights, gradients);
    }

    private static void read(List<Tensor> tensors, List<float[]> values) {
        tensors.forEach(tensor -> values.add(tensor.toFloats()));
    }

    private double loss(Network other) {
        Network.Stages stages = other.stages(train.inputs(rows), pass);
        Tensor data = lab.objective().data(stages.logits(), train.targets(rows));
        return lab.objective().total(data, other.tensors()).item();
    }

    // ---- an example -----------------------------------------------------------------------------------------------

    private JsonObject example(int place) {
        int row = rows[place];
        List<String> names = lab.specification().features();
        int outputs = train.outputs();
        float[] inputs = slice(train.inputs(), row, names.size());
        List<Json> layers = new ArrayList<>();
        float[] input = inputs;
        for (int layer = 0; layer < network.linear().size(); layer++) {
            layers.add(layer(place, layer, input));
            if (layer < a.size()) {
                input = slice(a.get(layer), place, network.linear().get(layer).out());
            }
        }
        double[] shown = probabilities(place, outputs);
        int label = train.labels()[row];
        return JsonObject.EMPTY
                .with("row", row)
                .with("inputs", Numbers.of(inputs))
                .with(
                        "names",
                        new JsonArray(names.stream().<Json>map(JsonText::new).toList()))
                .with("target", label)
                .with("layers", new JsonArray(layers))
                .with("probabilities", Numbers.of(shown))
                .with("loss", Numbers.of(ownLoss(place, shown, label)));
    }

    private double[] probabilities(int place, int outputs) {
        if (outputs == 1) {
            return new double[] {1 - (double) probabilities[place], probabilities[place]};
        }
        double[] all = new double[outputs];
        for (int k = 0; k < outputs; k++) {
            all[k] = probabilities[place * outputs + k];
        }
        return all;
    }

    /// The loss of one example, from its logits so that no digit of a probability near 0 is lost.
    private double ownLoss(int place, double[] shown, int label) {
        int outputs = train.outputs();
        if (lab.objective().squared()) {
            return (shown[1] - label) * (shown[1] - label);
        }
        float[] logits = slice(z.getLast(), place, outputs);
        if (outputs == 1) {
            double margin = label == 1 ? -logits[0] : logits[0];
            return Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
        }
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return most + Math.log(sum) - logits[label];
    }

    private JsonObject layer(int place, int layer, float[] input) {
        int units = network.linear().get(layer).out();
        boolean hidden = layer < a.size();
        List<Parameter> parameters = List.copyOf(network.parameters().values());
        float[] weight = Picture.floats(parameters.get(2 * layer));
        float[] bias = Picture.floats(parameters.get(2 * layer + 1));
        List<Json> all = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            int at = place * units + unit;
            double[] products = new double[input.length];
            for (int i = 0; i < input.length; i++) {
                products[i] = (double) weight[i * units + unit] * input[i];
            }
            // Of the mean over the batch, each example has its share: its own loss has all of it.
            double delta = (double) deltas.get(layer)[at] * rows.length;
            JsonObject told = JsonObject.EMPTY
                    .with("products", Numbers.of(products))
                    .with("bias", Numbers.of(bias[unit]))
                    .with("z", Numbers.of(z.get(layer)[at]))
                    .with("delta", Numbers.of(delta));
            if (hidden) {
                told = told.with("a", Numbers.of(a.get(layer)[at]))
                        .with("slope", Numbers.of(slopes.get(layer)[at]))
                        .with("blame", Numbers.of((double) blames.get(layer)[at] * rows.length));
                told = network.dropout() > 0 ? told.with("mask", Numbers.of(masks.get(layer)[at])) : told;
            }
            all.add(told);
        }
        String activation =
                hidden ? lab.specification().layers().get(layer).activation() : units > 1 ? "softmax" : "sigmoid";
        return JsonObject.EMPTY
                .with("path", "layers." + layer)
                .with("activation", activation)
                .with("units", new JsonArray(all));
    }

    private static float[] slice(float[] values, int row, int width) {
        float[] slice = new float[width];
        System.arraycopy(values, row * width, slice, 0, width);
        return slice;
    }

    // ---- a parameter ----------------------------------------------------------------------------------------------

    private static JsonObject parameter(
            String path, Parameter parameter, float[] gradient, Differences differences, int index) {
        JsonObject told = JsonObject.EMPTY
                .with("path", path)
                .with("shape", whole(parameter.shape().toArray()))
                .with("weight", Numbers.of(Picture.floats(parameter)))
                .with("gradient", Numbers.of(gradient));
        if (gradient.length > NUMERIC) {
            return told.with("numeric", new JsonNull()).with("worst", new JsonNull());
        }
        double[] numeric = new double[gradient.length];
        double worst = 0;
        for (int i = 0; i < gradient.length; i++) {
            numeric[i] = differences.of(index, i);
            worst = Math.max(worst, Math.abs(numeric[i] - gradient[i]));
        }
        return told.with("numeric", Numbers.of(numeric)).with("worst", Numbers.of(worst));
    }

    private JsonObject state(String path, Lab after) {
        JsonObject told = JsonObject.EMPTY;
        for (var slot : lab.optimizer().state().entrySet()) {
            if (!slot.getKey().startsWith(path + "/")) {
                continue;
            }
            Buffer next = after.optimizer().state().get(slot.getKey());
            told = told.with(
                    slot.getKey().substring(path.length() + 1),
                    JsonObject.EMPTY
                            .with("before", Numbers.of(slot.getValue().storage().toDoubles()))
                            .with(
                                    "after",
                                    next == null
                                            ? new JsonNull()
                                            : Numbers.of(next.storage().toDoubles())));
        }
        return told;
    }

    private static JsonArray whole(int[] numbers) {
        List<Json> all = new ArrayList<>();
        for (int number : numbers) {
            all.add(JsonNumber.of(number));
        }
        return new JsonArray(all);
    }
}
