/// Data sets, the training loop, metrics and checkpoints.
package dev.nudge.train;
