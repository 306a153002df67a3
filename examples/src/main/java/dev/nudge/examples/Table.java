package dev.nudge.examples;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rows of named columns, as a file of comma-separated values holds them.
///
/// @param source  where they come from, for errors
/// @param columns names of the columns
/// @param rows    the fields of each row, without blanks around them
/// @param lines   line of the file in which each row begins
record Table(String source, List<String> columns, List<String[]> rows, List<Long> lines) {
    private static final Set<String> MISSING = Set.of("", "?");

    /// Reads a file whose first row names the columns.
    static Table read(Path file) {
        return read(file, List.of());
    }

    /// Reads a file; if `columns` is empty, its first row names them.
    ///
    /// @throws NudgeException (E300) if it cannot be read, (E501) if it has no rows, (E503) if a column has no
    ///                        name or that of another, (E505) if a row has too many fields or too few,
    ///                        (E507) if its quotes make no sense
    static Table read(Path file, List<String> columns) {
        List<String> names = new ArrayList<>(columns);
        List<String[]> rows = new ArrayList<>();
        List<Long> lines = new ArrayList<>();
        String source = file.toString();
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .allowExtraFields(true)
                .allowMissingFields(true) // so that the error below can say which line
                .ofCsvRecord(file)) {
            for (CsvRecord record : reader) {
                String[] fields = record.getFields().stream().map(String::strip).toArray(String[]::new);
                if (names.isEmpty()) {
                    names.addAll(List.of(fields));
                    continue;
                }
                if (fields.length != names.size()) {
                    throw new NudgeException(
                            "E505",
                            source + " line " + record.getStartingLineNumber(),
                            "expected " + names.size() + " fields with commas between, found " + fields.length + ".");
                }
                rows.add(fields);
                lines.add(record.getStartingLineNumber());
            }
        } catch (IOException | UncheckedIOException e) {
            throw new NudgeException("E300", source, "cannot be read (" + e.getMessage() + ").", e);
        } catch (CsvParseException e) {
            throw new NudgeException("E507", source, e.getMessage() + ".", e);
        }
        if (rows.isEmpty()) {
            throw new NudgeException("E501", source, "no data rows.");
        }
        if (names.contains("") || new HashSet<>(names).size() < names.size()) {
            throw new NudgeException(
                    "E503", source, "expected a name of its own for each column, found " + names + ".");
        }
        return new Table(source, List.copyOf(names), rows, lines);
    }

    /// Number of rows.
    int size() {
        return rows.size();
    }

    /// What stands in a cell; the empty text where it is missing.
    ///
    /// @throws NudgeException (E504) if there is no such column
    String text(int row, String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw new NudgeException(
                    "E504", source, NudgeException.quote(column) + " not found; columns: " + columns + ".");
        }
        String text = rows.get(row)[at];
        return MISSING.contains(text) ? "" : text;
    }

    /// The number in a cell; NaN where it is missing.
    ///
    /// @throws NudgeException (E504) if there is no such column, (E505) if something else stands there
    double number(int row, String column) {
        String text = text(row, column);
        if (text.isEmpty()) {
            return Double.NaN;
        }
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new NudgeException(
                "E505",
                source + " line " + lines.get(row) + ", column " + column,
                "expected a number, found " + NudgeException.quote(text) + ".");
    }
}
