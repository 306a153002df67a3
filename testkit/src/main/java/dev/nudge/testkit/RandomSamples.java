package dev.nudge.testkit;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.RandomOp;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Samples of random numbers.
final class RandomSamples {
    private RandomSamples() {}

    static List<OpSample> all() {
        List<Shape> shapes = new ArrayList<>(List.of(Shape.SCALAR, Shape.of(3, 5), Shape.of(33, 67)));
        OpSamples.SIZES.forEach(size -> shapes.add(Shape.of(size)));
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : OpSamples.FLOATING) {
            for (Shape shape : shapes) {
                Type type = Type.of(dtype, shape);
                Value key = Draw.key(RandomKey.of(6).at(shape.elements()));
                samples.add(OpSample.of(new RandomOp.Uniform(type), key));
                samples.add(OpSample.of(new RandomOp.Normal(type), key));
                for (double probability : new double[] {0, 0.3, 1}) {
                    samples.add(OpSample.of(new RandomOp.Bernoulli(type, probability), key));
                }
            }
        }
        return samples;
    }
}
