package dev.nudge.nn;

import dev.nudge.tensor.RandomKey;

/// Why a layer is run: to train it or to use it.
///
/// Mode and randomness are an argument of [Layer#forward(dev.nudge.tensor.Tensor, Pass)], not a switch inside the
/// layers, so the same model can be trained and used at the same time.
public sealed interface Pass {
    /// The pass for part `index` of a layer: parts draw independent random numbers.
    Pass at(long index);

    /// A pass that uses a model: nothing random happens.
    static Pass inference() {
        return Inference.INSTANCE;
    }

    /// A pass that trains a model; `key` decides all that is random in it.
    static Pass training(RandomKey key) {
        return new Training(key);
    }

    /// A pass that uses a model.
    enum Inference implements Pass {
        /// The only one.
        INSTANCE;

        @Override
        public Pass at(long index) {
            return this;
        }
    }

    /// A pass that trains a model.
    ///
    /// @param key decides all that is random; another one for every step
    record Training(RandomKey key) implements Pass {
        @Override
        public Pass at(long index) {
            return new Training(key.at(index));
        }
    }
}
