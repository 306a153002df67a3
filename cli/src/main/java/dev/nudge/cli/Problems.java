package dev.nudge.cli;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with a command line, so that all of it can be told at once.
final class Problems {
    private final List<Problem> list = new ArrayList<>();

    void add(String code, String where, String message) {
        add(new Problem(code, where, message));
    }

    void add(Problem problem) {
        list.add(problem);
    }

    List<Problem> list() {
        return List.copyOf(list);
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /// Goes on only if nothing is wrong.
    ///
    /// @throws UsageException with everything that is
    void refuse() {
        if (!list.isEmpty()) {
            throw new UsageException(list());
        }
    }
}
