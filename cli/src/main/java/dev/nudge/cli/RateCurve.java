package dev.nudge.cli;

import dev.nudge.train.RateSweep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The smoothed loss over the learning rate, drawn with characters.
final class RateCurve {
    private static final int WIDTH = 60;
    private static final int HEIGHT = 12;

    private RateCurve() {}

    /// The curve, highest losses first, with `*` for the loss and `^` below the suggestion; losses above twice the
    /// first are drawn at the top.
    static List<String> lines(RateSweep sweep) {
        List<RateSweep.Point> points = sweep.points();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (RateSweep.Point point : points) {
            double loss = capped(point, points);
            low = Math.min(low, loss);
            high = Math.max(high, loss);
        }
        char[][] grid = new char[HEIGHT][WIDTH];
        for (char[] row : grid) {
            Arrays.fill(row, ' ');
        }
        char[] marks = new char[WIDTH];
        Arrays.fill(marks, ' ');
        for (int i = 0; i < points.size(); i++) {
            RateSweep.Point point = points.get(i);
            int column = points.size() == 1 ? 0 : i * (WIDTH - 1) / (points.size() - 1);
            double part = high > low ? (high - capped(point, points)) / (high - low) : 0;
            grid[(int) Math.round(part * (HEIGHT - 1))][column] = '*';
            if (sweep.suggestion().isPresent()
                    && point.rate() <= sweep.suggestion().getAsDouble() * (1 + 1e-9)) {
                Arrays.fill(marks, ' ');
                marks[column] = '^';
            }
        }
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < HEIGHT; row++) {
            double loss = high - (high - low) * row / (HEIGHT - 1);
            String label =
                    row % 4 == 0 || row == HEIGHT - 1 ? String.format(Locale.ROOT, "%8.3f", loss) : " ".repeat(8);
            lines.add((label + " |" + new String(grid[row])).stripTrailing());
        }
        lines.add(" ".repeat(9) + "+" + "-".repeat(WIDTH));
        lines.add((" ".repeat(10) + new String(marks)).stripTrailing());
        String first = String.format(Locale.ROOT, "%.1g", points.getFirst().rate());
        String last = String.format(Locale.ROOT, "%.2g", points.getLast().rate());
        lines.add(" ".repeat(10) + first + " ".repeat(Math.max(1, WIDTH - first.length() - last.length())) + last);
        return lines;
    }

    private static double capped(RateSweep.Point point, List<RateSweep.Point> points) {
        double most = 2 * points.getFirst().smoothed();
        return Double.isFinite(point.smoothed()) ? Math.min(point.smoothed(), most) : most;
    }
}
