package dev.nudge.nn.generate;

import dev.nudge.nn.Gpt;
import dev.nudge.nn.Layer;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/// Continues sequences of tokens with a causal language model, one token after the other.
///
/// The model sees the last `context` tokens. They stand at the front of a window of always that length, so that one
/// plan serves all lengths: what stands behind them, a causal model does not see. Every token costs a whole forward
/// pass over the window.
///
/// {@snippet class="GenerateSnippets" region="generator"}
///
/// @param model   from ids `[1, context]` to logits `[1, context, vocabulary]`; causal
/// @param context length of the window
/// @param rule    how a token is chosen
public record Generator(Layer model, int context, Sampling rule) {
    /// Checks the context.
    ///
    /// @throws IllegalArgumentException if it is less than 1
    public Generator {
        if (context < 1) {
            throw new IllegalArgumentException("generator: context must be at least 1, found " + context);
        }
    }

    /// A generator of a model that knows its context.
    public static Generator of(Gpt model, Sampling rule) {
        return new Generator(model, model.context(), rule);
    }

    /// The same with another rule.
    public Generator withRule(Sampling other) {
        return new Generator(model, context, other);
    }

    /// How probable each token is to come after `prompt`.
    ///
    /// @throws IllegalArgumentException if the prompt is empty
    public List<NextToken> next(int... prompt) {
        return rule.table(logits(prompt, prompt.length));
    }

    /// `prompt` and `count` more tokens. What is drawn at a place depends on the key and the place alone.
    ///
    /// @throws IllegalArgumentException if the prompt is empty
    public int[] generate(int[] prompt, int count, RandomKey key) {
        return generate(prompt, count, key, _ -> true);
    }

    /// As [#generate(int[], int, RandomKey)], but `goesOn` gets each token as it comes and may end the text with it.
    ///
    /// @throws IllegalArgumentException if the prompt is empty
    public int[] generate(int[] prompt, int count, RandomKey key, IntPredicate goesOn) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + count);
        for (int length = prompt.length; length < tokens.length; length++) {
            tokens[length] = rule.draw(logits(tokens, length), key, length);
            if (!goesOn.test(tokens[length])) {
                return Arrays.copyOf(tokens, length + 1);
            }
        }
        return tokens;
    }

    /// Logits of the token behind the first `length` ones.
    private float[] logits(int[] tokens, int length) {
        if (length == 0) {
            throw new IllegalArgumentException("generator: the prompt is empty; begin with at least one token");
        }
        int seen = Math.min(length, context);
        int[] window = new int[context];
        System.arraycopy(tokens, length - seen, window, 0, seen);
        Tensor logits = model.forward(Tensor.of(window, 1, context));
        Shape shape = logits.shape();
        if (shape.rank() != 3 || shape.extent(0) != 1 || shape.extent(1) != context) {
            throw new ShapeException(
                    "generator: expected logits [1, " + context + ", vocabulary] from the model, found " + shape);
        }
        return logits.reshape(context, shape.extent(2))
                .gather(Tensor.of(new int[] {seen - 1}, 1))
                .toFloats();
    }
}
