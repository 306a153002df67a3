/// Text from a language model: which token comes next, and how it is chosen.
package dev.nudge.nn.generate;
