/// Contract tests: what every operation, backend and execution must keep. A backend passes when a test class of its
/// own extends [dev.nudge.testkit.OpContract] and [dev.nudge.testkit.GraphContract].
package dev.nudge.testkit;
