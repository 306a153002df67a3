package dev.nudge.tensor.plan;

import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.PartialKernel;
import java.util.Arrays;
import java.util.stream.IntStream;

/// A kernel that computes in blocks, and a loop that goes over each block when it is done, on the same thread.
///
/// Its inputs are those of the first and then those of the loop, its outputs likewise.
final class JoinedKernel implements Kernel {
    private final BlockKernel first;
    private final PartialKernel loop;
    private final BlockKernel.Blocks blocks = this::done;
    private final Object[] inputs;
    private final Object[] outputs;
    private final Object[] loopInputs;
    private final Object[] loopOutputs;

    private JoinedKernel(BlockKernel first, int inputs, PartialKernel loop, int loopInputs, int loopOutputs) {
        this.first = first;
        this.loop = loop;
        this.inputs = new Object[inputs];
        this.outputs = new Object[1];
        this.loopInputs = new Object[loopInputs];
        this.loopOutputs = new Object[loopOutputs];
    }

    /// `step` and `loop`, which reads its result of type `result`, as one step.
    static Plan.Step of(Plan.Step step, Plan.Step loop, Type result) {
        Kernel kernel = new JoinedKernel(
                (BlockKernel) step.kernel,
                step.inputs.length,
                (PartialKernel) loop.kernel,
                loop.inputs.length,
                loop.outputs.length);
        boolean overwritten = IntStream.of(loop.outputs).anyMatch(array -> array == step.outputs[0]);
        long saved = result.bytes() * (overwritten ? 2 : 1);
        PlanStep about = step.about.followedBy(loop.about, saved);
        return new Plan.Step(about, kernel, null, joined(step.inputs, loop.inputs), joined(step.outputs, loop.outputs));
    }

    private static int[] joined(int[] some, int[] others) {
        return IntStream.concat(IntStream.of(some), IntStream.of(others)).toArray();
    }

    @Override
    public void run(Object[] in, Object[] out) {
        System.arraycopy(in, 0, inputs, 0, inputs.length);
        System.arraycopy(in, inputs.length, loopInputs, 0, loopInputs.length);
        System.arraycopy(out, 0, outputs, 0, outputs.length);
        System.arraycopy(out, outputs.length, loopOutputs, 0, loopOutputs.length);
        first.run(inputs, outputs, blocks);
        Arrays.fill(inputs, null); // hold on to nobody's feeds
        Arrays.fill(loopInputs, null);
    }

    private void done(int from, int count) {
        loop.run(loopInputs, loopOutputs, from, count);
    }

    @Override
    public String supplier() {
        return first.supplier().equals(loop.supplier()) ? first.supplier() : first.supplier() + " + " + loop.supplier();
    }
}
