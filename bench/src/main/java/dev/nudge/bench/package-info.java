/// Benchmarks: whole training steps and single kernels.
package dev.nudge.bench;
