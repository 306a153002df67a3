package dev.nudge.studio.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Carries points from the training thread to the one that writes them: adding never waits, never fails and loses
/// nothing.
///
/// One thread adds, one takes. Points lie in segments; a full one is linked to a new one, so a writer that is held up
/// costs memory, not time and not points.
final class PointQueue {
    /// Takes a point.
    interface Sink {
        void take(int series, long step, double value);
    }

    private static final int SEGMENT = 4096;
    private static final VarHandle FILLED;

    static {
        try {
            FILLED = MethodHandles.lookup().findVarHandle(Segment.class, "filled", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Segment {
        private final int[] series = new int[SEGMENT];
        private final long[] steps = new long[SEGMENT];
        private final double[] values = new double[SEGMENT];
        private int filled; // published by FILLED
        private volatile @Nullable Segment next;
    }

    private Segment last; // of the thread that adds
    private Segment first; // of the thread that takes
    private int taken;

    PointQueue() {
        last = new Segment();
        first = last;
    }

    void add(int series, long step, double value) {
        Segment segment = last;
        int at = segment.filled;
        if (at == SEGMENT) {
            segment = new Segment();
            last.next = segment;
            last = segment;
            at = 0;
        }
        segment.series[at] = series;
        segment.steps[at] = step;
        segment.values[at] = value;
        FILLED.setRelease(segment, at + 1);
    }

    /// Hands over all points that are there, in the order in which they were added.
    void drain(Sink sink) {
        while (true) {
            Segment segment = first;
            int filled = (int) FILLED.getAcquire(segment);
            while (taken < filled) {
                sink.take(segment.series[taken], segment.steps[taken], segment.values[taken]);
                taken++;
            }
            Segment next = segment.next;
            if (taken < SEGMENT || next == null) {
                return;
            }
            first = next;
            taken = 0;
        }
    }
}
