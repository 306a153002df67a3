package dev.nudge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopSourceTest {
    @Test
    void theLoopIsTheOneInTheSource() throws IOException {
        Path source = Path.of("..", "train", "src", "main", "java", "dev", "nudge", "train", "Trainer.java");
        String text = Files.readString(source);
        for (String line : LoopSource.lines()) {
            assertTrue(text.contains(line.strip()), line);
        }
        assertEquals(LoopSource.loopOf(text), LoopSource.lines());
    }

    @Test
    void everyExplanationBelongsToALineOfTheLoop() {
        List<String> lines = LoopSource.lines();
        for (LoopSource.Note note : LoopSource.NOTES) {
            assertEquals(
                    1, lines.stream().filter(line -> line.contains(note.code())).count(), note.code());
        }
    }

    @Test
    void thePhasesComeInOrder() {
        String text = LoopSource.explained();
        int forward = text.indexOf("1. Forward");
        int loss = text.indexOf("2. Loss");
        int backward = text.indexOf("3. Backward");
        int step = text.indexOf("4. Step");
        assertTrue(0 < forward && forward < loss && loss < backward && backward < step, text);
    }

    @Test
    void theLoopEndsWithTheBraceThatClosesIt() {
        List<String> loop = LoopSource.loopOf("""
                class A {
                    for (int epoch = 1; epoch < 3; epoch++) {
                        if (x) {
                            y();
                        }
                    }
                    z();
                }
                """);
        assertEquals(
                List.of("for (int epoch = 1; epoch < 3; epoch++) {", "    if (x) {", "        y();", "    }", "}"),
                loop);
    }

    @Test
    void aSourceWithoutTheLoopIsRefused() {
        assertThrows(IllegalStateException.class, () -> LoopSource.loopOf("class A {}"));
    }
}
