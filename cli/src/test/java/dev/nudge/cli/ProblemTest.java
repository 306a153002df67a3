package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.train.io.NudgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void whenNoMoreFilesCanBeOpenedTheLimitIsNamed() {
        // As the JDK says it for EMFILE: file, no other file, the system's text.
        IOException refused = new FileSystemException("a/labels", null, "Too many open files");
        Problem problem = Problem.of(
                new NudgeException("E300", "a/labels", "cannot be read.", new UncheckedIOException(refused)));
        assertEquals("E011", problem.code());
        assertEquals("a/labels", problem.where());
        assertTrue(problem.message().contains("ulimit -n"), problem.message());
        assertTrue(problem.message().contains("E300"), problem.message());
    }

    @Test
    void anotherCauseKeepsItsCode() {
        Problem problem =
                Problem.of(new NudgeException("E300", "x", "cannot be read.", new IOException("Input/output error")));
        assertEquals(new Problem("E300", "x", "cannot be read."), problem);
    }
}
