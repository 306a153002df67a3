/// The pure Java backend: Vector API kernels, planned memory, many threads.
package dev.nudge.cpu;
