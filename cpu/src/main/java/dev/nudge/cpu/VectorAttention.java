package dev.nudge.cpu;

import static dev.nudge.cpu.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// [AttentionTiles] with the Vector API, in register tiles of eight rows and one or two vectors.
///
/// Loops count by one and indices are `invariant + constant * counter`: only then C2 takes the checks of bounds out of
/// them, which would be as many instructions as the arithmetic. Machines whose vectors are shorter than a
/// strip have too few registers for tiles of two.
final class VectorAttention implements AttentionTiles {
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = Strips.WIDTH;

    private final float[] zeros = new float[ROWS * WIDTH];

    @Override
    public void multiply(
            Strips a, int row, int end, int first, int last, Strips b, int j, int jEnd, boolean onto, Strips c) {
        float[] start = onto ? c.array() : zeros;
        for (int strip = j; strip < jEnd; ) {
            boolean pair = LANES == WIDTH && strip + 1 < jEnd;
            int bFrom = b.at(first * WIDTH, strip);
            for (int i = row; i < end; i += ROWS) {
                int aFrom = a.at(i, first);
                int to = c.at(i, strip);
                int from = onto ? to : 0;
                if (pair) {
                    rows2(
                            last - first,
                            a.array(),
                            aFrom,
                            a.apart(),
                            b.array(),
                            bFrom,
                            b.apart(),
                            start,
                            from,
                            onto ? c.apart() : 0,
                            c.array(),
                            to,
                            c.apart());
                } else {
                    for (int lane = 0; lane < WIDTH; lane += LANES) {
                        rows1(
                                last - first,
                                a.array(),
                                aFrom,
                                a.apart(),
                                b.array(),
                                bFrom + lane,
                                start,
                                from + lane,
                                c.array(),
                                to + lane);
                    }
                }
            }
            strip += pair ? 2 : 1;
        }
    }

    @Override
    public void multiplyTransposed(Strips a, int strip, int depth, Strips b, int strips, Strips c) {
        for (int j = 0; j < strips; ) {
            boolean pair = LANES == WIDTH && j + 1 < strips;
            int bFrom = b.at(0, j);
            for (int i = 0; i < WIDTH; i += ROWS) {
                int aFrom = a.at(0, strip) + i;
                int to = c.at(strip * WIDTH + i, j);
                if (pair) {
                    columns2(depth, a.array(), aFrom, b.array(), bFrom, b.apart(), c.array(), to, c.apart());
                } else {
                    for (int lane = 0; lane < WIDTH; lane += LANES) {
                        columns1(depth, a.array(), aFrom, b.array(), bFrom + lane, c.array(), to + lane);
                    }
                }
            }
            j += pair ? 2 : 1;
        }
    }

    @Override
    public void softmax(Strips x, int strip, int rows) {
        for (int lane = 0; lane < WIDTH; lane += LANES) {
            softmax(x.array(), x.at(0, strip) + lane, rows);
        }
    }

