package dev.nudge.nn;

import dev.nudge.nn.init.Initializers;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.LayerPath;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;

/// The examples of the documentation, compiled and run.
final class LayerSnippets {
    private LayerSnippets() {}

    // @start region=own
    /// Adds what a layer makes of its input to the input.
    record Skip(Linear inner) implements Layer {
        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor change = LayerPath.within("inner", () -> inner.forward(x, pass.at(0)));
            return x.add(change.relu());
        }
    }

    // @end

    // @start region=model
    /// Tells from a picture and a row of facts what something is and what it costs.
    record Appraisal(Layer picture, Layer facts, Linear kind, Linear price) implements Model {
        /// What is predicted: logits of kinds `[batch, kinds]` and prices `[batch, 1]`.
        record Prediction(Tensor kind, Tensor price) {}

        Prediction forward(Tensor pictures, Tensor rows, Pass pass) {
            Tensor seen = LayerPath.within("picture", () -> picture.forward(pictures, pass.at(0)));
            Tensor known = LayerPath.within("facts", () -> facts.forward(rows, pass.at(1)));
            Tensor both = Tensor.concat(-1, seen, known);
            return new Prediction(
                    LayerPath.within("kind", () -> kind.forward(both, pass.at(2))),
                    LayerPath.within("price", () -> price.forward(both, pass.at(3))));
        }
    }

    // @end

    static double appraisal(Appraisal model, Tensor pictures, Tensor rows, Tensor kinds, Tensor prices) {
        // @start region=severalOutputs
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, model);
        for (int step = 1; step <= 100; step++) {
            Pass training = Pass.training(RandomKey.of(42).at(step));
            Appraisal.Prediction prediction = model.forward(pictures, rows, training);
            Tensor loss = Losses.crossEntropy(prediction.kind(), kinds)
                    .add(Losses.meanSquaredError(prediction.price(), prices).mul(0.5));
            optimizer.step(loss.backward(optimizer.parameters().values()));
        }
        // @end
        Appraisal.Prediction prediction = model.forward(pictures, rows, Pass.inference());
        return Losses.crossEntropy(prediction.kind(), kinds)
                .add(Losses.meanSquaredError(prediction.price(), prices).mul(0.5))
                .item();
    }

    static Layer batchNorm() {
        // @start region=batchNorm
        RandomKey key = RandomKey.of(42);
        Layer model = Sequential.of(
                Linear.of(16, 32, key.at(1)).withoutBias(), // the normalization takes away any bias before it
                BatchNorm.of(32),
                new Relu(),
                Linear.of(32, 3, key.at(2)));
        // @end
        return model;
    }

    static Tensor glu() {
        // @start region=glu
        Layer feedForward =
                Sequential.of(Linear.of(64, 2 * 96, RandomKey.of(1)), Glu.swiGlu(), Linear.of(96, 64, RandomKey.of(2)));
        Tensor y = feedForward.forward(Tensor.normal(RandomKey.of(3), 8, 64)); // [8, 64] to [8, 64]
        // @end
        return y;
    }

    static Layer residual() {
        // @start region=residual
        RandomKey key = RandomKey.of(42);
        Layer same = Residual.of(Sequential.of(LayerNorm.of(16), Linear.of(16, 16, key.at(1)), new Gelu()));
        Layer wider = Residual.of(Linear.of(16, 32, key.at(2))).withProjection(Linear.of(16, 32, key.at(3)));
        // @end
        return Sequential.of(same, wider);
    }

    static Layer parallel() {
        // @start region=parallel
        RandomKey key = RandomKey.of(42);
        Layer wideAndDeep = Parallel.sum( // a linear model beside a network
                Linear.of(16, 3, key.at(1)),
                Sequential.of(Linear.of(16, 32, key.at(2)), new Relu(), Linear.of(32, 3, key.at(3))));
        // @end
        return wideAndDeep;
    }

    static Optimizer frozen(Layer learnt) {
        // @start region=frozen
        Layer model = Sequential.of(new Frozen(learnt), Linear.of(32, 5, RandomKey.of(42)));
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.001, model); // trains the linear layer alone
        // @end
        return optimizer;
    }

    static Tensor linear() {
        // @start region=linear
        Linear linear = Linear.of(3, 2, RandomKey.of(1), Initializers.glorotUniform());
        Tensor y = linear.forward(Tensor.of(new float[] {1, 2, 3}, 1, 3)); // [1, 3] to [1, 2]
        // @end
        return y;
    }

    static Layer sequential() {
        // @start region=sequential
        RandomKey key = RandomKey.of(42);
        Layer model = Sequential.of(
                new Flatten(),
                Linear.of(784, 128, key.at(1)),
                new Relu(),
                new Dropout(0.2),
                Linear.of(128, 10, key.at(2)));
        // @end
        return model;
    }

    static Layer mlp() {
        // @start region=mlp
        Layer model = Mlp.of(784, new int[] {128, 64}, 10, new Relu(), RandomKey.of(42));
        // @end
        return model;
    }

    static String summary() {
        // @start region=summary
        Layer model = Mlp.of(784, new int[] {128}, 10, new Relu(), RandomKey.of(42));
        String table = Summary.of(model, Shape.of(32, 784)).toString();
        // @end
        return table;
    }
}
