/// First values of parameters.
package dev.nudge.nn.init;
