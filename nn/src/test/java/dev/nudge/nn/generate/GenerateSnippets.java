package dev.nudge.nn.generate;

import dev.nudge.nn.Gpt;
import dev.nudge.tensor.RandomKey;
import java.util.List;

/// The examples of the documentation, compiled and run.
final class GenerateSnippets {
    private GenerateSnippets() {}

    static List<NextToken> sampling() {
        // @start region=sampling
        Sampling rule = Sampling.of().withTemperature(0.8).withTopK(40).withTopP(0.9);
        List<NextToken> table = rule.table(new float[] {2, 1, 0, -1});
        int token = rule.draw(new float[] {2, 1, 0, -1}, RandomKey.of(42), 0);
        // @end
        return table.stream().filter(next -> next.token() == token).toList();
    }

    static int[] generator(Gpt model) {
        // @start region=generator
        Generator generator = Generator.of(model, Sampling.of().withTemperature(0.8));
        int[] tokens = generator.generate(new int[] {1, 2, 3}, 20, RandomKey.of(42));
        // @end
        return tokens;
    }
}
