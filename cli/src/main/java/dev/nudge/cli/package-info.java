/// The nudge command.
package dev.nudge.cli;
