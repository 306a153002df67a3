package dev.nudge.nn.optim;

/// `floor + (peak - floor) · decay^(step - 1) · max(0, 1 - |x|)`: a triangle over and over, where `x` runs from -1 to 1
/// in each cycle of `2 · half` steps.
///
/// With a decay below 1 the triangles shrink (the source's `exp_range`).
///
/// Source: Smith 2017, arXiv:1506.01186, section 3.
///
/// @param floor smallest learning rate, that of the first step
/// @param peak  largest learning rate, `half` steps later
/// @param half  steps of half a cycle; 2 to 10 epochs in the paper
/// @param decay what the height of the triangle is multiplied by after each step, in `(0, 1]`
public record Cyclic(double floor, double peak, long half, double decay) implements Schedule {
    /// Checks the parameters.
    public Cyclic {
        Schedules.checkRate("cyclic", peak);
        Schedules.check(floor >= 0 && floor <= peak, "cyclic", "floor must be in [0, " + peak + "]", floor);
        Schedules.check(half >= 1, "cyclic", "half must be at least 1", half);
        Schedules.check(decay > 0 && decay <= 1, "cyclic", "decay must be in (0, 1]", decay);
    }

    /// The same with triangles that shrink.
    public Cyclic withDecay(double factor) {
        return new Cyclic(floor, peak, half, factor);
    }

    @Override
    public double at(long step) {
        long place = (step - 1) % (2 * half);
        double height = 1 - Math.abs(place / (double) half - 1);
        return floor + (peak - floor) * StrictMath.pow(decay, step - 1) * height;
    }
}
