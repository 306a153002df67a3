package dev.nudge.cli;

import dev.nudge.train.metric.ConfusionMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Results as text.
final class Report {
    private Report() {}

    /// The matrix with a row per actual class and a column per predicted one; nothing where nothing was counted.
    static List<String> lines(ConfusionMatrix confusion) {
        int classes = confusion.classes();
        int width = 2;
        for (int row = 0; row < classes; row++) {
            for (int column = 0; column < classes; column++) {
                width = Math.max(
                        width, Long.toString(confusion.count(row, column)).length());
            }
        }
        width = Math.max(width, Integer.toString(classes - 1).length()) + 1;
        List<String> lines = new ArrayList<>();
        StringBuilder header = new StringBuilder("actual \\ predicted");
        int first = header.length();
        for (int column = 0; column < classes; column++) {
            header.append(right(Integer.toString(column), width));
        }
        lines.add(header.toString());
        for (int row = 0; row < classes; row++) {
            StringBuilder line = new StringBuilder(right(Integer.toString(row), first));
            for (int column = 0; column < classes; column++) {
                long count = confusion.count(row, column);
                line.append(right(count == 0 ? "." : Long.toString(count), width));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /// `97.50 % (351 of 360)`.
    static String share(ConfusionMatrix confusion) {
        long right = 0;
        long all = 0;
        for (int row = 0; row < confusion.classes(); row++) {
            right += confusion.count(row, row);
            for (int column = 0; column < confusion.classes(); column++) {
                all += confusion.count(row, column);
            }
        }
        return String.format(Locale.ROOT, "%.2f %% (%,d of %,d)", 100.0 * right / all, right, all);
    }
}
