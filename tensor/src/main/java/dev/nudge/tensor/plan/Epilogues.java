package dev.nudge.tensor.plan;

import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PartialKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Joins loops to the steps whose result they read, so that a block is gone over while it is in a cache.
///
/// A loop moves up to behind such a step, over those between, which it may when none of them touches what
/// it writes or writes what it reads. Arrays are known by their numbers in a [Plan], so memory that was given
/// to another value counts too, and lifetimes need not be looked at.
final class Epilogues {
    private final IntUnaryOperator memory;
    private final List<Plan.Step> steps = new ArrayList<>();

    private Epilogues(IntUnaryOperator memory) {
        this.memory = memory;
    }

    /// The steps with loops joined to those before them, where kernels can do that.
    ///
    /// @param memory gives arrays that are the same memory the same number
    static List<Plan.Step> join(List<Plan.Step> steps, IntUnaryOperator memory) {
        Epilogues epilogues = new Epilogues(memory);
        for (Plan.Step step : steps) {
            if (step.loop == null || !epilogues.join(step, step.loop)) {
                epilogues.steps.add(step);
            }
        }
        return epilogues.steps;
    }

    private boolean join(Plan.Step step, Loop loop) {
        if (!(step.kernel instanceof PartialKernel)) {
            return false;
        }
        boolean assigns = IntStream.of(step.outputs).anyMatch(array -> array >= Plan.VARIABLES);
        for (int at = steps.size() - 1; at >= 0; at--) {
            Plan.Step before = steps.get(at);
            Optional<Loop.Input> read = inputs(step, loop, before.outputs[0]).findFirst();
            if (before.kernel instanceof BlockKernel kernel && kernel.hasBlocks() && read.isPresent()) {
                boolean joins = inputs(step, loop, before.outputs[0]).allMatch(Loop.Input::isFull)
                        && !meet(before.inputs, step.outputs);
                if (joins) {
                    steps.set(at, JoinedKernel.of(before, step, read.get()));
                }
                return joins;
            }
            if (assigns // nothing is assigned before the last step that may fail
                    || meet(before.outputs, step.inputs)
                    || meet(before.outputs, step.outputs)
                    || meet(before.inputs, step.outputs)) {
                return false;
            }
        }
        return false;
    }

    /// How a loop reads an array.
    private static Stream<Loop.Input> inputs(Plan.Step step, Loop loop, int array) {
        return IntStream.range(0, step.inputs.length)
                .filter(i -> step.inputs[i] == array)
                .mapToObj(loop.inputs()::get);
    }

    private boolean meet(int[] some, int[] others) {
        return IntStream.of(some)
                .map(memory)
                .anyMatch(one -> IntStream.of(others).map(memory).anyMatch(other -> one == other));
    }
}
