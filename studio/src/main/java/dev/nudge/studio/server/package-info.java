/// Shows runs in a browser: a server for this machine alone.
package dev.nudge.studio.server;
