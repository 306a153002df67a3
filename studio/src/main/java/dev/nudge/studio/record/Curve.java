package dev.nudge.studio.record;

/// A curve folded for a picture: consecutive points as one, which keeps the least and the greatest so that no spike is
/// lost.
///
/// @param points number of points of the run that are in it
/// @param steps  last step of each
/// @param low    least finite value; NaN where there is none
/// @param mean   mean of the finite values; NaN where there is none
/// @param high   greatest finite value; NaN where there is none
public record Curve(long points, long[] steps, double[] low, double[] mean, double[] high) {}
