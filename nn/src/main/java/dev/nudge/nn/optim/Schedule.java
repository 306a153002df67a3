package dev.nudge.nn.optim;

/// The learning rate of each step.
@FunctionalInterface
public interface Schedule {
    /// The learning rate of step `step`, counted from 1.
    double at(long step);
}
