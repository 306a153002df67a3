/// Optimizers: update rules, learning-rate schedules, clipping, and the shell that steps.
package dev.nudge.nn.optim;
