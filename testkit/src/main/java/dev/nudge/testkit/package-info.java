/// Contract tests for backends, ops, layers and update rules, for Nudge and for everyone who extends it.
package dev.nudge.testkit;
