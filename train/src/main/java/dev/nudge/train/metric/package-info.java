/// Figures that tell how good predictions are.
package dev.nudge.train.metric;
