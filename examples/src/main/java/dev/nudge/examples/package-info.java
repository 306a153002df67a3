/// Real models on real data; each file reads from top to bottom, from the data to the score.
package dev.nudge.examples;
