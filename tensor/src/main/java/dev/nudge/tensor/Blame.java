package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gradients that flow to one node from all its uses, which add up.
///
/// Uses of slices blame each their own part. Where these parts lie side by side they are put one after the other
/// instead of adding one large tensor of mostly zeros for each: else taking a sequence apart would cost the square of
/// its length.
final class Blame {
    private @Nullable Tensor total;
    private final List<Tensor> blocks = new ArrayList<>(); // results of Pad

    Blame(Tensor first) {
        add(first);
    }

    void add(Tensor part) {
        if (part.op() instanceof Movement.Pad pad && axis(pad) >= 0) {
            blocks.add(part);
        } else {
            Tensor before = total;
            total = before == null ? part : before.add(part);
        }
    }

    /// The gradient of the node.
    Tensor sum() {
        Tensor sum = total;
        if (!blocks.isEmpty()) {
            Tensor joined = joined();
            if (joined != null) {
                sum = sum == null ? joined : sum.add(joined);
            } else {
                for (Tensor block : blocks) {
                    sum = sum == null ? block : sum.add(block);
                }
            }
            blocks.clear();
            total = sum;
        }
        if (sum == null) {
            throw new IllegalStateException("gradients: a node without any blame was asked for its sum");
        }
        return sum;
    }

    /// The blocks one after the other, or null if they are few, overlap or lie along different axes.
    private @Nullable Tensor joined() {
        if (blocks.size() < 2) {
            return null;
        }
        int axis = axis(pad(blocks.getFirst()));
        if (blocks.stream().anyMatch(block -> axis(pad(block)) != axis)) {
            return null;
        }
        List<Tensor> sorted = blocks.stream()
                .sorted(Comparator.comparingInt(block -> pad(block).before().get(axis)))
                .toList();
        List<Tensor> parts = new ArrayList<>();
        int end = 0;
        for (Tensor block : sorted) {
            int start = pad(block).before().get(axis);
            Tensor inner = block.input(0);
            if (start < end) {
                return null;
            }
            if (start > end) {
                parts.add(zeros(block, axis, start - end));
            }
            parts.add(inner);
            end = start + inner.shape().extent(axis);
        }
        Tensor last = sorted.getLast();
        if (end < last.shape().extent(axis)) {
            parts.add(zeros(last, axis, last.shape().extent(axis) - end));
        }
        return Tensor.concat(axis, parts.toArray(Tensor[]::new));
    }

    private static Tensor zeros(Tensor like, int axis, int extent) {
        return Tensor.constant(like.dtype(), 0).broadcastTo(like.shape().with(axis, extent));
    }

    private static Movement.Pad pad(Tensor block) {
        if (block.op() instanceof Movement.Pad pad) {
            return pad;
        }
        throw new IllegalStateException("gradients: expected a block, found " + block);
    }

    /// The only axis that is padded, or -1.
    private static int axis(Movement.Pad pad) {
        int found = -1;
        for (int axis = 0; axis < pad.before().size(); axis++) {
            if (pad.before().get(axis) > 0 || pad.after().get(axis) > 0) {
                if (found >= 0) {
                    return -1;
                }
                found = axis;
            }
        }
        return found;
    }
}
