package dev.nudge.train.model;

import dev.nudge.nn.Gpt;
import java.nio.file.Path;

/// The examples of the documentation, compiled and run.
final class ImportSnippets {
    private ImportSnippets() {}

    static ImportReport gpt2(Gpt model, Path file) {
        // @start region=gpt2
        WeightImport names = WeightImport.into(model).withIgnored("h.*.attn.bias"); // the causal mask is no weight
        for (var name : Gpt2Names.paths().entrySet()) {
            names = names.withRule(name.getKey(), name.getValue());
        }
        ImportReport report = names.load(file);
        // @end
        return report;
    }
}
