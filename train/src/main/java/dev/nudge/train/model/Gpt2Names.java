package dev.nudge.train.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The names of the published GPT-2 weights, for bringing them into a [Gpt] of [Gpt.Config#of] with [WeightImport].
///
/// {@snippet class="ImportSnippets" region="gpt2"}
///
/// Numbers are ordered as ours are: GPT-2 keeps its linear layers as `[in, out]`, and its `c_attn`
/// makes the queries of all heads, then the keys, then the values. The matrix of the logits is that
/// of the token embeddings. A file may also hold the causal masks, `h.*.attn.bias` and
/// `h.*.attn.masked_bias`, which are no weights.
public final class Gpt2Names {
    private Gpt2Names() {}

    /// Names in the file to paths in the model; a `*` stands for the number of a block in both.
    public static SequencedMap<String, String> paths() {
        SequencedMap<String, String> paths = new LinkedHashMap<>();
        paths.put("wte.weight", "tokens.weight");
        paths.put("wpe.weight", "positions.weight");
        for (String part : new String[] {"weight", "bias"}) {
            paths.put("h.*.ln_1." + part, "blocks.*.attentionNorm." + part);
            paths.put("h.*.attn.c_attn." + part, "blocks.*.attention.projection." + part);
            paths.put("h.*.attn.c_proj." + part, "blocks.*.attention.output." + part);
            paths.put("h.*.ln_2." + part, "blocks.*.feedForwardNorm." + part);
            paths.put("h.*.mlp.c_fc." + part, "blocks.*.feedForward.up." + part);
            paths.put("h.*.mlp.c_proj." + part, "blocks.*.feedForward.down." + part);
            paths.put("ln_f." + part, "norm." + part);
        }
        return Collections.unmodifiableSequencedMap(paths);
    }
}
