package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.nudge.cpu.LoopCompiler.SharedCode;
import dev.nudge.tensor.backend.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedCodeTest {
    private final LoopCompiler compiler = new LoopCompiler();
    private final List<LoopKernel> ordered = new ArrayList<>();

    private static Loop loop(int seed, int rows) {
        return SampleLoops.random(new Random(seed), rows, 8, 5);
    }

    private static LoopKernel kernel(Loop loop, @Nullable SharedCode code) {
        return LoopKernel.of(loop, new Workers(1), ThreadLocal.withInitial(Tile::new), true, code)
                .orElseThrow();
    }

    @Test
    void loopsOfOneStructureShareTheirCodeWhateverTheirSize() {
        SharedCode code = compiler.codeFor(loop(1, 4));
        assertNotNull(code);
        assertSame(code, compiler.codeFor(loop(1, 4)));
        assertSame(code, compiler.codeFor(loop(1, 64)));
        assertNotSame(code, compiler.codeFor(loop(2, 4)));
        LoopKernel other = kernel(loop(1, 64), compiler.codeFor(loop(1, 64)));
        assertEquals("java", other.supplier());
        code.keep((_, _) -> {});
        assertEquals("java, own code", other.supplier());
    }

    @Test
    void oneStepGetsNoCode() {
        assertNull(compiler.codeFor(SampleLoops.random(new Random(1), 4, 8, 1)));
    }

    @Test
    void runsOfAllLoopsCountTogetherAndTheLargestIsTimed() {
        SharedCode code = new SharedCode((_, kernel) -> ordered.add(kernel));
        LoopKernel large = kernel(loop(1, 100_000), code);
        LoopKernel small = kernel(loop(1, 50_000), code);
        for (int step = 1; step <= 33; step++) { // each 5 operations of 1 200 000 elements
            code.count(large);
            code.count(small);
        }
        assertEquals(List.of(), ordered);
        code.count(small);
        assertEquals(List.of(large), ordered);
        code.count(large);
        assertEquals(1, ordered.size());
    }

    @Test
    void structuresOfLoopsThatAreGoneAreForgotten() {
        SharedCode held = compiler.codeFor(loop(0, 4));
        for (int seed = 1; seed <= 50; seed++) {
            compiler.codeFor(loop(seed, 4));
        }
        long start = System.nanoTime();
        int seed = 50;
        while (compiler.structures() > 2 && System.nanoTime() - start < 10_000_000_000L) {
            System.gc();
            compiler.codeFor(loop(++seed, 4));
        }
        assertEquals(2, compiler.structures());
        assertSame(held, compiler.codeFor(loop(0, 4)));
    }
}
