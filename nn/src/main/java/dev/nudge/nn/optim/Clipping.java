package dev.nudge.nn.optim;

import dev.nudge.tensor.Tensor;

/// A bound on gradients, applied before the update rule sees them.
public sealed interface Clipping {
    /// The gradient to use instead of `gradient`.
    ///
    /// @param globalNorm norm of all gradients together before clipping, an `F64` scalar
    Tensor apply(Tensor gradient, Tensor globalNorm);

    /// No bound.
    static Clipping none() {
        return new None();
    }

    /// Each element into `[-limit, limit]`.
    static Clipping byValue(double limit) {
        return new ByValue(limit);
    }

    /// Each tensor scaled down to norm `limit` if it is longer.
    static Clipping byNorm(double limit) {
        return new ByNorm(limit);
    }

    /// All tensors scaled down together to norm `limit` if they are longer together, which keeps their direction.
    static Clipping byGlobalNorm(double limit) {
        return new ByGlobalNorm(limit);
    }

    private static void check(String name, double limit) {
        if (!(limit > 0) || Double.isInfinite(limit)) {
            throw new IllegalArgumentException(
                    "error[E610] clipping " + name + ": limit must be positive and finite, found " + limit);
        }
    }

    /// `limit / norm` where the norm is larger, else 1.
    private static Tensor scale(Tensor norm, double limit) {
        return norm.greater(limit).where(norm.constantLike(limit).div(norm), norm.constantLike(1));
    }

    /// No bound.
    record None() implements Clipping {
        @Override
        public Tensor apply(Tensor gradient, Tensor globalNorm) {
            return gradient;
        }
    }

    /// Each element into `[-limit, limit]`.
    ///
    /// @param limit largest absolute value
    record ByValue(double limit) implements Clipping {
        /// Checks the limit.
        public ByValue {
            check("byValue", limit);
        }

        @Override
        public Tensor apply(Tensor gradient, Tensor globalNorm) {
            return gradient.max(gradient.constantLike(-limit)).min(gradient.constantLike(limit));
        }
    }

    /// Each tensor scaled down to norm `limit` if it is longer.
    ///
    /// @param limit largest norm of a tensor
    record ByNorm(double limit) implements Clipping {
        /// Checks the limit.
        public ByNorm {
            check("byNorm", limit);
        }

        @Override
        public Tensor apply(Tensor gradient, Tensor globalNorm) {
            return gradient.mul(scale(gradient.square().sum().sqrt(), limit));
        }
    }

    /// All tensors scaled down together to norm `limit` if they are longer together.
    ///
    /// Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063, Algorithm 1.
    ///
    /// @param limit largest norm of all gradients together
    record ByGlobalNorm(double limit) implements Clipping {
        /// Checks the limit.
        public ByGlobalNorm {
            check("byGlobalNorm", limit);
        }

        @Override
        public Tensor apply(Tensor gradient, Tensor globalNorm) {
            return gradient.mul(scale(globalNorm, limit).cast(gradient.dtype()));
        }
    }
}
