package dev.nudge.studio.lab;

import java.util.List;

/// What a network can be given of a point.
final class Features {
    static final List<String> NAMES = List.of("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)");
    private static final double WAVES = Math.PI; // so that the sine has a whole wave over the points

    private Features() {}

    static double of(String name, double x1, double x2) {
        return switch (name) {
            case "x1" -> x1;
            case "x2" -> x2;
            case "x1^2" -> x1 * x1;
            case "x2^2" -> x2 * x2;
            case "x1*x2" -> x1 * x2;
            case "sin(x1)" -> StrictMath.sin(WAVES * x1);
            case "sin(x2)" -> StrictMath.sin(WAVES * x2);
            default -> throw new IllegalArgumentException("feature: unknown " + name);
        };
    }

    /// The inputs of points that lie one after the other, row by row.
    static float[] of(List<String> names, float[] points) {
        float[] inputs = new float[points.length / 2 * names.size()];
        for (int point = 0, at = 0; point < points.length; point += 2) {
            for (String name : names) {
                inputs[at++] = (float) of(name, points[point], points[point + 1]);
            }
        }
        return inputs;
    }
}
