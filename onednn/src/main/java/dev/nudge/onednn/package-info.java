/// Matrix products of oneDNN through the foreign function interface of Java.
package dev.nudge.onednn;
