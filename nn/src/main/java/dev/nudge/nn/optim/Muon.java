package dev.nudge.nn.optim;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Muon: momentum whose matrix is made nearly orthogonal before it is applied, `B ← momentum · B + G`,
/// `W ← W - rate · s · O(G + momentum · B)`.
///
/// `O(X)` has the singular vectors of `X`, and singular values near 1 in place of its own: all directions are learnt
/// alike fast. It comes from `X / ‖X‖` by five rounds of `X ← a X + (b A + c A²) X`, `A = X Xᵀ`, whose coefficients
/// are chosen to lift small singular values fast, not to converge (to about 0.7 to 1.2). `s = √max(1, out / in)` for
/// `W` of shape `[in, out]`; a tensor of more axes, such as the kernel of a convolution, counts as a matrix with the
/// last axis as `out`. Without Nesterov's look-ahead `B` stands for `G + momentum · B`. Orthogonalised in the
/// parameter's own precision, where the author's program takes half precision.
///
/// Meant for the matrices between the first layer and the last; biases, gains, embeddings and the output layer belong
/// to [AdamW]:
///
/// {@snippet class="OptimizerSnippets" region="muon"}
///
/// Source: Jordan et al. 2024, Muon: An optimizer for hidden layers in neural networks, kellerjordan.github.io.
///
/// @param momentum    share of the velocity that stays, in `[0, 1)`
/// @param nesterov    whether to look ahead
/// @param weightDecay strength of the decay, decoupled as in [AdamW]
public record Muon(double momentum, boolean nesterov, double weightDecay) implements UpdateRule {
    private static final int ROUNDS = 5;
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;
    private static final double TINY = 1e-7; // keeps a zero matrix zero

    /// Checks the parameters.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public Muon {
        Hyper.fraction("muon", "momentum", momentum);
        Hyper.atLeastZero("muon", "weightDecay", weightDecay);
    }

    /// The author's momentum, looking ahead, without decay.
    public static Muon of() {
        return new Muon(0.95, true, 0);
    }

    /// The same with another momentum.
    public Muon withMomentum(double other) {
        return new Muon(other, nesterov, weightDecay);
    }

    /// The same with decay.
    public Muon withWeightDecay(double other) {
        return new Muon(momentum, nesterov, other);
    }

    /// The group of the matrices that this rule is for: the parameters of `model` with two axes or more, without the
    /// first (which takes the inputs) and the last (which gives the outputs), in the order of its components.
    ///
    /// Where that order is not the order of the layers, write the group with [ParameterGroup#of].
    ///
    /// @param rateFactor the learning rate of these, over that of the rest; the author has 0.02 beside 0.0003
    /// @throws IllegalArgumentException if there is no such matrix
    public ParameterGroup group(Model model, double rateFactor) {
        List<String> matrices = model.parameters().entrySet().stream()
                .filter(entry -> entry.getValue().shape().rank() > 1)
                .map(Map.Entry::getKey)
                .toList();
        if (matrices.size() < 3) {
            throw new IllegalArgumentException("muon: it is for the matrices between the first and the last, and the"
                    + " model has only " + matrices + "; use AdamW, or a deeper model");
        }
        Set<String> hidden = matrices.subList(1, matrices.size() - 1).stream().collect(Collectors.toSet());
        return ParameterGroup.of(hidden::contains, this).withRateFactor(rateFactor);
    }

    @Override
    public String name() {
        return "muon";
    }

    @Override
    public List<String> slots() {
        return List.of("velocity");
    }

    @Override
    public Update update(Step step, Tensor parameter, Tensor gradient, List<Tensor> state) {
        Shape shape = parameter.shape();
        if (shape.rank() < 2) {
            throw new ShapeException("muon: expected a matrix, found a parameter of shape " + shape
                    + "; give it another rule by parameter groups (Muon.group)");
        }
        Tensor velocity = state.getFirst().mul(momentum).add(gradient);
        Tensor direction = nesterov ? velocity.mul(momentum).add(gradient) : velocity;
        int out = shape.extent(shape.rank() - 1);
        int in = shape.product(0, shape.rank() - 1);
        double scale = Math.sqrt(Math.max(1, out / (double) in));
        Tensor rate = step.rate().mul(scale).cast(parameter.dtype());
        Tensor orthogonal = orthogonal(direction.reshape(in, out)).reshape(shape);
        return new Update(Hyper.decayed(parameter, step, weightDecay).sub(orthogonal.mul(rate)), List.of(velocity));
    }

    /// `O(matrix)`; works on the side that is shorter, where `X Xᵀ` is small.
    private static Tensor orthogonal(Tensor matrix) {
        boolean tall = matrix.shape().extent(0) > matrix.shape().extent(1);
        Tensor x = tall ? matrix.transpose() : matrix;
        x = x.div(x.sumOfSquares().sqrt().cast(x.dtype()).add(TINY));
        for (int round = 0; round < ROUNDS; round++) {
            Tensor a = x.matmul(x.transpose());
            Tensor polynomial = a.mul(B).add(a.matmul(a).mul(C));
            x = x.mul(A).add(polynomial.matmul(x));
        }
        return tall ? x.transpose() : x;
    }
}
