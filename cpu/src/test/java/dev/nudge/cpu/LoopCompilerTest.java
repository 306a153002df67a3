package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.nudge.tensor.backend.Loop;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a loop gives before, while and after its code is made.
class LoopCompilerTest {
    @Test
    void theBitsStayWhenCodeTakesOver() {
        Random random = new Random(3);
        Loop loop = SampleLoops.random(random, 256, 256, 20);
        LoopKernel kernel = LoopKernel.of(
                        loop,
                        new Workers(2),
                        ThreadLocal.withInitial(Tile::new),
                        true,
                        new LoopCompiler().codeFor(loop))
                .orElseThrow();
        Object[] inputs = SampleLoops.inputs(random, loop);
        Object[] first = SampleLoops.outputs(loop);
        kernel.run(inputs, first);
        for (int run = 0; run < 2000; run++) { // the code is ordered after some 150
            Object[] outputs = SampleLoops.outputs(loop);
            kernel.run(inputs, outputs);
            for (int o = 0; o < first.length; o++) {
                assertArrayEquals((float[]) first[o], (float[]) outputs[o], "run " + run);
            }
        }
    }
}
