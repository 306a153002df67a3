/// The training loop: its events, its budget, when it stops, and how it goes on where it stopped.
package dev.nudge.train;
