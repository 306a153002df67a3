package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.tensor.backend.Loop;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedCodeTest {
    private final LoopCompiler.SharedCode shared = new LoopCompiler.SharedCode();

    /// Code of its own, which nothing else holds.
    private static TileStep code(int number) {
        return (tile, length) -> assertTrue(number >= 0);
    }

    private static Loop loop(int seed, int rows) {
        return SampleLoops.random(new Random(seed), rows, 8, 5);
    }

    @Test
    void loopsOfOneStructureShareTheirCodeWhateverTheirSize() {
        TileStep code = code(1);
        shared.keep(loop(1, 4), code);
        assertSame(code, shared.find(loop(1, 4)).orElseThrow());
        assertSame(code, shared.find(loop(1, 64)).orElseThrow());
        assertEquals(Optional.empty(), shared.find(loop(2, 4)));
    }

    @Test
    void structuresOfLoopsThatAreGoneAreForgotten() {
        TileStep held = code(0);
        shared.keep(loop(0, 4), held);
        for (int seed = 1; seed <= 50; seed++) {
            shared.keep(loop(seed, 4), code(seed));
        }
        long start = System.nanoTime();
        while (shared.find(loop(50, 4)).isPresent() && System.nanoTime() - start < 10_000_000_000L) {
            System.gc();
        }
        TileStep last = code(99);
        shared.keep(loop(99, 4), last);
        assertEquals(2, shared.size());
        assertSame(held, shared.find(loop(0, 4)).orElseThrow());
        assertSame(last, shared.find(loop(99, 4)).orElseThrow());
    }
}
