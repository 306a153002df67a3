package dev.nudge.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nudge.nn.loss.Losses;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Execution;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.backend.Backend;
import dev.nudge.tensor.plan.PlannedExecution;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransformerTest {
    private static final RandomKey KEY = RandomKey.of(5);
    private static final Gpt.Config SMALL = Gpt.Config.of(7, 6, 2, 2, 8);

    private static Tensor doubles(int index, int... shape) {
        Value value = Value.zeros(Type.of(DType.F64, Shape.of(shape)));
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, 4 * KEY.at(index).uniform(i) - 2);
        }
        return Tensor.data(value);
    }

    private static double[][] rows(Tensor x) {
        int width = x.shape().extent(-1);
        double[] flat = x.toDoubles();
        return IntStream.range(0, flat.length / width)
                .mapToObj(t -> Arrays.copyOfRange(flat, t * width, (t + 1) * width))
                .toArray(double[][]::new);
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /// Moves all parameters away from where they began, so that biases and scales count.
    private static <M extends Model> M shaken(M model) {
        int index = 0;
        for (Parameter parameter : model.parameters().values()) {
            Value value = parameter.storage().copy();
            for (int i = 0; i < value.elements(); i++) {
                value.set(i, value.at(i) + 0.3 * (KEY.at(100 + index).uniform(i) - 0.5));
            }
            parameter.assign(value);
            index++;
        }
        return model;
    }

    @Test
    void aBlockIsWhatItsFormulaSaysWithNormalizationBeforeAndAfter() {
        TransformerBlock plain = shaken(InDouble.of(TransformerBlock.of(8, 2, KEY)));
        TransformerBlock gated = shaken(InDouble.of(TransformerBlock.of(
                SelfAttention.of(8, 4, KEY).withoutBias(),
                FeedForward.of(8, 12, Glu.swiGlu(), KEY.at(1)).withoutBias())));
        Tensor x = doubles(1, 1, 5, 8);

        for (TransformerBlock block : List.of(plain, gated, plain.withNormAfter(), gated.withCausal())) {
            double[] expected = flat(NaiveTransformer.block(block, rows(x), (_, _) -> true));
            assertArrayEquals(expected, block.forward(x).toDoubles(), 1e-11);
            assertTrue(InDouble.worstGradientError(
                            block, () -> block.forward(x).square().sum())
                    < 1e-6);
        }
    }

    @Test
    void aDecoderBlockReadsItsMemoryAndNotItsFuture() {
        TransformerDecoderBlock block = shaken(InDouble.of(TransformerDecoderBlock.of(8, 6, 2, KEY)));
        Tensor memory = doubles(2, 1, 4, 6);
        double[] inputs = doubles(3, 1, 5, 8).toDoubles();
        double[] changed = inputs.clone();
        changed[4 * 8] += 1;

        for (TransformerDecoderBlock each : List.of(block, block.withNormAfter())) {
            double[] y = each.forward(Tensor.of(inputs, 1, 5, 8), memory, null, null, Pass.inference())
                    .toDoubles();
            double[] z = each.forward(Tensor.of(changed, 1, 5, 8), memory, null, null, Pass.inference())
                    .toDoubles();
            double[] other = each.forward(Tensor.of(inputs, 1, 5, 8), memory.mul(0.5), null, null, Pass.inference())
                    .toDoubles();

            assertArrayEquals(Arrays.copyOf(y, 32), Arrays.copyOf(z, 32), 0);
            assertTrue(Math.abs(y[32] - z[32]) > 1e-3);
            assertTrue(Math.abs(y[0] - other[0]) > 1e-3);
            assertTrue(InDouble.worstGradientError(
                            each,
                            () -> each.forward(Tensor.of(inputs, 1, 5, 8), memory, null, null, Pass.inference())
                                    .square()
                                    .sum())
                    < 1e-6);
        }
    }

    @Test
    void aLanguageModelIsWhatItsFormulaSays() {
        for (Gpt.Config config : List.of(
                SMALL,
                SMALL.withoutBias().withOwnHead(),
                SMALL.withKeyValueHeads(1).withFeedForward(10, Glu.swiGlu()),
                SMALL.withFeedForward(16, new Gelu()))) {
            Gpt gpt = shaken(InDouble.of(Gpt.of(config, KEY)));

            double[] logits =
                    gpt.forward(Tensor.of(new int[] {3, 0, 6, 6, 1}, 1, 5)).toDoubles();

            assertArrayEquals(flat(NaiveTransformer.gpt(gpt, 3, 0, 6, 6, 1)), logits, 1e-11);
        }
    }

    @Test
    void theGradientsOfALanguageModelAgreeWithDifferencesAlsoWhereWeightsAreTied() {
        Gpt gpt = shaken(InDouble.of(Gpt.of(SMALL, KEY)));
        Tensor ids = Tensor.of(new int[] {3, 0, 6, 6, 1, 2, 2, 5}, 2, 4);
        Tensor next = Tensor.of(new int[] {0, 6, 6, 1, 2, 2, 5, 3}, 2, 4);

        assertTrue(InDouble.worstGradientError(gpt, () -> Losses.crossEntropy().of(gpt.forward(ids), next)) < 1e-6);
    }

    @Test
    void parametersHaveTheExpectedPathsAndNumber() {
        Gpt gpt = Gpt.of(Gpt.Config.of(65, 64, 4, 4, 128).withoutBias(), KEY);

        long count = gpt.parameters().values().stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();

        // 65 and 64 embeddings of 128; per block 12 x 128 x 128 and two scales; the last scale
        assertEquals((65 + 64) * 128 + 4 * (12 * 128 * 128 + 2 * 128) + 128, count);
        assertEquals(
                List.of(
                        "tokens.weight",
                        "positions.weight",
                        "blocks.0.attentionNorm.weight",
                        "blocks.0.attention.projection.weight",
                        "blocks.0.attention.output.weight",
                        "blocks.0.feedForwardNorm.weight",
                        "blocks.0.feedForward.up.weight",
                        "blocks.0.feedForward.down.weight"),
                List.copyOf(gpt.parameters().keySet()).subList(0, 8));
    }

    @Test
    void weightsBeginAsThoseOfGpt2() {
        Gpt gpt = Gpt.of(Gpt.Config.of(50, 32, 8, 4, 128), KEY);

        assertEquals(0.02, deviation(gpt.tokens().weight()), 0.001);
        TransformerBlock block = gpt.blocks().get(5);
        assertEquals(0.02, deviation(block.attention().projection().weight()), 0.001);
        assertEquals(0.02 / 4, deviation(block.attention().output().weight()), 0.0003);
        assertEquals(0.02 / 4, deviation(block.feedForward().down().weight()), 0.0003);
        assertEquals(0, deviation(block.feedForward().down().bias()));
        int[] ids = IntStream.range(0, 64).map(i -> i * 37 % 50).toArray();
        int[] other =
                IntStream.range(0, 64).map(i -> (i * 37 + 11) % 50).toArray(); // a tied head favours the id itself
        double loss = Losses.crossEntropy()
                .of(gpt.forward(Tensor.of(ids, 2, 32)), Tensor.of(other, 2, 32))
                .item();
        assertEquals(Math.log(50), loss, 0.2); // knows nothing yet
    }

    private static double deviation(Parameter parameter) {
        double[] elements = parameter.tensor().toDoubles();
        return Math.sqrt(Arrays.stream(elements).map(e -> e * e).sum() / elements.length);
    }

    private static List<Double> train(Gpt gpt, int steps) {
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, gpt);
        int[] ids = {0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0};
        int[] next = {1, 2, 3, 4, 5, 6, 4, 3, 2, 1, 0, 6};
        return IntStream.range(0, steps)
                .mapToObj(step -> {
                    Tensor logits = gpt.forward(Tensor.of(ids, 2, 6), Pass.training(KEY.at(step)));
                    Tensor loss = Losses.crossEntropy().of(logits, Tensor.of(next, 2, 6));
                    return optimizer
                            .step(loss.backward(gpt.parameters().values()))
                            .loss();
                })
                .toList();
    }

    @Test
    void trainingLearnsAndTheSecondStepCompilesNothing() {
        PlannedExecution execution = PlannedExecution.of(Backend.load());

        List<Double> losses = Execution.with(execution, () -> train(Gpt.of(SMALL.withDropout(0.1), KEY), 60));

        assertEquals(1, execution.plans());
        assertTrue(losses.getLast() < 0.5 * losses.getFirst(), losses.toString());
    }

    @Test
    void equalSeedsGiveEqualLossesAndOtherSeedsOthers() {
        List<Double> once = train(Gpt.of(SMALL.withDropout(0.1), KEY), 5);

        assertEquals(once, train(Gpt.of(SMALL.withDropout(0.1), KEY), 5));
        assertTrue(!once.equals(train(Gpt.of(SMALL.withDropout(0.1), KEY.at(1)), 5)));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Gpt gpt = Gpt.of(SMALL, KEY);

        var context = assertThrows(ShapeException.class, () -> gpt.forward(Tensor.of(new int[7], 1, 7)));
        var ids = assertThrows(ShapeException.class, () -> gpt.forward(Tensor.of(new float[3], 1, 3)));
        var token = assertThrows(
                IllegalArgumentException.class,
                () -> gpt.forward(Tensor.of(new int[] {7}, 1, 1)).value());
        assertThrows(IllegalArgumentException.class, () -> Gpt.Config.of(0, 6, 2, 2, 8));
        assertThrows(IllegalArgumentException.class, () -> Gpt.Config.of(7, 6, 2, 3, 8));

        assertTrue(context.getMessage().contains("at most 6"), context.getMessage());
        assertTrue(ids.getMessage().contains("F32 [1, 3]"), ids.getMessage());
        assertTrue(token.getMessage().contains("id 7"), token.getMessage());
    }
}
