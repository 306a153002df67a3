/// Layers, initializers, losses, optimizers and schedules.
package dev.nudge.nn;
