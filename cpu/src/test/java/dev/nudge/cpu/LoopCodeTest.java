package dev.nudge.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.cpu.LoopCompiler.SharedCode;
import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.backend.Loop;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The written code of a loop against the same loop done step by step by plain Java.
class LoopCodeTest {
    private final Random random = new Random(7);

    @Test
    void everyOperationHasTheBitsOfPlainJava() {
        assertSameBits(SampleLoops.ofAll(40, 48));
        assertSameBits(SampleLoops.ofAll(3, 2048));
    }

    @Test
    void chainsHaveTheBitsOfPlainJava() {
        for (int chain = 0; chain < 30; chain++) {
            assertSameBits(SampleLoops.random(random, 1 + random.nextInt(60), 16 * (1 + random.nextInt(9)), 25));
        }
    }

    @Test
    void lengthsThatAreNoMultipleOfAVectorEndStepByStep() {
        assertSameBits(SampleLoops.ofAll(1, 1));
        assertSameBits(SampleLoops.ofAll(1, 1024 + 17));
    }

    @Test
    void anOperandIsOverwrittenOnlyAfterItsLastUse() {
        SampleLoops.Builder loop = new SampleLoops.Builder(64, 32);
        int x = loop.input(Shape.of(64, 32));
        int y = loop.input(Shape.of(64, 32));
        int sum = loop.step(new Binary.Add(), x, y);
        int twice = loop.step(new Binary.Add(), sum, x); // reads x after the sum that takes its place
        loop.output(sum, x);
        loop.output(twice, -1);
        Loop made = loop.done();
        float[] a = Samples.normal(random, 64 * 32);
        float[] b = Samples.normal(random, 64 * 32);
        float[] inPlace = a.clone();
        float[] second = new float[a.length];
        kernel(made, true, true).run(new Object[] {inPlace, b}, new Object[] {inPlace, second});
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i] + b[i], inPlace[i], 0f);
            assertEquals((a[i] + b[i]) + a[i], second[i], 0f);
        }
    }

    @Test
    void oneTruthValueChoosesForAll() {
        SampleLoops.Builder loop = new SampleLoops.Builder(48);
        int x = loop.input(Shape.of(48));
        int isHigh = loop.truth();
        loop.output(loop.step(new Where(), isHigh, x, loop.step(new Unary.Negate(), x)));
        Loop made = loop.done();
        float[] numbers = Samples.normal(random, 48);
        for (byte chosen = 0; chosen <= 1; chosen++) {
            float[] out = new float[48];
            kernel(made, true, true).run(new Object[] {numbers, new byte[] {chosen}}, new Object[] {out});
            for (int i = 0; i < out.length; i++) {
                assertEquals(chosen == 1 ? numbers[i] : -numbers[i], out[i], 0f);
            }
        }
    }

    @Test
    void loopsWithoutVectorOperationsGetNoCode() {
        SampleLoops.Builder powers = new SampleLoops.Builder(16);
        powers.output(powers.step(new Binary.Pow(), powers.input(Shape.of(16)), 0));
        assertEquals(Optional.empty(), LoopCode.of(powers.done()));
        SampleLoops.Builder truths = new SampleLoops.Builder(16);
        truths.output(truths.step(new Compare(Compare.Relation.LESS), truths.input(Shape.of(16)), 0));
        assertEquals(Optional.empty(), LoopCode.of(truths.done()));
    }

    @Test
    void methodsThatTheJvmWouldNotCompileAreNotMade() {
        assertEquals(Optional.empty(), LoopCode.of(SampleLoops.random(random, 16, 16, 2000)));
    }

    private void assertSameBits(Loop loop) {
        Object[] inputs = SampleLoops.inputs(random, loop);
        Object[] expected = SampleLoops.outputs(loop);
        kernel(loop, false, false).run(inputs, expected);
        Object[] stepByStep = SampleLoops.outputs(loop);
        kernel(loop, true, false).run(inputs, stepByStep);
        Object[] whole = SampleLoops.outputs(loop);
        kernel(loop, true, true).run(inputs, whole);
        for (int o = 0; o < expected.length; o++) {
            assertArrayEquals((float[]) expected[o], (float[]) stepByStep[o], "output " + o + " step by step");
            assertArrayEquals((float[]) expected[o], (float[]) whole[o], "output " + o + " by written code");
        }
    }

    private static LoopKernel kernel(Loop loop, boolean vector, boolean written) {
        SharedCode code = new SharedCode((_, _) -> {});
        if (written) {
            code.keep(LoopCode.of(loop).orElseThrow());
        }
        return LoopKernel.of(loop, new Workers(1), ThreadLocal.withInitial(Tile::new), vector, code)
                .orElseThrow();
    }
}
