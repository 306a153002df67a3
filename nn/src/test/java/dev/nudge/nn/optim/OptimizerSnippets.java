package dev.nudge.nn.optim;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Mlp;
import dev.nudge.nn.Pass;
import dev.nudge.nn.Tanh;
import dev.nudge.nn.loss.Losses;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// The examples of the documentation, compiled and run.
final class OptimizerSnippets {
    private OptimizerSnippets() {}

    // @start region=rule
    /// Moves every parameter by the learning rate against the sign of its gradient.
    record SignDescent() implements UpdateRule {
        @Override
        public String name() {
            return "signDescent";
        }

        @Override
        public List<String> slots() {
            return List.of();
        }

        @Override
        public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
            Tensor rate = step.rate().cast(parameter.dtype());
            return new Update(parameter.sub(gradient.sign().mul(rate)), List.of());
        }
    }

    // @end

    static double loop() {
        // @start region=loop
        RandomKey key = RandomKey.of(42);
        Layer model = Mlp.of(1, new int[] {16}, 1, new Tanh(), key.at(0));
        Optimizer optimizer = Optimizer.of(Adam.of(), Schedules.cosine(0.05, 300), model);
        Tensor x = Tensor.of(new float[] {-1, -0.5f, 0, 0.5f, 1}, 5, 1);
        Tensor y = Tensor.of(new float[] {1, 0.25f, 0, 0.25f, 1}, 5, 1); // x²

        double last = 0;
        for (int step = 1; step <= 300; step++) {
            Tensor prediction = model.forward(x, Pass.training(key.at(step)));
            Tensor loss = Losses.meanSquaredError(prediction, y);
            Gradients gradients = loss.backward(model.parameters().values());
            last = optimizer.step(gradients).loss();
        }
        // @end
        return last;
    }

    static Optimizer groups() {
        Layer model = Mlp.of(4, new int[] {8}, 2, new Tanh(), RandomKey.of(42));
        // @start region=groups
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.001, model)
                .withGroups(ParameterGroup.of(
                        path -> path.endsWith("bias"), AdamW.of().withWeightDecay(0)));
        // @end
        return optimizer;
    }

    static Optimizer muon() {
        Layer model = Mlp.of(4, new int[] {8, 8}, 2, new Tanh(), RandomKey.of(42));
        // @start region=muon
        Optimizer optimizer =
                Optimizer.of(AdamW.of(), 3e-4, model).withGroups(Muon.of().group(model, 0.02 / 3e-4));
        // @end
        return optimizer;
    }

    static double sharpness() {
        RandomKey key = RandomKey.of(42);
        Layer model = Mlp.of(1, new int[] {16}, 1, new Tanh(), key.at(0));
        Tensor x = Tensor.of(new float[] {-1, -0.5f, 0, 0.5f, 1}, 5, 1);
        Tensor y = Tensor.of(new float[] {1, 0.25f, 0, 0.25f, 1}, 5, 1);
        double last = 0;
        // @start region=sam
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, model).withSam(Sam.of());
        for (int step = 1; step <= 300; step++) {
            Pass training = Pass.training(key.at(step));
            last = optimizer
                    .step(() -> Losses.meanSquaredError(model.forward(x, training), y)
                            .backward(model.parameters().values()))
                    .loss();
        }
        // @end
        return last;
    }

    static double accumulation() {
        Layer model = Mlp.of(1, new int[] {16}, 1, new Tanh(), RandomKey.of(42));
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, model);
        Tensor x = Tensor.of(new float[] {-1, -0.5f, 0, 0.5f, 1}, 5, 1);
        // @start region=accumulation
        for (Tensor part : x.split(0, 3, 2)) {
            Tensor loss = Losses.meanSquaredError(model.forward(part), part.square());
            optimizer.accumulate(
                    loss.backward(model.parameters().values()), part.shape().extent(0));
        }
        double loss = optimizer.step().loss(); // the step of all five together
        // @end
        return loss
                - Losses.meanSquaredError(
                                Mlp.of(1, new int[] {16}, 1, new Tanh(), RandomKey.of(42))
                                        .forward(x),
                                x.square())
                        .item();
    }

    static ReduceOnPlateau.State plateau(Optimizer optimizer, double... validationLosses) {
        // @start region=plateau
        ReduceOnPlateau plateau = ReduceOnPlateau.of(2).withFactor(0.5);
        ReduceOnPlateau.State state = ReduceOnPlateau.State.START;
        for (double validationLoss : validationLosses) { // after each epoch
            state = plateau.after(state, validationLoss);
            optimizer.scaleRate(state.scale());
        }
        // @end
        return state;
    }

    static double average(Layer model, Optimizer optimizer, int steps) {
        Tensor x = Tensor.of(new float[] {-1, 1}, 2, 1);
        // @start region=average
        WeightAverage average = WeightAverage.of(Averaging.ema(0.99), model);
        for (int step = 1; step <= steps; step++) {
            optimizer.step(Losses.meanSquaredError(model.forward(x), x.square())
                    .backward(model.parameters().values()));
            average.update();
        }
        double loss = average.with(
                () -> Losses.meanSquaredError(model.forward(x), x.square()).item());
        // @end
        return loss;
    }

    static Lbfgs.Result lbfgs(Layer model, Tensor x, Tensor y) {
        // @start region=lbfgs
        Lbfgs.Result result =
                Lbfgs.of().withIterations(200).minimize(model, () -> Losses.meanSquaredError(model.forward(x), y));
        // @end
        return result;
    }
}
