package dev.nudge.studio.lab;

import dev.nudge.nn.Activation;
import dev.nudge.nn.Dropout;
import dev.nudge.nn.Layer;
import dev.nudge.nn.Linear;
import dev.nudge.nn.Pass;
import dev.nudge.nn.init.Initializer;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A perceptron whose insides can be looked at.
///
/// @param linear  linear layers, first to last
/// @param bends   activation behind each but the last; null for none
/// @param dropout share of hidden values set to zero in training
record Network(List<Linear> linear, List<@Nullable Activation> bends, double dropout) implements Layer {
    private static final double SMALL = 0.01;

    /// What a network computes on its way.
    ///
    /// @param z    weighted sums of each layer; the last are the logits
    /// @param bent activations of each hidden layer, before any are set to zero
    /// @param a    the same afterwards: what the next layer sees
    record Stages(List<Tensor> z, List<Tensor> bent, List<Tensor> a) {
        Tensor logits() {
            return z.getLast();
        }
    }

    /// What happens to the activations of hidden layer `layer`.
    @FunctionalInterface
    interface Noise {
        Tensor of(int layer, Tensor bent);
    }

    /// The network of a specification with its first weights.
    ///
    /// @throws dev.nudge.train.io.NudgeException (E611) if weights are given that it has no place for
    static Network of(Specification specification, RandomKey key) {
        List<Linear> linear = new ArrayList<>();
        List<@Nullable Activation> bends = new ArrayList<>();
        int width = specification.features().size();
        for (int i = 0; i < specification.layers().size(); i++) {
            Specification.Hidden hidden = specification.layers().get(i);
            Activation bend = Choices.activation(hidden.activation());
            Initializer usual = bend == null ? Initializers.glorotUniform() : bend.initializer();
            linear.add(Linear.of(width, hidden.units(), key.at(i), initializer(specification, usual)));
            bends.add(bend);
            width = hidden.units();
        }
        linear.add(Linear.of(
                width,
                specification.outputs(),
                key.at(linear.size()),
                initializer(specification, Initializers.glorotUniform())));
        Network network = new Network(List.copyOf(linear), bends, specification.dropout());
        specification.weights().forEach((path, numbers) -> {
            Parameter parameter = network.parameters().get(path);
            if (parameter == null || parameter.shape().elements() != numbers.size()) {
                throw Limits.refused("weights", "numbers for " + network.shapes(), numbers.size() + " for " + path);
            }
            Value value = Value.zeros(parameter.type());
            for (int i = 0; i < numbers.size(); i++) {
                value.set(i, numbers.get(i));
            }
            parameter.assign(value);
        });
        return network;
    }

    private static Initializer initializer(Specification specification, Initializer usual) {
        return switch (specification.initializer()) {
            case "glorot" -> Initializers.glorotUniform();
            case "small" -> Initializers.normal(SMALL);
            case "zeros" -> Initializers.zeros();
            default -> usual;
        };
    }

    private String shapes() {
        List<String> shapes = new ArrayList<>();
        parameters().forEach((path, parameter) -> shapes.add(path + " " + parameter.shape()));
        return String.join(", ", shapes);
    }

    @Override
    public SequencedMap<String, Parameter> parameters() {
        SequencedMap<String, Parameter> all = new LinkedHashMap<>();
        for (int i = 0; i < linear.size(); i++) {
            String path = "layers." + i;
            linear.get(i).parameters().forEach((name, parameter) -> all.put(path + "." + name, parameter));
        }
        return all;
    }

    @Override
    public SequencedMap<String, Buffer> buffers() {
        return new LinkedHashMap<>();
    }

    /// The present values: weight and bias of each layer in turn.
    List<Tensor> tensors() {
        Collection<Parameter> all = parameters().values();
        return all.stream().map(Parameter::tensor).toList();
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return stages(x, pass).logits();
    }

    Stages stages(Tensor x, Pass pass) {
        return stages(tensors(), x, noise(pass));
    }

    Noise noise(Pass pass) {
        return (layer, bent) -> dropout == 0 ? bent : new Dropout(dropout).forward(bent, pass.at(layer));
    }

    /// What is computed of `x` with other numbers in the place of the parameters, of any precision.
    Stages stages(List<Tensor> parameters, Tensor x, Noise noise) {
        List<Tensor> z = new ArrayList<>();
        List<Tensor> bent = new ArrayList<>();
        List<Tensor> a = new ArrayList<>();
        Tensor input = x;
        for (int i = 0; i < linear.size(); i++) {
            Tensor sums = input.matmul(parameters.get(2 * i)).add(parameters.get(2 * i + 1));
            z.add(sums);
            if (i < bends.size()) {
                Activation bend = bends.get(i);
                bent.add(bend == null ? sums : bend.forward(sums));
                input = noise.of(i, bent.getLast());
                a.add(input);
            }
        }
        return new Stages(z, bent, a);
    }
}
