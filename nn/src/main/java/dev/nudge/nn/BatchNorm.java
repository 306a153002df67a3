package dev.nudge.nn;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;

/// Batch normalization: each feature is made to mean 0 and variance 1, then scaled and shifted by trained numbers,
/// `y = weight (x - mean) / √(variance + epsilon) + bias`.
///
/// Shape: `[.., features]` to `[.., features]` with at least two axes; `[batch, features]` and
/// `[batch, height, width, channels]` alike.
///
/// While training, mean and variance (divisor `n`) are those of the batch over all axes but the last, and a step
/// moves the running statistics towards them: `running = (1 - momentum) running + momentum batch`, where the
/// variance of the batch counts with divisor `n - 1`. When the model is used, the running statistics take their
/// place, and the layer is an affine map of each feature. Momentum and the two divisors follow PyTorch; Keras
/// writes `1 - momentum`.
///
/// A batch needs at least two numbers per feature. Where the last batch of an epoch may be a single example,
/// leave it out (`Trainer.withDropLast`).
///
/// {@snippet class="LayerSnippets" region="batchNorm"}
///
/// Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2.
///
/// @param weight          scale, of shape `[features]`
/// @param bias            shift, of shape `[features]`
/// @param runningMean     running mean, of shape `[features]`
/// @param runningVariance running variance, of shape `[features]`
/// @param momentum        weight of the newest batch in the running statistics, in `(0, 1]`
/// @param epsilon         keeps the divisor above zero
public record BatchNorm(
        Parameter weight, Parameter bias, Buffer runningMean, Buffer runningVariance, double momentum, double epsilon)
        implements Layer {
    /// Checks that the parts fit.
    ///
    /// @throws ShapeException if they differ in type or are not vectors
    /// @throws IllegalArgumentException if momentum or epsilon is out of range
    public BatchNorm {
        Features.check("batchNorm", weight, bias, runningMean, runningVariance);
        Features.checkEpsilon("batchNorm", epsilon);
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("batchNorm: momentum must be in (0, 1], found " + momentum
                    + "; it is the weight of the newest batch, 0.01 where Keras says 0.99");
        }
    }

    /// A layer for `features` features that starts as the plain normalization, with the momentum and epsilon of
    /// PyTorch.
    ///
    /// @throws IllegalArgumentException if there are no features
    public static BatchNorm of(int features) {
        Type type = Type.of(DType.F32, Shape.of(Features.atLeastOne("batchNorm", features)));
        return new BatchNorm(
                Features.ones(features),
                Parameter.zeros(features),
                Buffer.zeros(type),
                Buffer.of(Features.ones(features).storage()),
                0.1,
                1e-5);
    }

    /// The same layer with another weight of the newest batch.
    ///
    /// @throws IllegalArgumentException if it is not in `(0, 1]`
    public BatchNorm withMomentum(double other) {
        return new BatchNorm(weight, bias, runningMean, runningVariance, other, epsilon);
    }

    /// The same layer with another epsilon.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public BatchNorm withEpsilon(double other) {
        return new BatchNorm(weight, bias, runningMean, runningVariance, momentum, other);
    }

    /// Number of features.
    public int features() {
        return weight.shape().extent(0);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        if (x.shape().rank() < 2 || x.shape().extent(-1) != features()) {
            throw new ShapeException(
                    "batchNorm: expected [.., " + features() + "] with at least two axes, found " + x.shape());
        }
        return switch (pass) {
            case Pass.Inference _ -> affine(x);
            case Pass.Training _ -> normalized(x);
        };
    }

    private Tensor affine(Tensor x) {
        Tensor size = runningVariance.tensor().add(epsilon).sqrt();
        Tensor centered = x.sub(runningMean.tensor()); // not folded into the bias: a large mean would cost accuracy
        return centered.mul(weight.tensor().div(size)).add(bias.tensor());
    }

    private Tensor normalized(Tensor x) {
        int count = x.shape().product(0, x.shape().rank() - 1);
        if (count < 2) {
            throw new ShapeException("batchNorm: one number per feature has no variance, expected a batch of at least"
                    + " two, found " + x.shape() + "; leave out a last batch of one (Trainer.withDropLast)");
        }
        Tensor moments = Tensor.apply(new Normalizations.ColumnMoments(), x.reshape(count, features()));
        Tensor mean = moments.slice(0, 0, 1).reshape(features());
        Tensor variance = moments.slice(0, 1, 1).reshape(features());
        return x.batchNorm(weight.tensor(), bias.tensor(), epsilon)
                .updating(runningMean, moved(runningMean.tensor(), mean))
                .updating(runningVariance, moved(runningVariance.tensor(), variance.mul(count / (count - 1.0))));
    }

    private Tensor moved(Tensor running, Tensor batch) {
        return running.mul(1 - momentum).add(batch.mul(momentum));
    }

    @Override
    public String toString() {
        return "BatchNorm[" + features() + "]";
    }
}
