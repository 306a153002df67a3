package dev.nudge.nn;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;

/// What models of sequences of different lengths need beside their layers.
///
/// A mask `[batch, time]` of truth values says which times of a batch are there and which are padding. It may have
/// gaps. Whatever stands at a time that is not there, even NaN, changes neither results nor gradients.
public final class Sequences {
    private Sequences() {}

    /// The mask of sequences of the given lengths that stand at the beginning of `time` places, `[batch, time]`.
    ///
    /// @throws IllegalArgumentException if a length is outside `0..time`
    public static Tensor mask(int time, int... lengths) {
        byte[] there = new byte[lengths.length * time];
        for (int row = 0; row < lengths.length; row++) {
            if (lengths[row] < 0 || lengths[row] > time) {
                throw new IllegalArgumentException(
                        "sequences: length " + lengths[row] + " of sequence " + row + " is outside 0.." + time);
            }
            for (int t = 0; t < lengths[row]; t++) {
                there[row * time + t] = 1;
            }
        }
        return Tensor.data(new Value(Type.of(DType.BOOL, Shape.of(lengths.length, time)), there));
    }

    /// Where the ids are not `padding`, of the shape of the ids.
    public static Tensor present(Tensor ids, int padding) {
        return ids.notEqualTo(ids.constantLike(padding));
    }

    /// The features where the mask holds, zeros elsewhere. Shape: `[batch, time, features]`.
    ///
    /// @throws ShapeException if the mask is not that of the sequences
    public static Tensor masked(Tensor x, Tensor mask) {
        check(x, mask);
        return mask.unsqueeze(-1).where(x, x.constantLike(0));
    }

    /// The mean over the times that are there, zero where none is: `[batch, time, features]` to `[batch, features]`.
    ///
    /// @throws ShapeException if the mask is not that of the sequences
    public static Tensor mean(Tensor x, Tensor mask) {
        Tensor sum = masked(x, mask).sum(1);
        Tensor count = mask.cast(x.dtype()).sumKeep(1);
        return sum.div(count.max(count.constantLike(1)));
    }

    /// The features at the last time that is there, zero where none is: `[batch, time, features]` to
    /// `[batch, features]`.
    ///
    /// @throws ShapeException if the mask is not that of the sequences
    public static Tensor last(Tensor x, Tensor mask) {
        check(x, mask);
        int time = x.shape().extent(1);
        int[] numbers = new int[time];
        for (int t = 0; t < time; t++) {
            numbers[t] = t + 1;
        }
        Tensor number = mask.cast(DType.I32).mul(Tensor.of(numbers, 1, time)); // from 1; 0 where nothing is there
        Tensor last = number.cast(x.dtype()).max(1).unsqueeze(-1); // exact: a time is far below 2^24
        Tensor isLast = number.cast(x.dtype()).equalTo(last).and(mask);
        return masked(x, isLast).sum(1);
    }

    private static void check(Tensor x, Tensor mask) {
        if (x.shape().rank() != 3
                || mask.dtype() != DType.BOOL
                || !mask.shape().equals(x.shape().range(0, 2))) {
            throw new ShapeException("sequences: expected [batch, time, features] and a mask BOOL [batch, time], found "
                    + x.type() + " and " + mask.type());
        }
    }
}
