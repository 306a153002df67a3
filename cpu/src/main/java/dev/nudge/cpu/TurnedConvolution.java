package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;

/// A transposed convolution as a convolution with the weight turned around: its elements in the opposite
/// order, inputs and outputs exchanged.
final class TurnedConvolution implements BlockKernel {
    private static final Object NONE = new float[0];

    private final Kernel convolve;
    private final int elements;
    private final int inOfGroup;
    private final int outOfGroup;
    private final int groups;
    private final float[] turned; // [elements, outOfGroup, in]
    private final Object[] operands;

    /// @param convolve convolves with the turned weight
    /// @param w        shape of the weight as it is
    TurnedConvolution(Kernel convolve, Shape w, int groups) {
        this.convolve = convolve;
        this.elements = w.product(0, 2);
        this.inOfGroup = w.extent(2);
        this.outOfGroup = w.extent(3) / groups;
        this.groups = groups;
        this.turned = new float[w.elements()];
        this.operands = new Object[] {NONE, turned};
    }

    @Override
    public void run(Object[] inputs, Object[] outputs, Blocks blocks) {
        turnAround((float[]) inputs[1]);
        operands[0] = inputs[0];
        if (convolve instanceof BlockKernel telling) {
            telling.run(operands, outputs, blocks);
        } else {
            convolve.run(operands, outputs);
        }
        operands[0] = NONE; // holds on to nobody's images
    }

    @Override
    public boolean hasBlocks() {
        return convolve instanceof BlockKernel telling && telling.hasBlocks();
    }

    private void turnAround(float[] weight) {
        int from = 0;
        for (int k = 0; k < elements; k++) {
            for (int i = 0; i < inOfGroup; i++) {
                for (int o = 0; o < outOfGroup * groups; o++, from++) {
                    int row = (elements - 1 - k) * outOfGroup + o % outOfGroup;
                    turned[(row * groups + o / outOfGroup) * inOfGroup + i] = weight[from];
                }
            }
        }
    }
}
