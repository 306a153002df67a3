package dev.nudge.nn.optim;

/// `floor + (rate - floor) (1 + cos(π t / T)) / 2`, where `t` counts the steps since the last restart from 0 and `T` is
/// the number of steps from that restart to the next: `first`, then `growth` times as many each time.
///
/// Source: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5 (`T_mult` is `growth`).
///
/// @param rate   learning rate of the first step and after each restart
/// @param first  steps up to the first restart
/// @param growth by what each stretch is longer than the one before
/// @param floor  what the rate falls towards
public record WarmRestarts(double rate, long first, int growth, double floor) implements Schedule {
    /// Checks the parameters.
    public WarmRestarts {
        Schedules.checkRate("warmRestarts", rate);
        Schedules.check(first >= 1, "warmRestarts", "first must be at least 1", first);
        Schedules.check(growth >= 1, "warmRestarts", "growth must be at least 1", growth);
        Schedules.check(floor >= 0 && floor <= rate, "warmRestarts", "floor must be in [0, " + rate + "]", floor);
    }

    @Override
    public double at(long step) {
        long since = step - 1;
        long length = first;
        if (growth == 1) {
            since %= length;
        }
        while (since >= length) {
            since -= length;
            length = length > Long.MAX_VALUE / growth ? Long.MAX_VALUE : length * growth;
        }
        return Schedules.cosineBetween(rate, floor, since / (double) length);
    }
}