    private static void softmax(float[] x, int from, int rows) {
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector max1 = max;
        FloatVector max2 = max;
        FloatVector max3 = max;
        for (int i = 0; i < rows / 4; i++) {
            int q = from + i * (4 * WIDTH);
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, q);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, q + WIDTH);
            FloatVector x2 = FloatVector.fromArray(SPECIES, x, q + 2 * WIDTH);
            FloatVector x3 = FloatVector.fromArray(SPECIES, x, q + 3 * WIDTH);
            max = max.blend(x0, x0.compare(VectorOperators.GT, max));
            max1 = max1.blend(x1, x1.compare(VectorOperators.GT, max1));
            max2 = max2.blend(x2, x2.compare(VectorOperators.GT, max2));
            max3 = max3.blend(x3, x3.compare(VectorOperators.GT, max3));
        }
        max = max.blend(max1, max1.compare(VectorOperators.GT, max));
        max2 = max2.blend(max3, max3.compare(VectorOperators.GT, max2));
        max = max.blend(max2, max2.compare(VectorOperators.GT, max));
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < rows; i++) {
            FloatVector e = VectorMath.expBelowZero(
                    FloatVector.fromArray(SPECIES, x, from + i * WIDTH).sub(max));
            sum = sum.add(e);
            e.intoArray(x, from + i * WIDTH);
        }
        FloatVector inverse = FloatVector.broadcast(SPECIES, 1f).div(sum);
        for (int i = 0; i < rows; i++) {
            FloatVector.fromArray(SPECIES, x, from + i * WIDTH).mul(inverse).intoArray(x, from + i * WIDTH);
        }
    }

    @Override
    public void softmaxGradient(Strips y, Strips g, int strip, int rows) {
        for (int lane = 0; lane < WIDTH; lane += LANES) {
            softmaxGradient(y.array(), y.at(0, strip) + lane, g.array(), g.at(0, strip) + lane, rows);
        }
    }

    private static void softmaxGradient(float[] y, int yFrom, float[] g, int gFrom, int rows) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        for (int i = 0; i < rows / 4; i++) {
            int p = yFrom + i * (4 * WIDTH);
            int q = gFrom + i * (4 * WIDTH);
            FloatVector y0 = FloatVector.fromArray(SPECIES, y, p);
            FloatVector y1 = FloatVector.fromArray(SPECIES, y, p + WIDTH);
            FloatVector y2 = FloatVector.fromArray(SPECIES, y, p + 2 * WIDTH);
            FloatVector y3 = FloatVector.fromArray(SPECIES, y, p + 3 * WIDTH);
            sum0 = y0.fma(FloatVector.fromArray(SPECIES, g, q), sum0);
            sum1 = y1.fma(FloatVector.fromArray(SPECIES, g, q + WIDTH), sum1);
            sum2 = y2.fma(FloatVector.fromArray(SPECIES, g, q + 2 * WIDTH), sum2);
            sum3 = y3.fma(FloatVector.fromArray(SPECIES, g, q + 3 * WIDTH), sum3);
        }
        FloatVector total = sum0.add(sum1).add(sum2.add(sum3));
        for (int i = 0; i < rows; i++) {
            int q = gFrom + i * WIDTH;
            FloatVector error = FloatVector.fromArray(SPECIES, g, q).sub(total);
            FloatVector.fromArray(SPECIES, y, yFrom + i * WIDTH).mul(error).intoArray(g, q);
        }
    }

    @Override
    public void split(float[] x, int from, int row, int count, int width, float factor, Strips out, int to, int step) {
        float[] array = out.array();
        int whole = width / LANES * LANES;
        for (int j = 0; j < whole; j += LANES) {
            int target = out.at(to, j / WIDTH) + j % WIDTH;
            for (int i = 0, q = from + j; i < count; i++, q += row, target += step * WIDTH) {
                FloatVector.fromArray(SPECIES, x, q).mul(factor).intoArray(array, target);
            }
        }
        for (int j = whole; j < width; j++) {
            int target = out.at(to, j / WIDTH) + j % WIDTH;
            for (int i = 0, q = from + j; i < count; i++, q += row, target += step * WIDTH) {
                array[target] = x[q] * factor;
            }
        }
    }

    @Override
    public void join(Strips x, int from, int step, float factor, float[] out, int to, int row, int count, int width) {
        float[] array = x.array();
        int whole = width / LANES * LANES;
        for (int j = 0; j < whole; j += LANES) {
            int source = x.at(from, j / WIDTH) + j % WIDTH;
            for (int i = 0, q = to + j; i < count; i++, q += row, source += step * WIDTH) {
                FloatVector.fromArray(SPECIES, array, source).mul(factor).intoArray(out, q);
            }
        }
        for (int j = whole; j < width; j++) {
            int source = x.at(from, j / WIDTH) + j % WIDTH;
            for (int i = 0, q = to + j; i < count; i++, q += row, source += step * WIDTH) {
                out[q] = array[source] * factor;
            }
        }
    }

    /// `c = start + a b`, eight rows and two vectors of columns, over `runs` strips of `a`.
    private static void rows2(
            int runs,
            float[] a,
            int aFrom,
            int aApart,
            float[] b,
            int bFrom,
            int bApart,
            float[] start,
            int startFrom,
            int startApart,
            float[] c,
            int cFrom,
            int cApart) {
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c0r = FloatVector.fromArray(SPECIES, start, startFrom + startApart);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + WIDTH);
        FloatVector c1r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + WIDTH);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * WIDTH);
        FloatVector c2r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 2 * WIDTH);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * WIDTH);
        FloatVector c3r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 3 * WIDTH);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * WIDTH);
        FloatVector c4r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 4 * WIDTH);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * WIDTH);
        FloatVector c5r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 5 * WIDTH);
        FloatVector c6l = FloatVector.fromArray(SPECIES, start, startFrom + 6 * WIDTH);
        FloatVector c6r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 6 * WIDTH);
        FloatVector c7l = FloatVector.fromArray(SPECIES, start, startFrom + 7 * WIDTH);
        FloatVector c7r = FloatVector.fromArray(SPECIES, start, startFrom + startApart + 7 * WIDTH);
        for (int run = 0; run < runs; run++) {
            int left = aFrom + run * aApart;
            int right = bFrom + run * WIDTH * WIDTH;
            for (int step = 0; step < WIDTH; step++) {
                int p = left + step;
                int q = right + step * WIDTH;
                FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
                FloatVector br = FloatVector.fromArray(SPECIES, b, q + bApart);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0l = a0.fma(bl, c0l);
                c0r = a0.fma(br, c0r);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + WIDTH]);
                c1l = a1.fma(bl, c1l);
                c1r = a1.fma(br, c1r);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * WIDTH]);
                c2l = a2.fma(bl, c2l);
                c2r = a2.fma(br, c2r);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * WIDTH]);
                c3l = a3.fma(bl, c3l);
                c3r = a3.fma(br, c3r);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * WIDTH]);
                c4l = a4.fma(bl, c4l);
                c4r = a4.fma(br, c4r);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * WIDTH]);
                c5l = a5.fma(bl, c5l);
                c5r = a5.fma(br, c5r);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * WIDTH]);
                c6l = a6.fma(bl, c6l);
                c6r = a6.fma(br, c6r);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * WIDTH]);
                c7l = a7.fma(bl, c7l);
                c7r = a7.fma(br, c7r);
            }
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + cApart);
        c1l.intoArray(c, cFrom + WIDTH);
        c1r.intoArray(c, cFrom + cApart + WIDTH);
        c2l.intoArray(c, cFrom + 2 * WIDTH);
        c2r.intoArray(c, cFrom + cApart + 2 * WIDTH);
        c3l.intoArray(c, cFrom + 3 * WIDTH);
        c3r.intoArray(c, cFrom + cApart + 3 * WIDTH);
        c4l.intoArray(c, cFrom + 4 * WIDTH);
        c4r.intoArray(c, cFrom + cApart + 4 * WIDTH);
        c5l.intoArray(c, cFrom + 5 * WIDTH);
        c5r.intoArray(c, cFrom + cApart + 5 * WIDTH);
        c6l.intoArray(c, cFrom + 6 * WIDTH);
        c6r.intoArray(c, cFrom + cApart + 6 * WIDTH);
        c7l.intoArray(c, cFrom + 7 * WIDTH);
        c7r.intoArray(c, cFrom + cApart + 7 * WIDTH);
    }

    /// One vector of columns of [#rows2].
    private static void rows1(
            int runs,
            float[] a,
            int aFrom,
            int aApart,
            float[] b,
            int bFrom,
            float[] start,
            int startFrom,
            float[] c,
            int cFrom) {
        FloatVector c0l = FloatVector.fromArray(SPECIES, start, startFrom);
        FloatVector c1l = FloatVector.fromArray(SPECIES, start, startFrom + WIDTH);
        FloatVector c2l = FloatVector.fromArray(SPECIES, start, startFrom + 2 * WIDTH);
        FloatVector c3l = FloatVector.fromArray(SPECIES, start, startFrom + 3 * WIDTH);
        FloatVector c4l = FloatVector.fromArray(SPECIES, start, startFrom + 4 * WIDTH);
        FloatVector c5l = FloatVector.fromArray(SPECIES, start, startFrom + 5 * WIDTH);
        FloatVector c6l = FloatVector.fromArray(SPECIES, start, startFrom + 6 * WIDTH);
        FloatVector c7l = FloatVector.fromArray(SPECIES, start, startFrom + 7 * WIDTH);
        for (int run = 0; run < runs; run++) {
            int left = aFrom + run * aApart;
            int right = bFrom + run * WIDTH * WIDTH;
            for (int step = 0; step < WIDTH; step++) {
                int p = left + step;
                int q = right + step * WIDTH;
                FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
                FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
                c0l = a0.fma(bl, c0l);
                FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + WIDTH]);
                c1l = a1.fma(bl, c1l);
                FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * WIDTH]);
                c2l = a2.fma(bl, c2l);
                FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * WIDTH]);
                c3l = a3.fma(bl, c3l);
                FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * WIDTH]);
                c4l = a4.fma(bl, c4l);
                FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * WIDTH]);
                c5l = a5.fma(bl, c5l);
                FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * WIDTH]);
                c6l = a6.fma(bl, c6l);
                FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * WIDTH]);
                c7l = a7.fma(bl, c7l);
            }
        }
        c0l.intoArray(c, cFrom);
        c1l.intoArray(c, cFrom + WIDTH);
        c2l.intoArray(c, cFrom + 2 * WIDTH);
        c3l.intoArray(c, cFrom + 3 * WIDTH);
        c4l.intoArray(c, cFrom + 4 * WIDTH);
        c5l.intoArray(c, cFrom + 5 * WIDTH);
        c6l.intoArray(c, cFrom + 6 * WIDTH);
        c7l.intoArray(c, cFrom + 7 * WIDTH);
    }

    /// `c = aᵀ b`, eight columns of `a` and two vectors of columns of `b`.
    private static void columns2(
            int depth, float[] a, int aFrom, float[] b, int bFrom, int bApart, float[] c, int cFrom, int cApart) {
        FloatVector c0l = FloatVector.zero(SPECIES);
        FloatVector c0r = c0l;
        FloatVector c1l = c0l;
        FloatVector c1r = c0l;
        FloatVector c2l = c0l;
        FloatVector c2r = c0l;
        FloatVector c3l = c0l;
        FloatVector c3r = c0l;
        FloatVector c4l = c0l;
        FloatVector c4r = c0l;
        FloatVector c5l = c0l;
        FloatVector c5r = c0l;
        FloatVector c6l = c0l;
        FloatVector c6r = c0l;
        FloatVector c7l = c0l;
        FloatVector c7r = c0l;
        for (int step = 0; step < depth; step++) {
            int p = aFrom + step * WIDTH;
            int q = bFrom + step * WIDTH;
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector br = FloatVector.fromArray(SPECIES, b, q + bApart);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            c0r = a0.fma(br, c0r);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + 1]);
            c1l = a1.fma(bl, c1l);
            c1r = a1.fma(br, c1r);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2]);
            c2l = a2.fma(bl, c2l);
            c2r = a2.fma(br, c2r);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3]);
            c3l = a3.fma(bl, c3l);
            c3r = a3.fma(br, c3r);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4]);
            c4l = a4.fma(bl, c4l);
            c4r = a4.fma(br, c4r);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5]);
            c5l = a5.fma(bl, c5l);
            c5r = a5.fma(br, c5r);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6]);
            c6l = a6.fma(bl, c6l);
            c6r = a6.fma(br, c6r);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7]);
            c7l = a7.fma(bl, c7l);
            c7r = a7.fma(br, c7r);
        }
        c0l.intoArray(c, cFrom);
        c0r.intoArray(c, cFrom + cApart);
        c1l.intoArray(c, cFrom + WIDTH);
        c1r.intoArray(c, cFrom + cApart + WIDTH);
        c2l.intoArray(c, cFrom + 2 * WIDTH);
        c2r.intoArray(c, cFrom + cApart + 2 * WIDTH);
        c3l.intoArray(c, cFrom + 3 * WIDTH);
        c3r.intoArray(c, cFrom + cApart + 3 * WIDTH);
        c4l.intoArray(c, cFrom + 4 * WIDTH);
        c4r.intoArray(c, cFrom + cApart + 4 * WIDTH);
        c5l.intoArray(c, cFrom + 5 * WIDTH);
        c5r.intoArray(c, cFrom + cApart + 5 * WIDTH);
        c6l.intoArray(c, cFrom + 6 * WIDTH);
        c6r.intoArray(c, cFrom + cApart + 6 * WIDTH);
        c7l.intoArray(c, cFrom + 7 * WIDTH);
        c7r.intoArray(c, cFrom + cApart + 7 * WIDTH);
    }

    /// One vector of columns of [#columns2].
    private static void columns1(int depth, float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom) {
        FloatVector c0l = FloatVector.zero(SPECIES);
        FloatVector c1l = c0l;
        FloatVector c2l = c0l;
        FloatVector c3l = c0l;
        FloatVector c4l = c0l;
        FloatVector c5l = c0l;
        FloatVector c6l = c0l;
        FloatVector c7l = c0l;
        for (int step = 0; step < depth; step++) {
            int p = aFrom + step * WIDTH;
            int q = bFrom + step * WIDTH;
            FloatVector bl = FloatVector.fromArray(SPECIES, b, q);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0l = a0.fma(bl, c0l);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + 1]);
            c1l = a1.fma(bl, c1l);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2]);
            c2l = a2.fma(bl, c2l);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3]);
            c3l = a3.fma(bl, c3l);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4]);
            c4l = a4.fma(bl, c4l);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5]);
            c5l = a5.fma(bl, c5l);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6]);
            c6l = a6.fma(bl, c6l);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7]);
            c7l = a7.fma(bl, c7l);
        }
        c0l.intoArray(c, cFrom);
        c1l.intoArray(c, cFrom + WIDTH);
        c2l.intoArray(c, cFrom + 2 * WIDTH);
        c3l.intoArray(c, cFrom + 3 * WIDTH);
        c4l.intoArray(c, cFrom + 4 * WIDTH);
        c5l.intoArray(c, cFrom + 5 * WIDTH);
        c6l.intoArray(c, cFrom + 6 * WIDTH);
        c7l.intoArray(c, cFrom + 7 * WIDTH);
    }
}
