package dev.nudge.train.model;

import dev.nudge.nn.Layer;
import dev.nudge.nn.generate.Generator;
import dev.nudge.nn.generate.NextToken;
import dev.nudge.nn.generate.Sampling;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Type;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Goes on with texts: a language model with the tokenizer it was trained with.
///
/// The model takes ids `[batch, context]` and gives logits `[batch, context, vocabulary]`; it must be causal. The
/// vocabulary may be smaller than the tokenizer's, which has an id for characters that the training text does not.
///
/// {@snippet class="ModelSnippets" region="generate"}
///
/// @param tokenizer  of the model
/// @param generator  that draws ids
/// @param vocabulary number of ids that the model knows, the first ones of the tokenizer
public record TextGenerator(Tokenizer tokenizer, Generator generator, int vocabulary) {
    /// A generator of the model in a file.
    ///
    /// @throws NudgeException as [ModelFormat#read], or as [#of]
    public static TextGenerator load(Path file) {
        return of(ModelFormat.of().read(file));
    }

    /// A generator of a model, which draws from all tokens, as probable as the model says.
    ///
    /// @throws NudgeException (E347) if the file has no tokenizer, or its model is no language model of it
    public static TextGenerator of(ModelFile file) {
        Tokenizer tokenizer = file.tokenizer();
        if (tokenizer == null) {
            throw unfit("has no tokenizer");
        }
        Type input = file.input();
        if (input == null
                || input.dtype() != DType.I32
                || input.shape().rank() != 1
                || !(file.model() instanceof Layer layer)) {
            throw unfit("takes " + (input == null ? "several inputs" : input));
        }
        Type output = file.output();
        int context = input.shape().extent(0);
        if (output == null
                || output.shape().rank() != 2
                || output.shape().extent(0) != context
                || output.shape().extent(1) > tokenizer.size()) {
            throw unfit("gives " + output + " for " + context + " tokens");
        }
        Generator generator = new Generator(layer, context, Sampling.of());
        return new TextGenerator(tokenizer, generator, output.shape().extent(1));
    }

    private static NudgeException unfit(String found) {
        return new NudgeException(
                "E347",
                "model",
                "expected a language model with its tokenizer, which gives logits [context, vocabulary] for token ids"
                        + " [context]; this one " + found + ".");
    }

    /// The same with another rule of drawing.
    public TextGenerator withRule(Sampling rule) {
        return new TextGenerator(tokenizer, generator.withRule(rule), vocabulary);
    }

    /// How probable each token is to come after `prompt`.
    ///
    /// @throws NudgeException (E628) if the prompt has no tokens, or one that the model does not know
    public List<NextToken> next(String prompt) {
        return generator.next(ids(prompt));
    }

    /// What comes after `prompt`: `count` tokens.
    ///
    /// @throws NudgeException (E628) if the prompt has no tokens, or one that the model does not know
    public String generate(String prompt, int count, RandomKey key) {
        return generate(prompt, count, key, _ -> true);
    }

    /// As [#generate(String, int, RandomKey)], but `goesOn` gets the text of each token as it comes and may end
    /// with it.
    ///
    /// @throws NudgeException (E628) if the prompt has no tokens, or one that the model does not know
    public String generate(String prompt, int count, RandomKey key, Predicate<String> goesOn) {
        int[] ids = ids(prompt);
        int[] all = generator.generate(ids, count, key, id -> goesOn.test(tokenizer.decode(id)));
        return tokenizer.decode(Arrays.copyOfRange(all, ids.length, all.length));
    }

    private int[] ids(String prompt) {
        int[] ids = tokenizer.encode(prompt);
        if (ids.length == 0) {
            throw new NudgeException("E628", "prompt", "must not be empty - expected at least one token.");
        }
        if (!known(ids)) {
            String strange = prompt.codePoints()
                    .mapToObj(Character::toString)
                    .filter(character -> !known(tokenizer.encode(character)))
                    .findFirst()
                    .orElse(prompt);
            throw new NudgeException(
                    "E628",
                    "prompt",
                    "the model has never seen " + NudgeException.quote(strange)
                            + " - expected a prompt of what its training text has.");
        }
        return ids;
    }

    private boolean known(int[] ids) {
        return Arrays.stream(ids).allMatch(id -> id < vocabulary);
    }
}
