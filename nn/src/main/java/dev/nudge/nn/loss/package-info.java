/// Losses: how wrong predictions are, as one number to make smaller.
package dev.nudge.nn.loss;
