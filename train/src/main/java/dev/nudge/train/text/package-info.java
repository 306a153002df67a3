/// Text as numbers: tokenizers that are trained here, and data sets of text.
package dev.nudge.train.text;
