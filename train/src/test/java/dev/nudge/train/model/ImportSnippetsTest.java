package dev.nudge.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nudge.nn.Gpt;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportSnippetsTest {
    @TempDir
    Path folder;

    @Test
    void gpt2GivesTheLogitsOfTheOther() throws IOException {
        int vocabulary = 11;
        int context = 6;
        int width = 8;
        Torch torch = new Torch().with("wte.weight", vocabulary, width).with("wpe.weight", context, width);
        for (int layer = 0; layer < 2; layer++) {
            String h = "h." + layer;
            torch.with(h + ".ln_1.weight", width).with(h + ".ln_1.bias", width);
            torch.with(h + ".attn.c_attn.weight", width, 3 * width).with(h + ".attn.c_attn.bias", 3 * width);
            torch.with(h + ".attn.c_proj.weight", width, width).with(h + ".attn.c_proj.bias", width);
            torch.with(h + ".attn.bias", 1, 1, context, context);
            torch.with(h + ".ln_2.weight", width).with(h + ".ln_2.bias", width);
            torch.with(h + ".mlp.c_fc.weight", width, 4 * width).with(h + ".mlp.c_fc.bias", 4 * width);
            torch.with(h + ".mlp.c_proj.weight", 4 * width, width).with(h + ".mlp.c_proj.bias", width);
        }
        torch.with("ln_f.weight", width).with("ln_f.bias", width);
        Gpt model = Gpt.of(Gpt.Config.of(vocabulary, context, 2, 2, width), RandomKey.of(1));

        ImportReport report = ImportSnippets.gpt2(model, torch.save(folder.resolve("gpt2.safetensors")));

        assertEquals(model.parameters().size(), report.matched().size());
        int[] ids = {3, 1, 4, 1, 5};
        double[][] expected = torch.gpt2(ids, 2, 2, width);
        float[] logits = model.forward(Tensor.of(ids, 1, 5)).toFloats();
        for (int t = 0; t < 5; t++) {
            WeightImportTest.assertNear(expected[t], logits, t * vocabulary);
        }
    }
}
