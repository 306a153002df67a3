package dev.nudge.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.Layer;
import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.train.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {
    private static final Dataset TRAIN = Toy.points(200, 1);
    private static final Keys KEYS = Keys.of(3);

    private static RateSweep run(LearningRateFinder finder, Layer model, Optimizer optimizer) {
        return finder.run(model, Losses.crossEntropy(), optimizer, TRAIN, 16, 3);
    }

    @Test
    void ratesRiseByAConstantFactor() {
        LearningRateFinder finder = LearningRateFinder.of(61).withRange(1e-6, 1);

        assertEquals(1e-6, finder.rate(1), 1e-18);
        assertEquals(1e-3, finder.rate(31), 1e-15);
        assertEquals(1, finder.rate(61), 1e-12);
    }

    @Test
    void modelAndOptimizerAreAsBeforeBitForBit() {
        Layer model = Toy.model(KEYS, true);
        Layer control = Toy.model(KEYS, true);
        Optimizer optimizer = Optimizer.of(Adam.of(), 0.01, model);
        Trainer.of(model, Losses.crossEntropy(), optimizer, 3)
                .withBudget(Budget.steps(5))
                .fit(TRAIN);
        Optimizer other = Optimizer.of(Adam.of(), 0.01, control);
        Trainer.of(control, Losses.crossEntropy(), other, 3)
                .withBudget(Budget.steps(5))
                .fit(TRAIN);

        run(LearningRateFinder.of(50), model, optimizer);
        assertEquals(WeightsHash.of(control), WeightsHash.of(model));
        Trainer.of(model, Losses.crossEntropy(), optimizer, 9)
                .withBudget(Budget.steps(5))
                .fit(TRAIN);
        Trainer.of(control, Losses.crossEntropy(), other, 9)
                .withBudget(Budget.steps(5))
                .fit(TRAIN);
        assertEquals(WeightsHash.of(control), WeightsHash.of(model), "the optimizer has the same memory, too");
    }

    @Test
    void theSameSeedSweepsTheSameWay() {
        RateSweep first = run(LearningRateFinder.of(40), Toy.model(KEYS, true), sgd(Toy.model(KEYS, true)));
        Layer model = Toy.model(KEYS, true);

        assertEquals(
                run(LearningRateFinder.of(40), model, sgd(model)), run(LearningRateFinder.of(40), model, sgd(model)));
        assertFalse(first.points().isEmpty());
    }

    private static Optimizer sgd(Layer model) {
        return Optimizer.of(Sgd.of(), 0.1, model);
    }

    @Test
    void theSweepStopsWhereTheLossExplodes() {
        Layer model = Toy.model(KEYS, false);
        RateSweep sweep = run(LearningRateFinder.of(100).withRange(1e-4, 1000), model, sgd(model));

        assertTrue(sweep.points().size() < 100, "it ended early");
        assertTrue(sweep.divergence().isPresent());
        double suggestion = sweep.suggestion().orElseThrow();
        assertTrue(suggestion <= sweep.divergence().getAsDouble() / 10);
        assertTrue(suggestion > 1e-3, "a rate at which something is learnt");
    }

    @Test
    void theSmoothedLossIsTheCorrectedRunningMean() {
        Layer model = Toy.model(KEYS, false);
        RateSweep sweep = run(LearningRateFinder.of(20).withRange(1e-4, 0.1), model, sgd(model));
        double sum = 0;
        double weights = 0;
        for (RateSweep.Point point : sweep.points()) {
            sum = 0.9 * sum + point.loss();
            weights = 0.9 * weights + 1;
            assertEquals(sum / weights, point.smoothed(), 1e-12);
        }
        assertEquals(20, sweep.points().size());
        assertTrue(sweep.divergence().isEmpty());
    }

    /// A valley: flat, then down most steeply at step 60, lowest at step 80, then up; each batch has its own noise.
    private static List<RateSweep.Point> valley(double noise) {
        List<RateSweep.Point> points = new ArrayList<>();
        for (int step = 1; step <= 95; step++) {
            double loss = 2 - 1.5 / (1 + Math.exp(-(step - 60) / 4.0)) + Math.max(0, step - 80) * 0.5;
            double bump = noise * Math.sin(step * 12.9898) * Math.cos(step * 78.233);
            points.add(new RateSweep.Point(Math.pow(10, step / 20.0 - 5), loss + bump, loss + bump));
        }
        return points;
    }

    @Test
    void theSteepestFallIsFoundInSpiteOfNoise() {
        for (double noise : new double[] {0, 0.05, 0.1}) {
            RateSweep sweep = RateSweep.of(valley(noise), 100);
            double steepest = sweep.steepest().orElseThrow();
            assertEquals(60, 20 * (Math.log10(steepest) + 5), 6, "noise " + noise);
            assertEquals(
                    Math.min(steepest, Math.pow(10, 95 / 20.0 - 6)),
                    sweep.suggestion().getAsDouble(),
                    1e-12);
        }
    }

    @Test
    void aLossThatNeverFallsSuggestsNothing() {
        List<RateSweep.Point> rising = new ArrayList<>();
        for (int step = 1; step <= 20; step++) {
            rising.add(new RateSweep.Point(Math.pow(10, step / 4.0 - 5), step, step));
        }

        assertTrue(RateSweep.of(rising, 100).suggestion().isEmpty());
    }

    @Test
    void rangesThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> LearningRateFinder.of(5));
        assertThrows(
                IllegalArgumentException.class, () -> LearningRateFinder.of(50).withRange(1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateFinder(1e-5, 1, 50, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateFinder(1e-5, 1, 50, 0.9, 1));
    }
}
