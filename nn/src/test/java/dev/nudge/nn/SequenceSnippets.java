package dev.nudge.nn;

import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Optimizer;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Gradients;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Tensor;
import java.util.List;

/// The examples of the documentation on sequences, compiled and run.
final class SequenceSnippets {
    private SequenceSnippets() {}

    static Tensor embedding() {
        // @start region=embedding
        Embedding words = Embedding.of(5000, 32, RandomKey.of(1)).withPadding(0);
        Tensor y = words.forward(Tensor.of(new int[] {17, 4, 0, 4711, 0, 0}, 2, 3)); // [2, 3] to [2, 3, 32]
        // @end
        return y;
    }

    static Layer bag() {
        // @start region=bag
        RandomKey key = RandomKey.of(1);
        Layer classifier = Sequential.of(
                new EmbeddingBag(Embedding.of(5000, 32, key.at(0)).withPadding(0), EmbeddingBag.Pooling.MEAN),
                Linear.of(32, 2, key.at(1)));
        // @end
        return classifier;
    }

    static Tensor rotary(Tensor queries) {
        // @start region=rotary
        Rotary rotary = Rotary.of(Rotary.Pairing.HALVES);
        Tensor turned = rotary.forward(queries); // [batch, heads, time, width] to the same
        // @end
        return turned;
    }

    static Recurrent.Output recurrent(Tensor x) {
        // @start region=recurrent
        Recurrent reader =
                Recurrent.bidirectional(LstmCell::of, 8, 16, 2, RandomKey.of(1)).withDropout(0.2);
        Tensor mask = Sequences.mask(5, 3, 5); // of two sequences of 5 times the first has 3
        Recurrent.Output output = reader.run(x, mask, null, Pass.inference()); // x is [2, 5, 8]
        Tensor meaning = output.last(); // [2, 32]
        // @end
        return new Recurrent.Output(output.sequence(), meaning, output.state());
    }

    static double carried(Recurrent layer, List<Tensor> pieces) {
        double loss = 0;
        // @start region=carried
        Optimizer optimizer = Optimizer.of(AdamW.of(), 0.01, layer);
        Recurrent.State state = layer.start(1, DType.F32);
        for (Tensor piece : pieces) {
            Recurrent.Output output = layer.run(piece, null, state, Pass.inference());
            output.state().keep(); // it is read behind the step
            Gradients gradients = output.sequence()
                    .sub(piece)
                    .square()
                    .mean()
                    .backward(optimizer.parameters().values());
            loss = optimizer.step(gradients).loss();
            state = output.state().detach(); // the next piece goes on from here, gradients do not go back
        }
        // @end
        return loss;
    }
}
