package dev.nudge.tensor.plan;

import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PartialKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Joins loops to the steps whose result they read, so that a block is gone over while it is in a cache.
///
/// A loop moves up to behind such a step, over those between, which it may when none of them touches what
/// it writes or writes what it reads. Arrays are known by their numbers in a [Plan], so memory that was given
/// to another value counts too, and lifetimes need not be looked at. A loop that assigns a variable stays
/// where it is, since nothing may be assigned before the last step that can fail.
final class Epilogues {
    private Epilogues() {}

    /// The steps with loops joined to those before them, where kernels can do that.
    static List<Plan.Step> join(List<Plan.Step> steps) {
        List<Plan.Step> joined = new ArrayList<>();
        for (Plan.Step step : steps) {
            if (step.loop == null || !join(step, step.loop, joined)) {
                joined.add(step);
            }
        }
        return joined;
    }

    /// Joins a loop to the step before that it can be joined to, if there is one.
    private static boolean join(Plan.Step step, Loop loop, List<Plan.Step> before) {
        if (!(step.kernel instanceof PartialKernel)
                || IntStream.of(step.outputs).anyMatch(array -> array >= Plan.VARIABLES)) {
            return false;
        }
        for (int place = before.size() - 1; place >= 0; place--) {
            Plan.Step other = before.get(place);
            boolean free = !meet(other.inputs, step.outputs);
            if (meet(other.outputs, step.inputs)) {
                List<Loop.Input> reads = reads(step, loop, other.outputs[0]);
                boolean joins = free
                        && other.kernel instanceof BlockKernel kernel
                        && kernel.hasBlocks()
                        && reads.stream().allMatch(Loop.Input::isFull);
                if (joins) {
                    before.set(
                            place, JoinedKernel.of(other, step, reads.getFirst().source()));
                }
                return joins;
            }
            if (!free || meet(other.outputs, step.outputs)) {
                return false;
            }
        }
        return false;
    }

    /// How a loop reads an array.
    private static List<Loop.Input> reads(Plan.Step step, Loop loop, int array) {
        return IntStream.range(0, step.inputs.length)
                .filter(input -> step.inputs[input] == array)
                .mapToObj(loop.inputs()::get)
                .toList();
    }

    private static boolean meet(int[] some, int[] others) {
        return IntStream.of(some).anyMatch(one -> IntStream.of(others).anyMatch(other -> one == other));
    }
}
