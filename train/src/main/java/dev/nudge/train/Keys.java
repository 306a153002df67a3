package dev.nudge.train;

import dev.nudge.nn.Pass;
import dev.nudge.tensor.RandomKey;

/// The streams of random numbers of one training run, all named by one seed.
///
/// A loop written by hand that draws from the same keys as [Trainer] gives the same weights, bit for bit: weights start
/// from `init`, epoch `e` (from 1) is shuffled by `shuffle.at(e)`, and step `s` (from 1) runs with
/// `Pass.training(dropout.at(s))`.
///
/// @param init    for the model's first weights
/// @param shuffle for the order of the examples, by epoch
/// @param dropout for layers that are random in training, by step
/// @param split   for dividing the data
public record Keys(RandomKey init, RandomKey shuffle, RandomKey dropout, RandomKey split) {
    /// The streams of a seed.
    public static Keys of(long seed) {
        RandomKey key = RandomKey.of(seed);
        return new Keys(key.at(0), key.at(1), key.at(2), key.at(3));
    }

    /// The key that shuffles `epoch`, counted from 1.
    public RandomKey epoch(int epoch) {
        return shuffle.at(epoch);
    }

    /// The mode in which the model runs in `step`, counted from 1.
    public Pass training(long step) {
        return Pass.training(dropout.at(step));
    }
}
