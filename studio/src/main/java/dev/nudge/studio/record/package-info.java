/// What is kept of a training run: every point of its curves, what happened, and how its layers fared.
package dev.nudge.studio.record;
