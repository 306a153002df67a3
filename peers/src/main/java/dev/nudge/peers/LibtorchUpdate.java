package dev.nudge.peers;

import dev.nudge.bench.Update;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/// An optimizer of libtorch.
interface LibtorchUpdate {
    /// Forgets the gradients of the step before.
    void clear();

    /// Changes the parameters.
    void step();

    /// The optimizers of its C++ interface, which go from parameter to parameter.
    static LibtorchUpdate of(Update update, TensorVector parameters) {
        Optimizer optimizer = switch (update) {
            case SGD, MOMENTUM -> {
                SGDOptions options = new SGDOptions(update.rate());
                options.momentum().put(update.beta1());
                yield new SGD(parameters, options);
            }
            case ADAM -> {
                AdamOptions options = new AdamOptions(update.rate());
                options.betas().put(0, update.beta2()).put(1, update.beta1()); // GNU's tuples begin with the last
                yield new Adam(parameters, options);
            }
            case ADAMW -> throw new IllegalArgumentException("libtorch: AdamW is measured in its fused form");
        };
        return new LibtorchUpdate() {
            @Override
            public void clear() {
                optimizer.zero_grad();
            }

            @Override
            public void step() {
                optimizer.step();
            }
        };
    }
}
