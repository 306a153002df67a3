package dev.nudge.train.model;

import dev.nudge.nn.Gpt;
import java.nio.file.Path;

/// The examples of the documentation, compiled and run.
final class ImportSnippets {
    private ImportSnippets() {}

    static ImportReport gpt2(Gpt model, Path file) {
        // @start region=gpt2
        WeightImport names = WeightImport.into(model)
                .withRule("wte.weight", "tokens")
                .withRule("wpe.weight", "positions")
                .withRule("ln_f.weight", "norm.weight")
                .withRule("ln_f.bias", "norm.bias")
                .withIgnored("h.*.attn.bias"); // the causal mask, which is no weight
        for (String part : new String[] {"weight", "bias"}) {
            names = names.withRule("h.*.ln_1." + part, "blocks.*.attentionNorm." + part)
                    .withRule("h.*.attn.c_attn." + part, "blocks.*.attention.projection." + part)
                    .withRule("h.*.attn.c_proj." + part, "blocks.*.attention.output." + part)
                    .withRule("h.*.ln_2." + part, "blocks.*.feedForwardNorm." + part)
                    .withRule("h.*.mlp.c_fc." + part, "blocks.*.feedForward.up." + part)
                    .withRule("h.*.mlp.c_proj." + part, "blocks.*.feedForward.down." + part);
        }
        ImportReport report = names.load(file);
        // @end
        return report;
    }
}
