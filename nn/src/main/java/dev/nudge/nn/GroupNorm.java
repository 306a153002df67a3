package dev.nudge.nn;

import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// Group normalization: the channels of each example are parted into groups of neighbours, and each group is made
/// to mean 0 and variance 1 over its channels and all places, then each channel is scaled and shifted by trained
/// numbers.
///
/// Shape: `[batch, .., channels]` to `[batch, .., channels]`. The variance has divisor `n`. Examples do not touch
/// each other, so it suits small batches. One group for each channel makes instance normalization.
///
/// Source: Wu and He 2018, arXiv:1803.08494, section 3.
///
/// @param groups  number of groups, which divides the number of channels
/// @param weight  scale, of shape `[channels]`
/// @param bias    shift, of shape `[channels]`
/// @param epsilon keeps the divisor above zero
public record GroupNorm(int groups, Parameter weight, Parameter bias, double epsilon) implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if weight and bias differ in type or are not vectors
    /// @throws IllegalArgumentException if the groups do not divide the channels, or epsilon is out of range
    public GroupNorm {
        Features.check("groupNorm", weight, bias);
        Features.checkEpsilon("groupNorm", epsilon);
        int channels = weight.shape().extent(0);
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "groupNorm: expected a number of groups that divides " + channels + " channels, found " + groups);
        }
    }

    /// A layer that starts as the plain normalization, with the epsilon of [LayerNorm].
    ///
    /// @throws IllegalArgumentException if the groups do not divide the channels
    public static GroupNorm of(int groups, int channels) {
        Features.atLeastOne("groupNorm", channels);
        return new GroupNorm(
                groups,
                Features.ones(channels),
                Parameter.zeros(channels),
                LayerNorm.of(1).epsilon());
    }

    /// The same layer with another epsilon.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public GroupNorm withEpsilon(double other) {
        return new GroupNorm(groups, weight, bias, other);
    }

    /// Number of channels.
    public int channels() {
        return weight.shape().extent(0);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Shape shape = x.shape();
        if (shape.rank() < 2 || shape.extent(-1) != channels()) {
            throw new ShapeException("groupNorm: expected [batch, .., " + channels() + "], found " + shape);
        }
        int places = shape.product(1, shape.rank() - 1);
        Tensor grouped = x.reshape(shape.extent(0), places, groups, channels() / groups);
        Tensor centered = grouped.sub(mean(grouped));
        Tensor size = mean(centered.square()).add(epsilon).sqrt();
        return centered.div(size).reshape(shape).mul(weight.tensor()).add(bias.tensor());
    }

    /// The mean over places and over the channels of a group.
    private static Tensor mean(Tensor grouped) {
        int count = grouped.shape().extent(1) * grouped.shape().extent(3);
        return grouped.sumKeep(3).sumKeep(1).div(count);
    }

    @Override
    public String toString() {
        return "GroupNorm[" + channels() + " in " + groups + " groups]";
    }
}
