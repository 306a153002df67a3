package dev.nudge.nn.generate;

/// A token that may come next.
///
/// @param token       its id
/// @param probability that the model gives it, at the temperature of the [Sampling]
/// @param kept        whether it may be drawn: not cut by greed, top-k or top-p
public record NextToken(int token, double probability, boolean kept) {}
