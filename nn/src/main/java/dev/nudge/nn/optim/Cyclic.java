package dev.nudge.nn.optim;

/// `floor + (peak - floor) · decay^(step - 1) · perCycle^cycle · max(0, 1 - |x|)`: a triangle over and over, where `x`
/// runs from -1 to 1 in each cycle of `2 · half` steps and cycles count from 0.
///
/// With a decay below 1 the triangles shrink from step to step (the source's `exp_range`), with `perCycle` below 1
/// from one to the next (with one half, its `triangular2`).
///
/// Source: Smith 2017, arXiv:1506.01186, section 3.
///
/// @param floor    smallest learning rate, that of the first step
/// @param peak     largest learning rate, `half` steps later
/// @param half     steps of half a cycle; 2 to 10 epochs in the paper
/// @param decay    what the height of the triangle is multiplied by after each step, in `(0, 1]`
/// @param perCycle what it is multiplied by after each cycle, in `(0, 1]`
public record Cyclic(double floor, double peak, long half, double decay, double perCycle) implements Schedule {
    /// Checks the parameters.
    public Cyclic {
        Schedules.checkRate("cyclic", peak);
        Schedules.check(floor >= 0 && floor <= peak, "cyclic", "floor must be in [0, " + peak + "]", floor);
        Schedules.check(half >= 1, "cyclic", "half must be at least 1", half);
        Schedules.check(decay > 0 && decay <= 1, "cyclic", "decay must be in (0, 1]", decay);
        Schedules.check(perCycle > 0 && perCycle <= 1, "cyclic", "perCycle must be in (0, 1]", perCycle);
    }

    /// The same with triangles that shrink from step to step.
    public Cyclic withDecay(double factor) {
        return new Cyclic(floor, peak, half, factor, perCycle);
    }

    /// The same with triangles each of which has `factor` times the height of the one before.
    public Cyclic withPerCycle(double factor) {
        return new Cyclic(floor, peak, half, decay, factor);
    }

    @Override
    public double at(long step) {
        long place = (step - 1) % (2 * half);
        long cycle = (step - 1) / (2 * half);
        double height = 1 - Math.abs(place / (double) half - 1);
        double shrunk = StrictMath.pow(decay, step - 1) * StrictMath.pow(perCycle, cycle);
        return floor + (peak - floor) * shrunk * height;
    }
}
