package dev.nudge.cli;

import java.util.List;

/// A command line that cannot be carried out; nothing has been written.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    UsageException(List<Problem> problems) {
        super(problems.isEmpty() ? "usage" : problems.getFirst().line());
        this.problems = List.copyOf(problems);
    }

    List<Problem> problems() {
        return problems;
    }
}
