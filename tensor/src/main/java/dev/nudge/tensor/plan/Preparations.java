package dev.nudge.tensor.plan;

import dev.nudge.tensor.backend.PreparingKernel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lets kernels that bring operands into a form of their own do so once for all that read the same one in a run, as the
/// products forwards and backwards read the same weight.
///
/// Only what is fed, weights and batches: nothing writes there before its last reader has run. Other values
/// would have to be kept in two forms from the forward to the backward pass, which takes memory where it is scarce.
final class Preparations {
    /// An operand of a kernel.
    private record Reader(PreparingKernel kernel, int input) {}

    private Preparations() {}

    /// Connects the kernels of a plan, given in the order in which they run.
    static void share(List<Plan.Step> steps) {
        Map<Integer, Reader> first = new HashMap<>(); // by the number of an array
        for (Plan.Step step : steps) {
            if (step.kernel instanceof PreparingKernel kernel) {
                for (int input = 0; input < step.inputs.length; input++) {
                    int array = step.inputs[input];
                    Reader earlier = array >= Plan.FEEDS && array < Plan.VARIABLES
                            ? first.putIfAbsent(array, new Reader(kernel, input))
                            : null;
                    if (earlier != null) {
                        kernel.reuse(input, earlier.kernel(), earlier.input());
                    }
                }
            }
        }
    }
}
