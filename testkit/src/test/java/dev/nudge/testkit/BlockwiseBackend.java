package dev.nudge.testkit;

import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import dev.nudge.tensor.backend.Loop;
import dev.nudge.tensor.backend.PartialKernel;
import dev.nudge.tensor.backend.ReferenceKernels;
import java.util.List;
import java.util.Optional;

/// Runs every operation in a few blocks, the last first, and every loop in any parts, by their meaning.
/// Each block is computed anew from the inputs, so that an input that was overwritten too early shows.
record BlockwiseBackend() implements Backend {
    private static final int BLOCKS = 3;

    @Override
    public String name() {
        return "blockwise";
    }

    @Override
    public Optional<Kernel> kernel(Op op, List<Type> inputs, Type output) {
        if (op instanceof Fused) {
            return Optional.empty();
        }
        Kernel whole = ReferenceKernels.of(op, inputs, output);
        int elements = output.shape().elements();
        int block = Math.ceilDiv(elements, BLOCKS);
        BlockKernel kernel = (in, out, blocks) -> {
            for (int from = (BLOCKS - 1) * block; from >= 0 && elements > 0; from -= block) {
                int count = Math.clamp(elements - from, 0, block);
                if (count == 0) {
                    continue;
                }
                Object all = Value.allocate(output.dtype(), elements);
                whole.run(in, new Object[] {all});
                System.arraycopy(all, from, out[0], from, count);
                blocks.done(from, count);
            }
        };
        return Optional.of(kernel);
    }

    @Override
    public Optional<Kernel> loop(Loop loop) {
        return Optional.of(new Part(loop, ReferenceKernels.of(loop)));
    }

    private record Part(Loop loop, Kernel whole) implements PartialKernel {
        @Override
        public void run(Object[] inputs, Object[] outputs) {
            run(inputs, outputs, 0, loop.elements());
        }

        @Override
        public void run(Object[] inputs, Object[] outputs, int from, int count) {
            Object[] all = new Object[outputs.length];
            for (int i = 0; i < all.length; i++) {
                int step = loop.outputs().get(i).step();
                all[i] = Value.allocate(loop.steps().get(step).dtype(), loop.elements());
            }
            whole.run(inputs, all);
            for (int i = 0; i < all.length; i++) {
                System.arraycopy(all[i], from, outputs[i], from, count);
            }
        }
    }
}
