/// Data sets: where examples come from and the order in which they are seen.
package dev.nudge.train.data;
