package dev.nudge.studio.lab;

import dev.nudge.tensor.RandomKey;
import java.util.List;

/// Points of the plane with their classes.
///
/// @param xy     coordinates, x1 and x2 of each point in turn
/// @param labels class of each point
/// @param middle middle of the box that the points were mapped from, by axis
/// @param half   half its side, by axis; 1 where nothing was mapped
record Points(float[] xy, int[] labels, double[] middle, double[] half) {
    static final String BLOBS = "blobs";
    static final String OWN = "points";

    /// The kinds there are, the default first.
    static final List<String> KINDS = List.of("circle", "xor", "moons", "spiral", BLOBS, OWN);

    private static final double TURNS = 1; // of each arm of the spiral

    /// The points that a specification asks for.
    static Points of(Specification.Source source, RandomKey key) {
        if (source.kind().equals(OWN)) {
            return own(source.rows());
        }
        int count = source.points();
        float[] xy = new float[2 * count];
        int[] labels = new int[count];
        RandomKey places = key.at(0);
        RandomKey strays = key.at(1);
        int classes = source.kind().equals(BLOBS) ? source.classes() : 2;
        for (int i = 0; i < count; i++) {
            labels[i] = i % classes;
            double[] place =
                    place(source.kind(), labels[i], classes, places.uniform(2L * i), places.uniform(2L * i + 1));
            xy[2 * i] = (float) (place[0] + source.noise() * normal(strays, 2L * i));
            xy[2 * i + 1] = (float) (place[1] + source.noise() * normal(strays, 2L * i + 1));
        }
        return new Points(xy, labels, new double[2], new double[] {1, 1});
    }

    /// Where a point of this class lies before it strays; `u` and `v` are uniform in `[0, 1)`.
    private static double[] place(String kind, int label, int classes, double u, double v) {
        return switch (kind) {
            case "circle" -> // a disc in a ring, both with even area
                label == 1
                        ? polar(0.5 * StrictMath.sqrt(u), 2 * Math.PI * v)
                        : polar(StrictMath.sqrt(0.49 + 0.51 * u), 2 * Math.PI * v);
            case "xor" -> {
                double x = 0.05 + 0.95 * u;
                double y = 0.05 + 0.95 * ((2 * v) % 1);
                double side = v < 0.5 ? 1 : -1;
                yield new double[] {side * x, label == 1 ? side * y : -side * y};
            }
            case "moons" -> {
                double x = StrictMath.cos(Math.PI * u);
                double y = StrictMath.sin(Math.PI * u);
                yield label == 0
                        ? new double[] {(x - 0.5) / 1.5, (y - 0.25) / 1.5}
                        : new double[] {(0.5 - x) / 1.5, (0.25 - y) / 1.5};
            }
            case "spiral" -> polar(0.1 + 0.9 * u, Math.PI * (2 * TURNS * u + label));
            case BLOBS -> {
                double[] center = polar(0.65, 2 * Math.PI * label / classes + Math.PI / 4);
                double[] around = polar(0.2 * StrictMath.sqrt(u), 2 * Math.PI * v);
                yield new double[] {center[0] + around[0], center[1] + around[1]};
            }
            default -> throw new IllegalArgumentException("points: unknown kind " + kind);
        };
    }

    private static double[] polar(double radius, double angle) {
        return new double[] {radius * StrictMath.cos(angle), radius * StrictMath.sin(angle)};
    }

    /// Draw `index` of the standard normal distribution (Box and Muller 1958), the same on every machine.
    private static double normal(RandomKey key, long index) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - key.uniform(2 * index)));
        return radius * StrictMath.cos(2 * Math.PI * key.uniform(2 * index + 1));
    }

    /// Points of one's own, each axis mapped into `[-1, 1]` if it reaches beyond.
    private static Points own(List<Specification.Row> rows) {
        double[] middle = new double[2];
        double[] half = {1, 1};
        for (int axis = 0; axis < 2; axis++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (Specification.Row row : rows) {
                double value = axis == 0 ? row.x1() : row.x2();
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            if (low < -1 || high > 1) {
                middle[axis] = (low + high) / 2;
                half[axis] = high > low ? (high - low) / 2 : 1;
            }
        }
        float[] xy = new float[2 * rows.size()];
        int[] labels = new int[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            xy[2 * i] = (float) ((rows.get(i).x1() - middle[0]) / half[0]);
            xy[2 * i + 1] = (float) ((rows.get(i).x2() - middle[1]) / half[1]);
            labels[i] = rows.get(i).label();
        }
        return new Points(xy, labels, middle, half);
    }
}
