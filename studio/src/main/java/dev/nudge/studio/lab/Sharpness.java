package dev.nudge.studio.lab;

import dev.nudge.nn.Pass;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.train.io.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// How strongly the loss of all training points bends where the weights are: the largest eigenvalue `lambda` of the
/// matrix `H` of its second derivatives. Plain gradient descent is stable only for rates below `2 / lambda`.
///
/// `H v` is the gradient of `gradient · v`, so `H` itself is never written down; repeated, it turns any vector into
/// the one that is stretched most (power iteration). Where the strongest bend is downwards, the iteration is repeated
/// on `H + |lambda| I`, which makes the largest eigenvalue the strongest.
///
/// Source: Pearlmutter 1994, "Fast exact multiplication by the Hessian".
///
/// @param lambda     largest eigenvalue
/// @param iterations products `H v` that it took
/// @param residual   `‖H v - lambda v‖ / |lambda|`, how exact the vector is
record Sharpness(double lambda, int iterations, double residual) {
    private static final int MOST_ITERATIONS = 200;
    private static final double ENOUGH = 1e-5; // relative change of the eigenvalue in one iteration

    static Sharpness of(Lab lab) {
        return lab.computing(() -> {
            Iteration iteration = new Iteration(lab);
            Sharpness strongest = iteration.run(0);
            if (strongest.lambda() >= 0) {
                return strongest;
            }
            Sharpness shifted = iteration.run(-strongest.lambda());
            return new Sharpness(
                    shifted.lambda() + strongest.lambda(),
                    strongest.iterations() + shifted.iterations(),
                    shifted.residual());
        });
    }

    JsonObject toJson(long step) {
        return JsonObject.EMPTY
                .with("lambdaMax", Numbers.of(lambda))
                .with("limit", Numbers.of(2 / lambda))
                .with("iterations", iterations)
                .with("residual", Numbers.of(residual))
                .with("step", step);
    }

    /// Power iteration on the second derivatives at one place.
    private static final class Iteration {
        private final List<Tensor> places = new ArrayList<>();
        private final List<Tensor> gradients;

        Iteration(Lab lab) {
            for (Tensor tensor : lab.network().tensors()) {
                places.add(Tensor.data(tensor.value().copy()));
            }
            int[] rows = lab.train().rows();
            Network network = lab.network();
            Tensor logits = network.stages(places, lab.train().inputs(rows), network.noise(Pass.inference()))
                    .logits();
            Tensor loss = lab.objective()
                    .total(lab.objective().data(logits, lab.train().targets(rows)), places);
            gradients = Gradients.of(loss, places);
        }

        Sharpness run(double shift) {
            double[][] vector = start();
            double lambda = Double.NaN;
            double residual = Double.NaN;
            int iteration = 0;
            while (iteration < MOST_ITERATIONS) {
                iteration++;
                double[][] product = product(vector);
                double before = lambda;
                double norm = 0;
                lambda = 0;
                for (int i = 0; i < vector.length; i++) {
                    for (int j = 0; j < vector[i].length; j++) {
                        product[i][j] += shift * vector[i][j];
                        lambda += product[i][j] * vector[i][j];
                        norm += product[i][j] * product[i][j];
                    }
                }
                residual = Math.sqrt(Math.max(0, norm - lambda * lambda)) / Math.abs(lambda);
                if (norm == 0 || Double.isNaN(norm) || Math.abs(lambda - before) <= ENOUGH * Math.abs(lambda)) {
                    break;
                }
                for (double[] part : product) {
                    for (int j = 0; j < part.length; j++) {
                        part[j] /= Math.sqrt(norm);
                    }
                }
                vector = product;
            }
            return new Sharpness(lambda, iteration, residual);
        }

        private double[][] start() {
            RandomKey key = RandomKey.of(1);
            double[][] vector = new double[places.size()][];
            double squares = 0;
            for (int i = 0; i < vector.length; i++) {
                vector[i] = new double[places.get(i).shape().elements()];
                for (int j = 0; j < vector[i].length; j++) {
                    vector[i][j] = key.at(i).uniform(j) - 0.5;
                    squares += vector[i][j] * vector[i][j];
                }
            }
            for (double[] part : vector) {
                for (int j = 0; j < part.length; j++) {
                    part[j] /= Math.sqrt(squares);
                }
            }
            return vector;
        }

        /// `H v`.
        private double[][] product(double[][] vector) {
            Tensor along = null;
            for (int i = 0; i < vector.length; i++) {
                Value value = Value.zeros(places.get(i).type());
                for (int j = 0; j < vector[i].length; j++) {
                    value.set(j, vector[i][j]);
                }
                Tensor part = gradients.get(i).mul(Tensor.data(value)).sum();
                along = along == null ? part : along.add(part);
            }
            if (along == null) {
                throw new IllegalStateException("sharpness: the network has no parameters");
            }
            List<Tensor> second = Gradients.of(along, places);
            Execution.current().run(List.of(), second);
            return second.stream().map(tensor -> tensor.value().toDoubles()).toArray(double[][]::new);
        }
    }
}
