/// Model files: a trained model with all that using it takes, and what reads, writes and applies it.
package dev.nudge.train.model;
